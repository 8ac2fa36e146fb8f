// `npm run bench:postgres`: what the PostgreSQL store costs, on a throw-away server with PostgreSQL's default durability (or on
// DATABASE_URL). Names of sections as arguments run only those; LOG_ROWS makes the history shorter.
import { startDefaultServer } from "../../support/postgres/server.js";
import { BenchReceiver, type Sample, summary } from "../measure.js";
import { timeIsolation } from "./isolation.js";
import { compareLogs, type Steps } from "./log.js";
import { explainClaim } from "./plan.js";
import { countStatements } from "./statements.js";
import { timeTransactions } from "./transaction.js";
import { drainWith } from "./workers.js";

const LOG_ROWS = Number(process.env.LOG_ROWS ?? 10_000_000);
const REPETITIONS = Number(process.env.BENCH_REPETITIONS ?? 5);

const ms = (value: number) => value.toFixed(1);
const percentile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;

async function statements(url: string, receiver: BenchReceiver): Promise<void> {
  console.log("\nStatements of each delivery, by what the driver was asked:\n");
  console.log(
    "| subscriptions an event | deliveries | append | claim | settle | other |\n|---|---|---|---|---|---|",
  );
  for (const [fanOut, events] of [
    [1, 10_000],
    [10, 1_000],
    [1_000, 20],
  ] as const) {
    const { deliveries, perDelivery } = await countStatements(url, receiver, fanOut, events);
    const cell = (verb: string) => (perDelivery[verb] ?? 0).toFixed(4);
    console.log(
      `| ${fanOut} | ${deliveries} | ${cell("append")} | ${cell("claim")} | ${cell("settle")} | ${cell("other")} |`,
    );
  }
}

async function workers(url: string, receiver: BenchReceiver): Promise<void> {
  const samples = new Map<number, Sample[]>([
    [1, []],
    [2, []],
    [4, []],
  ]);
  for (let repetition = 0; repetition < REPETITIONS; repetition++)
    for (const [count, results] of samples) results.push(await drainWith(count, url, receiver, 20_000));
  console.log("\nA backlog of 20 000 deliveries to 20 subscriptions, by worker processes:\n");
  console.log("| workers | deliveries/s | CPU of the workers a delivery, us |\n|---|---|---|");
  for (const [count, results] of samples) {
    const speed = summary(results.map((one) => one.perSecond));
    const cpu = summary(results.map((one) => one.cpuMicros));
    console.log(
      `| ${count} | ${Math.round(speed.median)} (${Math.round(speed.least)} to ${Math.round(speed.most)}) | ${Math.round(cpu.median)} |`,
    );
  }
}

async function transaction(url: string): Promise<void> {
  const { alone, withPublish } = await timeTransactions(url, 1_000);
  console.log(
    "\nA transaction of the host, one insert, alone and with a publish to ten subscriptions, us:\n",
  );
  console.log("| | p50 | p99 |\n|---|---|---|");
  for (const [name, values] of [
    ["alone", alone],
    ["with a publish", withPublish],
  ] as const)
    console.log(
      `| ${name} | ${Math.round(percentile(values, 0.5))} | ${Math.round(percentile(values, 0.99))} |`,
    );
}

async function isolation(url: string): Promise<void> {
  const { without, withBad } = await timeIsolation(url, 6, 10_000);
  console.log("\n98 healthy endpoints, 10 events a second each, publish to receipt, ms:\n");
  console.log("| | p50 | p99 | requests |\n|---|---|---|---|");
  for (const [name, values] of [
    ["alone", without],
    ["beside a dead and a slow one", withBad],
  ] as const)
    console.log(
      `| ${name} | ${ms(percentile(values, 0.5))} | ${ms(percentile(values, 0.99))} | ${values.length} |`,
    );
}

async function log(url: string): Promise<void> {
  const { empty, full, prune } = await compareLogs(url, LOG_ROWS, 100);
  console.log(`\nSteps of 200 deliveries on an empty history and on one of ${LOG_ROWS}, ms, median (p99):\n`);
  console.log("| | empty | full | factor |\n|---|---|---|---|");
  for (const step of ["append", "claim", "settle"] as const satisfies readonly (keyof Steps)[]) {
    const [a, b] = [summary(empty[step]).median, summary(full[step]).median];
    console.log(
      `| ${step} | ${ms(a)} (${ms(percentile(empty[step], 0.99))}) | ${ms(b)} (${ms(percentile(full[step], 0.99))}) | ${(b / a).toFixed(2)} |`,
    );
  }
  console.log(
    `\nPruning it: ${Math.round(prune.perSecond)} rows a second, longest chunk ${ms(prune.longestMs)} ms; append meanwhile ` +
      `${ms(summary(prune.append).median)} (p99 ${ms(percentile(prune.append, 0.99))}).`,
  );
}

async function plan(url: string): Promise<void> {
  console.log("\nA claim of 200 among 10 000 subscriptions that each have one delivery due:\n");
  console.log(await explainClaim(url, 10_000));
}

const sections = { statements, workers, transaction, isolation, log, plan };
const asked = process.argv.slice(2);
const server = process.env.DATABASE_URL ? null : await startDefaultServer();
const url = process.env.DATABASE_URL ?? server?.url ?? "";
const receiver = await BenchReceiver.start();
try {
  for (const [name, run] of Object.entries(sections))
    if (asked.length === 0 || asked.includes(name)) await run(url, receiver);
} finally {
  receiver.stop();
  await server?.stop();
}
