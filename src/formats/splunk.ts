import type { AnswerMeaning, Format, FormatEvent } from "../model/format.js";

/** The event itself is wrong: `No data`, `Invalid data format`, `Event field is required`, `Event field cannot be blank`, `Error in handling indexed fields`. */
const POISON: ReadonlySet<number> = new Set([5, 6, 12, 13, 15]);

/**
 * Splunk's HTTP Event Collector: objects `{"time","source","sourcetype","event","fields"}` one after another, not an
 * array, for `POST /services/collector/event` (https://help.splunk.com, "Format events for HTTP Event Collector").
 * `time` is in epoch seconds; `source` is the scope, `sourcetype` the event type, and the fields hold the event's id.
 *
 * The token goes into a header of the subscription's own, `Authorization: Splunk <token>`, sealed like all of them; so
 * does the channel, `X-Splunk-Request-Channel`, where indexer acknowledgement asks for one.
 */
export const splunkFormat: Format = {
  contentType: "application/json",
  body: (events) => events.map(hecEvent).join(""),
  meaning({ status, body }): AnswerMeaning | null {
    const code = hecCode(body);
    if (code === null) return null;
    if (code === 0) return status >= 200 && status < 300 ? "delivered" : null;
    return POISON.has(code) ? "final" : "retry";
  },
};

function hecEvent({ id, type, scope, at, json }: FormatEvent): string {
  const time = (at / 1000).toFixed(3);
  const source = scope === "" ? "hookwright" : scope;
  return `{"time":${time},"source":"${source}","sourcetype":"${type}","event":${json},"fields":{"id":"${id}"}}`;
}

/** The code of an answer such as `{"text":"Success","code":0}`; `null` when there is none. */
export function hecCode(body: string): number | null {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return null;
  }
  if (typeof answer !== "object" || answer === null || !("code" in answer)) return null;
  return Number.isInteger(answer.code) ? (answer.code as number) : null;
}
