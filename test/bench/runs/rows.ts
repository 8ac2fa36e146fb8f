import { newId } from "../../../src/model/id.js";
import type { Entries } from "../../../src/model/store.js";
import { delivery, entries, event } from "../../../src/testing/store/make.js";

/** An event of 1 KB for each of the subscriptions, and its delivery, due now. */
export function rowsFor(subscriptionIds: readonly string[], now: number): Entries {
  const data = JSON.stringify({ text: "x".repeat(900) });
  const events = subscriptionIds.map(() => event(newId("evt", now), { at: now, createdAt: now, data }));
  const deliveries = events.map(({ id }, index) =>
    delivery(newId("dlv", now), subscriptionIds[index] ?? "", { eventIds: [id], createdAt: now, dueAt: now }),
  );
  return entries({ events, deliveries });
}
