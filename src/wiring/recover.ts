import { SPLIT } from "../dispatcher/outcome.js";
import { type Moment, toMillis } from "../history/moment.js";
import type { DeliveryRecord } from "../model/delivery.js";
import { eventsOf } from "../model/events-of.js";
import type { PageRequest, Position, Store } from "../model/store.js";
import type { Clock, Millis } from "../model/time.js";
import { derive, type Hearer } from "../publish/derive.js";
import { entriesOf } from "../publish/group.js";

/** Which time to recover. */
export interface RecoverOptions {
  /** Published at or after: a `Date`, epoch milliseconds, or an ISO 8601 text. */
  readonly since: Moment;
  /** Published before. @default now */
  readonly until?: Moment | undefined;
}

/** What recovering needs of the rest. */
export interface RecoverParts {
  readonly clock: Clock;
  readonly store: Pick<Store, "findDeliveries" | "findEvents" | "readEvents" | "requeue" | "append">;
  /** Which batch of a format an event type goes into. */
  lane(format: string, type: string): string;
}

/** A subscription, as recovering sees it. */
export interface Recovered extends Hearer {
  hears(type: string): boolean;
}

interface Window {
  readonly since: Millis;
  readonly until: Millis;
}

const PAGE = 500;

/**
 * Brings back what a subscription did not get: deliveries that were exhausted or cancelled begin their schedule anew,
 * and events that were published while it was disabled or not there are queued now. Answers how many events. Doing it
 * again brings back nothing twice.
 *
 * @throws WebhookError `INVALID_ARGUMENT`.
 */
export async function recover(
  parts: RecoverParts,
  subscription: Recovered,
  options: RecoverOptions,
): Promise<number> {
  const now = parts.clock.now();
  const window = {
    since: toMillis(options.since, "since"),
    until: options.until === undefined ? now + 1 : toMillis(options.until, "until"),
  };
  // What was missed is looked for first: what is queued then is neither exhausted nor cancelled.
  const missed = await queueMissed(parts, subscription, window, now);
  return missed + (await requeueClosed(parts, subscription.id, window, now));
}

async function requeueClosed(
  parts: RecoverParts,
  subscriptionId: string,
  window: Window,
  now: Millis,
): Promise<number> {
  const { store } = parts;
  let events = 0;
  for (const status of ["exhausted", "cancelled"] as const) {
    const pages = pagesOf((page) => store.findDeliveries({ subscriptionId, status, ...page }), window);
    for await (const page of pages) {
      for (const delivery of page) {
        if (!isRecoverable(delivery, window)) continue;
        const count = await store.requeue({ ids: [delivery.id], mode: "restart", dueAt: now, now });
        events += count * delivery.eventIds.length;
      }
    }
  }
  return events;
}

/** A test is no event, and what was split has its halves. */
function isRecoverable({ kind, error, createdAt }: DeliveryRecord, { since, until }: Window): boolean {
  return kind !== "test" && error?.code !== SPLIT.code && createdAt >= since && createdAt < until;
}

/** Ids first and events after, oldest first, because lists run newest first and deliveries are to keep the order of publishing. */
async function queueMissed(
  parts: RecoverParts,
  subscription: Recovered,
  window: Window,
  now: Millis,
): Promise<number> {
  const { store, lane } = parts;
  const { since, until } = window;
  const ids: string[] = [];
  const query = { under: subscription.scope, since, until, missedBy: subscription.id };
  for await (const page of pagesOf((request) => store.findEvents({ ...query, ...request }), window)) {
    for (const { id, type } of page) if (subscription.hears(type)) ids.push(id);
  }
  ids.reverse();
  for (let start = 0; start < ids.length; start += PAGE) {
    const events = await eventsOf((some) => store.readEvents(some), ids.slice(start, start + PAGE));
    const derived = events.map((event) => derive({ ...event, createdAt: now }, [subscription], lane));
    await store.append({ ...entriesOf(derived), events: [] });
  }
  return ids.length;
}

async function* pagesOf<Row extends { readonly createdAt: Millis; readonly id: string }>(
  read: (request: PageRequest) => Promise<readonly Row[]>,
  { since }: Window,
): AsyncGenerator<readonly Row[]> {
  for (let after: Position | null = null; ; ) {
    const page: readonly Row[] = await read({ limit: PAGE, after });
    yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE || last.createdAt < since) return;
    after = { at: last.createdAt, id: last.id };
  }
}
