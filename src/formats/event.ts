import type { EventRecord } from "../model/event.js";
import type { FormatEvent } from "../model/format.js";

/** An event as formats see it: the stored text, parsed only when a format asks for `data`. */
export function formatEvent(record: EventRecord): FormatEvent {
  return {
    id: record.id,
    type: record.type,
    scope: record.scope,
    at: record.at,
    json: record.data,
    get data(): unknown {
      return JSON.parse(record.data);
    },
  };
}
