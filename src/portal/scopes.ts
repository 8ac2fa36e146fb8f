import * as z from "zod";
import type { AnyCatalogue } from "../catalogue/catalogue.js";
import { WebhookError } from "../model/errors.js";
import { isWithin, kindOf, parseScope, ROOT_SCOPE } from "../subscriptions/scope.js";
import type { PortalScope } from "./options.js";

/** A scope with what people call it. */
export interface LabelledScope {
  readonly scope: string;
  readonly label: string;
}

const answer = z.array(z.object({ scope: z.string(), label: z.string().optional() }));

/**
 * The scopes that a caller chooses from: their own first, then what the host answered that is within it, each once.
 *
 * @param own - The highest that is the caller's.
 * @throws WebhookError `CONFIGURATION` for an answer that is none, or that names a scope within it which the catalogue
 * does not know: it would be refused wherever it is chosen.
 */
export function scopesFor(
  own: string,
  answered: readonly PortalScope[],
  catalogue: Pick<AnyCatalogue, "kinds" | "kind">,
): readonly LabelledScope[] {
  const parsed = answer.safeParse(answered);
  if (!parsed.success) {
    throw new WebhookError("CONFIGURATION", "scopes must answer a list of { scope, label? }.");
  }
  const chosen = new Map<string, LabelledScope>([[own, { scope: own, label: labelOf(own, catalogue) }]]);
  const named = new Set<string>();
  for (const { scope, label } of parsed.data) {
    if (!isWithin(scope, own) || named.has(scope)) continue;
    named.add(scope);
    chosen.set(scope, { scope: known(scope, catalogue), label: label?.trim() || labelOf(scope, catalogue) });
  }
  return [...chosen.values()];
}

/** "Organization acme": the label of its kind and its id. */
function labelOf(scope: string, catalogue: Pick<AnyCatalogue, "kind">): string {
  const kind = kindOf(scope);
  const label = catalogue.kind(kind)?.label ?? kind;
  return scope === ROOT_SCOPE ? label : `${label} ${scope.slice(scope.lastIndexOf(":") + 1)}`;
}

function known(scope: string, catalogue: Pick<AnyCatalogue, "kinds" | "kind">): string {
  try {
    return parseScope(scope, catalogue);
  } catch (cause) {
    const message = "scopes answered a scope that the catalogue does not know.";
    throw new WebhookError("CONFIGURATION", message, { cause });
  }
}
