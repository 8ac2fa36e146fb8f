import type { Facts } from "./facts.js";
import type { Outcome } from "./run.js";

/** The figures of a run, a line each. */
export function figuresOf({ facts, verdict }: Outcome): [string, string][] {
  const { operations, requests, lives, outages, events, deliveries, attempts } = facts;
  const lines: [string, string][] = [];
  const add = (name: string, value: string | number) => void lines.push([name, String(value)]);
  for (const how of ["plain", "many", "tx", "sql"] as const) {
    const all = operations.filter((operation) => operation.how === how);
    const ended = (answer: string) => all.filter(({ end }) => end?.answer === answer).length;
    const killed = all.filter(({ end }) => end === null).length;
    add(
      `published, ${WAYS[how]}`,
      `${all.length} calls: ${ended("acknowledged")} acknowledged, ${ended("rolled back")} rolled back, ` +
        `${ended("rejected")} rejected (unknown), ${killed} cut off by a kill (unknown)`,
    );
  }
  add("events stored", events.length);
  add(
    "deliveries",
    `${deliveries.length} (${deliveries.filter(({ path }) => path === "/batch").length} batches)`,
  );
  const failed = requests.filter(({ status }) => status !== 204);
  add(
    "requests",
    `${requests.length}, ${failed.length} answered with a failure (${failed.filter(({ status }) => status === null).length} by closing the connection)`,
  );
  add(
    "attempts recorded",
    `${attempts.length}; ${verdict.duplicates.unrecorded} requests were in flight at a kill`,
  );
  const { killed, frozen, outage, slow, republished, unexplained } = verdict.duplicates;
  add(
    "delivered again",
    `${killed} because a worker was killed, ${frozen} because one was held still past its lease, ` +
      `${outage} because the server was away, ${slow} because the machine was slow, ${unexplained} unexplained`,
  );
  add("published twice", `${republished} events, after an answer that was unknown`);
  for (const kind of ["worker", "publisher"] as const) {
    const all = lives.filter((life) => life.kind === kind);
    const still = all.reduce((sum, life) => sum + life.frozen.length, 0);
    add(
      `${kind}s`,
      `${all.length} lives, ${all.filter(({ killedAt }) => killedAt !== null).length} killed` +
        (still > 0 ? `, ${still} held still` : ""),
    );
  }
  add("server", `${outages.length} kills, away for ${spread(outages.map(({ from, to }) => to - from))}`);
  add("first publish after it was back", spread(recoveries(facts, acknowledgements(facts))));
  add(
    "first request after it was back",
    spread(
      recoveries(
        facts,
        requests.map(({ sentAt }) => sentAt),
      ),
    ),
  );
  return lines;
}

const WAYS = {
  plain: "one event",
  many: "several at once",
  tx: "in a transaction",
  sql: "from SQL",
} as const;

function acknowledgements({ operations }: Facts): number[] {
  return operations.flatMap(({ end }) => (end?.answer === "acknowledged" ? [end.at] : []));
}

/** Milliseconds from the end of each outage to the first of these moments. */
function recoveries({ outages }: Facts, moments: readonly number[]): number[] {
  return outages.flatMap(({ to }) => {
    const after = moments.filter((at) => at >= to);
    return after.length === 0 ? [] : [after.reduce((a, b) => Math.min(a, b)) - to];
  });
}

function spread(values: readonly number[]): string {
  if (values.length === 0) return "none";
  const sorted = [...values].sort((a, b) => a - b);
  return `${sorted[Math.floor(sorted.length / 2)]} ms (${sorted[0]} to ${sorted.at(-1)})`;
}
