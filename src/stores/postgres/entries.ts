import type { NewDelivery } from "../../model/delivery.js";
import type { EventRecord } from "../../model/event.js";
import type { Entries } from "../../model/store.js";
import { derivedRows } from "../shared/entries.js";
import { joinTexts, type Parameters } from "./parameters.js";

/**
 * The call of `hookwright.append` that writes the entries, one text for all: what it answers are the ids of events that
 * were known, as a JSON array, or `NULL`. Column by column and without an object for a row: this is the path of every event.
 *
 * @param channel - Where to say that there is work; `null`: nowhere.
 */
export function appendCall(entries: Entries, bind: Parameters, channel: string | null): string {
  const { events, deliveries, pending, surely, late } = sorted(entries);
  const data = joinTexts(events.map((event) => event.data));
  const linked = deliveries.filter((delivery) => delivery.eventIds.length !== 1);
  const links =
    linked.length === 0 ? null : JSON.stringify(linked.map(({ id, eventIds }) => ({ id, eventIds })));
  const values = [
    bind.text(data.separator),
    bind.texts(events.map((event) => event.id)),
    bind.texts(events.map((event) => event.type)),
    bind.texts(events.map((event) => event.scope)),
    bind.numbers(events.map((event) => event.at)),
    bind.numbers(events.map((event) => event.createdAt)),
    bind.booleans(events.map((event) => event.test)),
    bind.numbers(events.map((event) => (surely.has(event.id) ? null : 0))),
    bind.text(data.text),
    bind.texts(deliveries.map((delivery) => delivery.id)),
    bind.texts(deliveries.map((delivery) => delivery.subscriptionId)),
    bind.texts(deliveries.map((delivery) => delivery.scope)),
    bind.texts(deliveries.map((delivery) => delivery.kind)),
    bind.texts(deliveries.map((delivery) => delivery.type)),
    bind.texts(deliveries.map((delivery) => delivery.format)),
    bind.texts(deliveries.map(onlyEvent)),
    bind.numbers(deliveries.map((delivery) => delivery.createdAt)),
    bind.numbers(deliveries.map((delivery) => delivery.dueAt)),
    bind.texts(deliveries.map((delivery) => delivery.lease)),
    bind.text(links),
    bind.texts(pending.map((row) => row.subscriptionId)),
    bind.texts(pending.map((row) => row.lane)),
    bind.texts(pending.map((row) => row.eventId)),
    bind.numbers(pending.map((row) => row.bytes)),
    bind.numbers(pending.map((row) => row.at)),
    bind.texts(late),
    bind.text(channel),
  ];
  return `hookwright.append(${values.join(", ")})`;
}

function onlyEvent({ eventIds }: NewDelivery): string | null {
  return eventIds.length === 1 ? (eventIds[0] ?? null) : null;
}

/** What is to be written, each event once and in the order of ids, and what is known of the events. */
function sorted(entries: Entries) {
  const first = new Map<string, EventRecord>();
  const repeated = new Set<string>();
  for (const event of entries.events) {
    if (first.has(event.id)) repeated.add(event.id);
    else first.set(event.id, event);
  }
  const { deliveries, pending } = repeated.size === 0 ? entries : derivedRows(entries, new Set(), repeated);

  // A delivery of several events may yet be dropped with one that is known; its events then stay loose until pruned.
  const surely = new Set<string>();
  const late = new Set<string>();
  for (const { eventId } of pending) {
    surely.add(eventId);
    if (!first.has(eventId)) late.add(eventId);
  }
  for (const { eventIds } of deliveries) {
    for (const id of eventIds) {
      if (eventIds.length === 1) surely.add(id);
      if (!first.has(id)) late.add(id);
    }
  }
  const events = [...first.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { events, deliveries, pending, surely, late: [...late].sort() };
}
