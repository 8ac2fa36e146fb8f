import type { Store } from "../model/store.js";
import { type Page, type PageOptions, readPage } from "../subscriptions/page.js";

/** An event that waits for its subscription's next flush. Times are ISO 8601 in UTC. */
export interface PendingEvent {
  readonly id: string;
  readonly type: string;
  readonly scope: string;
  /** When it happened. */
  readonly at: string;
  /** When it began to wait. */
  readonly since: string;
  readonly data: unknown;
}

/**
 * One page of what waits, in the order it waits.
 *
 * @throws WebhookError `INVALID_CURSOR`, `INVALID_ARGUMENT`.
 */
export async function pendingEvents(
  store: Pick<Store, "findPending" | "readEvents">,
  subscriptionId: string,
  options: PageOptions,
): Promise<Page<PendingEvent>> {
  const page = await readPage(
    options,
    { kind: "pending", filters: { subscriptionId } },
    (request) => store.findPending({ subscriptionId, ...request }),
    (row) => ({ at: row.at, id: row.eventId }),
    (row) => row,
  );
  const events = await store.readEvents(page.items.map((row) => row.eventId));
  const byId = new Map(events.map((event) => [event.id, event]));
  const items = page.items.flatMap((row) => {
    const event = byId.get(row.eventId);
    if (event === undefined) return [];
    const { id, type, scope, at, data } = event;
    const since = new Date(row.at).toISOString();
    return [{ id, type, scope, at: new Date(at).toISOString(), since, data: JSON.parse(data) as unknown }];
  });
  return { items, next: page.next };
}
