import type { Entries } from "../../model/store.js";
import { derivedRows } from "../shared/entries.js";
import type { Tables } from "./tables.js";

/** Writes what is new of the entries and answers the new events' ids. Throws before anything is written. */
export function append(tables: Tables, entries: Entries): readonly string[] {
  const fresh = new Set<string>();
  const known = new Set<string>();
  const repeated = new Set<string>();
  for (const { id } of entries.events) {
    if (fresh.has(id)) repeated.add(id);
    else if (tables.events.has(id)) known.add(id);
    else fresh.add(id);
  }

  const { deliveries, pending } = derivedRows(entries, known, repeated);
  tables.refuseTakenIds(deliveries);

  for (const event of entries.events)
    if (fresh.has(event.id) && !tables.events.has(event.id)) tables.insertEvent(event);
  for (const delivery of deliveries) tables.insertDelivery(delivery);
  for (const row of pending) tables.insertPending(row);
  return [...fresh];
}
