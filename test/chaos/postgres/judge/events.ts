import type { Facts, Received, StoredEvent } from "../facts.js";
import { SUBSCRIPTIONS } from "../house.js";
import { groupBy, type Report } from "./report.js";

/** What is stored was delivered to everyone who hears it and to no one else; what is not stored was never sent. */
export function judgeEvents(
  { events, deliveries, requests, waiting }: Facts,
  stored: ReadonlyMap<string, StoredEvent[]>,
  report: Report,
): void {
  const taken = takenBy(requests);
  const queued = new Map(SUBSCRIPTIONS.map(({ path }) => [path, new Map<string, string[]>()]));
  for (const { id, path, eventIds, status } of deliveries) {
    if (status !== "delivered")
      report("in the end every delivery is delivered", `${id} to ${path}: ${status}`);
    for (const eventId of eventIds) {
      const known = queued.get(path);
      known?.set(eventId, [...(known.get(eventId) ?? []), id]);
    }
  }
  if (waiting > 0) report("in the end no event waits", `${waiting} do`);
  for (const { id, type, scope } of events) {
    for (const { path, hears } of SUBSCRIPTIONS) {
      const made = queued.get(path)?.get(id) ?? [];
      const expected = hears(type, scope) ? 1 : 0;
      if (made.length !== expected)
        report(
          path === "/batch"
            ? "an event is in exactly one batch"
            : "an event makes one delivery for each who hears it",
          `${id} (${type} at "${scope}") to ${path}: ${made.length === 0 ? "none" : made}`,
        );
      if (expected === 1 && !taken.get(path)?.has(id))
        report("an event that is stored is delivered", `${id} was never taken by ${path}`);
    }
  }
  for (const { serial, path, events: sent, problem } of requests) {
    if (problem !== null)
      report("every request verifies and carries what was published", `${serial}: ${problem}`);
    for (const { id, key } of sent)
      if (!stored.get(key)?.some((event) => event.id === id))
        report("what was not committed is never sent", `${id} (${key}) in request ${serial} to ${path}`);
  }
}

/** A batch has the same events at each attempt. */
export function judgeBatches({ requests }: Facts, report: Report): void {
  for (const [id, sent] of groupBy(requests, ({ path, id }) => `${path} ${id}`)) {
    const bodies = new Set(sent.map(({ events }) => events.map((event) => event.id).join()));
    if (bodies.size > 1)
      report(
        "a delivery carries the same events at each attempt",
        `${id}: ${sent.map(({ serial }) => serial)}`,
      );
  }
}

/** The events that each path answered 204 to, by id. */
function takenBy(requests: readonly Received[]): Map<string, Set<string>> {
  const taken = new Map(SUBSCRIPTIONS.map(({ path }) => [path, new Set<string>()]));
  for (const { path, status, events } of requests)
    if (status === 204) for (const { id } of events) taken.get(path)?.add(id);
  return taken;
}
