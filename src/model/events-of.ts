import type { EventRecord } from "./event.js";
import { SLICE, turn } from "./turn.js";

/**
 * The events of these ids in the order of the ids, without those that are gone. Read in slices of 1000 with a turn of
 * the event loop between two; a single slice takes no turn.
 *
 * @throws what `read` throws.
 */
export async function eventsOf(
  read: (ids: readonly string[]) => Promise<readonly EventRecord[]>,
  ids: readonly string[],
): Promise<EventRecord[]> {
  const events: EventRecord[] = [];
  for (let start = 0; start < ids.length; start += SLICE) {
    if (start > 0) await turn();
    const wanted = ids.slice(start, start + SLICE);
    const found = new Map((await read(wanted)).map((event) => [event.id, event]));
    for (const id of wanted) {
      const event = found.get(id);
      if (event !== undefined) events.push(event);
    }
  }
  return events;
}
