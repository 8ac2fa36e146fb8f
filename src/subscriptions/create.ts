import { createHash } from "node:crypto";
import { newId } from "../model/id.js";
import { applyFields } from "./apply.js";
import { NOTHING } from "./change.js";
import { parseCreateContext } from "./context.js";
import type { Actor } from "./document.js";
import type { CreateContext, SubscriptionInput } from "./input.js";
import { type CodedIssue, issueOf, throwIssues } from "./issues.js";
import { ownFields, parseFields } from "./parse.js";
import type { Subscription } from "./present.js";
import { conflict, insert, type ManageParts, present, read } from "./save.js";
import { parseScope, ROOT_SCOPE, type ScopeKinds } from "./scope.js";
import { shownSecret } from "./secrets.js";

/** A subscription with the secret that signs from now on. */
export interface SubscriptionWithSecret {
  readonly subscription: Subscription;
  /** What the receiver verifies with; shown now and never again. `null` where nothing is signed, or a key was repeated. */
  readonly secret: string | null;
}

/** Creates a subscription: see `Manage.create`. */
export async function create(
  parts: ManageParts,
  input: SubscriptionInput,
  context: CreateContext = {},
): Promise<SubscriptionWithSecret> {
  const { actor, metadata, idempotencyKey } = parseCreateContext(context);
  const own = ownFields(input);
  const { scope: given, ...fields }: Readonly<Record<string, unknown>> = typeof own === "string" ? {} : own;
  const parsed = parseFields(typeof own === "string" ? input : fields, ["credentials"]);
  const issues: CodedIssue[] = [];
  const scope = checkScope(given, parts.rules.catalogue, issues);
  if (typeof own !== "string" && fields.name === undefined) {
    issues.push({ code: "INVALID_SUBSCRIPTION", path: ["name"], message: "Is required." });
  }
  const now = parts.clock.now();
  const id =
    idempotencyKey === undefined ? newId("sub", now) : keyedId(idempotencyKey, scope ?? ROOT_SCOPE, actor);
  const target = { id, scope, now, isNew: true };
  const applied = applyFields(NOTHING, parsed, target, parts.rules, parts.sealer);
  throwIssues([...issues, ...applied.issues], "INVALID_SUBSCRIPTION", "The subscription was not created.");
  const document = { ...applied.document, createdBy: actor ?? null };
  const draft = { document, enabled: applied.enabled, ordered: applied.ordered };
  const saved = await insert(parts, { id, scope: scope ?? ROOT_SCOPE }, draft, { actor, metadata }, now);
  if (saved === null) {
    if (idempotencyKey === undefined) throw conflict();
    return { subscription: present(parts, await read(parts, id)), secret: null };
  }
  const scheme = parts.rules.schemes.get(document.scheme);
  return {
    subscription: present(parts, saved),
    secret: scheme && applied.secret !== null ? shownSecret(scheme, applied.secret) : null,
  };
}

/** The same for the same key of the same caller, and as good as random otherwise: 128 bits of a SHA-256. */
function keyedId(key: string, scope: string, actor: Actor | undefined): string {
  const named = JSON.stringify([key, scope, actor?.type ?? null, actor?.id ?? null]);
  return `sub_${createHash("sha256").update(named).digest("hex").slice(0, 32)}`;
}

function checkScope(given: unknown, kinds: ScopeKinds, issues: CodedIssue[]): string | null {
  try {
    return parseScope(given ?? ROOT_SCOPE, kinds);
  } catch (error) {
    issues.push(issueOf(error, ["scope"]));
    return null;
  }
}
