import type { EventRecord } from "../../model/event.js";
import type { Entries } from "../../model/store.js";
import { derivedRows } from "../shared/entries.js";
import { Pace, type Step } from "./steps.js";
import type { Tables } from "./tables.js";

/** Writes what is new of the entries and answers the new events' ids. Throws before anything is written. */
export function* append(tables: Tables, entries: Entries): Step<readonly string[]> {
  const pace = new Pace();
  const fresh = new Map<string, EventRecord>();
  const known = new Set<string>();
  const repeated = new Set<string>();
  for (const event of entries.events) {
    if (pace.isDue()) yield;
    if (fresh.has(event.id)) repeated.add(event.id);
    else if (tables.events.has(event.id)) known.add(event.id);
    else fresh.set(event.id, event);
  }

  const { deliveries, pending } = derivedRows(entries, known, repeated);
  tables.refuseTakenIds(deliveries);
  yield* tables.insertEntries([...fresh.values()], deliveries, pending, pace);
  return [...fresh.keys()];
}
