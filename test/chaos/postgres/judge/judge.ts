import type { Facts } from "../facts.js";
import { judgeBatches, judgeEvents } from "./events.js";
import { judgeOperations } from "./operations.js";
import { judgeOrder } from "./order.js";
import { type Fault, groupBy, type Report } from "./report.js";
import { type Duplicates, judgeRequests } from "./requests.js";

export interface Verdict {
  readonly faults: readonly Fault[];
  readonly duplicates: Duplicates;
}

/** Compares what was promised with what happened. Pure. */
export function judge(facts: Facts): Verdict {
  const faults: Fault[] = [];
  const report: Report = (promise, evidence) => void faults.push({ promise, evidence });
  const stored = groupBy(facts.events, (event) => event.key);
  judgeOperations(facts, stored, report);
  judgeEvents(facts, stored, report);
  judgeBatches(facts, report);
  judgeOrder(facts, report);
  judgeProcesses(facts, report);
  return { faults, duplicates: judgeRequests(facts, report) };
}

/** A process ends when it is told to, and not before. */
function judgeProcesses({ lives }: Facts, report: Report): void {
  for (const { name, toEnd, endedAt, code } of lives) {
    if (toEnd === null && endedAt !== null) report("no process ends by itself", `${name}: exit code ${code}`);
    if (toEnd === "stopped" && code !== 0)
      report("a process that is told to stop does so", `${name}: exit code ${code}`);
  }
}
