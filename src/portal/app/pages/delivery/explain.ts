import type { delivery } from "../../text/en/delivery.js";

/** A sentence on an answer's status. */
export type StatusMeaning = keyof typeof delivery.byStatus;

const BY_STATUS: ReadonlyMap<number, StatusMeaning> = new Map([
  [400, "badRequest"],
  [401, "credentials"],
  [403, "credentials"],
  [404, "notFound"],
  [405, "method"],
  [408, "timeout"],
  [409, "conflict"],
  [410, "gone"],
  [413, "large"],
  [415, "mediaType"],
  [422, "badRequest"],
  [425, "slowDown"],
  [429, "slowDown"],
  [502, "away"],
  [503, "away"],
  [504, "away"],
]);

/** Which sentence a status deserves (RFC 9110 section 15, RFC 6585). Pure. */
export function statusMeaning(status: number): StatusMeaning {
  const exact = BY_STATUS.get(status);
  if (exact !== undefined) return exact;
  if (status >= 200 && status < 300) return "success";
  if (status >= 300 && status < 400) return "redirect";
  if (status >= 400 && status < 500) return "client";
  return status >= 500 && status < 600 ? "server" : "odd";
}
