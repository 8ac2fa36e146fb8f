import type { Facts, Operation, StoredEvent } from "../facts.js";
import type { Report } from "./report.js";

/** What each publisher was told holds: acknowledged is stored, rolled back is not, unknown is as the host's row says. */
export function judgeOperations(
  facts: Facts,
  stored: ReadonlyMap<string, StoredEvent[]>,
  report: Report,
): void {
  const timesAnew = new Map<string, number>();
  for (const { keys, identity, repeats } of facts.operations)
    for (const key of keys)
      if (identity === "none" || !repeats) timesAnew.set(key, (timesAnew.get(key) ?? 0) + 1);

  for (const operation of facts.operations) {
    const { op, how, keys, end } = operation;
    const found = keys.map((key) => stored.get(key) ?? []);
    const count = found.filter((events) => events.length > 0).length;
    if (count !== 0 && count !== keys.length)
      report("publishMany stores all or nothing", `${op}: ${count} of ${keys.length}`);
    if (end?.answer === "acknowledged") {
      const ids = new Set(found.flat().map(({ id }) => id));
      const lost = end.ids.filter((id) => !ids.has(id));
      if (lost.length > 0)
        report("an event whose publish resolved is stored", `${op} (${how}) at ${end.at}: ${lost}`);
    }
    for (const key of keys) {
      const events = stored.get(key) ?? [];
      if (events.length > (timesAnew.get(key) ?? 0))
        report(
          "an event is stored once, however often its publish is repeated",
          `${op} ${key}: ${ids(events)}`,
        );
    }
    if (how === "tx" || how === "sql") judgeTransaction(facts, operation, count, report);
  }
}

function judgeTransaction(
  { hostRows }: Facts,
  { op, how, keys, end }: Operation,
  count: number,
  report: Report,
) {
  const isCommitted = keys.every((key) => hostRows.has(key));
  if (end?.answer === "acknowledged" && !isCommitted)
    report("what the database says it committed is there", `${op}: the host's row is gone`);
  if (end?.answer === "rolled back" && isCommitted)
    report("what the database says it rolled back is not there", `${op}: the host's row is there`);
  if (isCommitted && count === 0)
    report("a committed transaction's event is stored", `${op} (${how}, ${end?.answer ?? "killed"})`);
  if (!isCommitted && count > 0)
    report("a rolled-back transaction's event is never stored", `${op} (${how}, ${end?.answer ?? "killed"})`);
}

const ids = (events: readonly StoredEvent[]) => events.map(({ id }) => id).join(", ");
