import * as z from "zod";
import { parseArguments } from "./context.js";
import { parseDocument } from "./document.js";
import { type Page, type PageOptions, readPage } from "./page.js";
import type { Subscription } from "./present.js";
import { type ManageParts, present } from "./save.js";
import { parseScope } from "./scope.js";

/** Which subscriptions to list. All filters given must hold. */
export interface SubscriptionListOptions extends PageOptions {
  /** At this scope. @default any */
  readonly scope?: string | undefined;
  /** Also at scopes below `scope`. @default false */
  readonly descendants?: boolean | undefined;
  /** @default both */
  readonly enabled?: boolean | undefined;
}

const options = z.strictObject({
  scope: z.string().optional(),
  descendants: z.boolean().optional(),
  enabled: z.boolean().optional(),
  limit: z.number().optional(),
  cursor: z.string().optional(),
});

/** Newest first: see `Manage.list`. */
export async function list(
  parts: ManageParts,
  given: SubscriptionListOptions = {},
): Promise<Page<Subscription>> {
  const { scope, descendants = false, enabled, limit, cursor } = parseArguments(options, given);
  if (scope !== undefined) parseScope(scope, parts.rules.catalogue);
  const filters = {
    ...(scope === undefined ? {} : descendants ? { under: scope } : { scopes: [scope] }),
    ...(enabled === undefined ? {} : { enabled }),
  };
  return readPage(
    { limit, cursor },
    { kind: "subscriptions", filters },
    (request) => parts.store.findSubscriptions({ ...request, ...filters }),
    (stored) => ({ at: stored.createdAt, id: stored.id }),
    (stored) => present(parts, { stored, document: parseDocument(stored.document, stored.id) }),
  );
}
