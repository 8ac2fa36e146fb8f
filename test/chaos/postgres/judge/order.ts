import type { Facts } from "../facts.js";
import type { Report } from "./report.js";

/** One whose publish resolved before the next one's began is taken before the next one is sent. */
export function judgeOrder({ operations, requests }: Facts, report: Report): void {
  const first = new Map<string, { sent: number; taken: number }>();
  for (const { path, sentAt, answeredAt, status, events } of requests) {
    if (path !== "/ticks") continue;
    for (const { key } of events) {
      const known = first.get(key) ?? { sent: sentAt, taken: Number.POSITIVE_INFINITY };
      if (status === 204) known.taken = Math.min(known.taken, answeredAt);
      first.set(key, known);
    }
  }
  const last = new Map<string, string>();
  for (const { type, keys, end, op } of operations) {
    const [key = ""] = keys;
    if (type !== "tick.made" || end?.answer !== "acknowledged") continue;
    const publisher = op.split("#")[0] ?? "";
    const before = first.get(last.get(publisher) ?? "");
    const now = first.get(key);
    if (before && now && now.sent < before.taken)
      report(
        "an ordered subscription hears in the order of publishing",
        `${key} was sent before ${last.get(publisher)} was taken`,
      );
    last.set(publisher, key);
  }
}
