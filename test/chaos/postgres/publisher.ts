import { openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { seeded } from "../random.js";
import type { Answer, Begun, Ended, Identity } from "./facts.js";
import { fillingOf, LEASE_MS, openHouse, ownSetting, SCOPES, type Type } from "./house.js";

/**
 * A process that only publishes, in four ways: an event, several at once, one in a transaction with a row of the
 * host's, and one by SQL in such a transaction. Each begins with a line in a file and ends with another; what is in
 * a file survives a SIGKILL. SIGTERM: it ends what it has begun, then itself.
 */
const setting = ownSetting();
const random = seeded(setting.seed);
const { webhooks, pool, close } = openHouse(setting, 6);
const file = openSync(join(setting.folder, `${setting.name}.ops`), "a");
let count = 0;
let isStopping = false;

const write = (line: Begun | Ended) => void writeSync(file, `${JSON.stringify(line)}\n`);
function pick<T>(choices: readonly T[]): T {
  const picked = choices[Math.floor(random() * choices.length)];
  if (picked === undefined) throw new Error("There is nothing to choose from.");
  return picked;
}
const newKey = () => `${setting.name}:${count++}`;
const dataOf = (key: string) => ({ key, filling: fillingOf(key) });

interface Work {
  readonly begun: Omit<Begun, "line" | "op" | "at">;
  run(): Promise<{ answer: Answer; ids: readonly string[] }>;
}

/** Writes down that it begins and how it ended. Answers whether it was rejected. */
async function perform({ begun, run }: Work): Promise<boolean> {
  const op = `${setting.name}#${count++}`;
  write({ line: "begun", op, at: Date.now(), ...begun });
  try {
    const { answer, ids } = await run();
    write({ line: "ended", op, at: Date.now(), answer, ids, error: null });
    return false;
  } catch (error) {
    write({ line: "ended", op, at: Date.now(), answer: "rejected", ids: [], error: String(error) });
    return true;
  }
}

/** One event. Rejected, it is unknown whether it was stored: it is published again, under the name it had or as another. */
async function plain(type: Type, identity: Identity): Promise<void> {
  const key = newKey();
  const scope = type === "tick.made" ? "" : pick(SCOPES);
  const named = { none: {}, id: { id: key.replaceAll(":", "_") }, idempotencyKey: { idempotencyKey: key } }[
    identity
  ];
  for (let repeats = false; !isStopping; repeats = true) {
    const isRejected = await perform({
      begun: { how: "plain", keys: [key], type, scope, identity, repeats },
      async run() {
        const { id } = await webhooks.publish(type, dataOf(key), { scope, ...named });
        return { answer: "acknowledged", ids: [id] };
      },
    });
    // A tick is not made twice: the next one must not overtake it.
    if (!isRejected || type === "tick.made") return;
    await sleep(100);
  }
}

async function many(): Promise<void> {
  const keys = Array.from({ length: 2 + Math.floor(random() * 18) }, newKey);
  const scope = pick(SCOPES);
  await perform({
    begun: { how: "many", keys, type: "load.made", scope, identity: "none", repeats: false },
    async run() {
      const events = keys.map((key) => ({ type: "load.made" as const, data: dataOf(key), scope }));
      const published = await webhooks.publishMany(events);
      return { answer: "acknowledged", ids: published.map(({ id }) => id) };
    },
  });
}

/** In a transaction with a row of the host's, which tells afterwards whether it was committed. */
async function inTransaction(how: "tx" | "sql"): Promise<void> {
  const key = newKey();
  const scope = pick(SCOPES);
  const commits = random() < 0.7;
  await perform({
    begun: { how, keys: [key], type: "order.paid", scope, identity: "none", repeats: false },
    async run() {
      const tx = await pool.connect();
      let isBroken = true;
      try {
        await tx.query("BEGIN");
        await tx.query(`INSERT INTO "${setting.schema}".host_rows (key) VALUES ($1)`, [key]);
        const id =
          how === "tx"
            ? (await webhooks.publish("order.paid", dataOf(key), { scope, tx })).id
            : await bySql(tx, key, scope);
        await sleep(random() * 10);
        await tx.query(commits ? "COMMIT" : "ROLLBACK");
        isBroken = false;
        return { answer: commits ? "acknowledged" : "rolled back", ids: [id] };
      } finally {
        tx.release(isBroken);
      }
    },
  });
}

async function bySql(
  tx: { query(text: string, values: unknown[]): Promise<{ rows: { id: string }[] }> },
  key: string,
  scope: string,
) {
  const { rows } = await tx.query(
    `SELECT "${setting.schema}".publish('order.paid', $1::jsonb, $2::text)::text AS id`,
    [JSON.stringify(dataOf(key)), scope],
  );
  return rows[0]?.id ?? "";
}

/** Whether the schema has the function that publishes from SQL. */
async function hasFunction(): Promise<boolean> {
  const { rows } = await pool.query(
    "SELECT 1 FROM pg_proc WHERE proname = 'publish' AND pronamespace = to_regnamespace($1)",
    [`"${setting.schema}"`],
  );
  return rows.length > 0;
}

async function until(rest: number, step: () => Promise<void>): Promise<void> {
  while (!isStopping) {
    await step().catch(() => {});
    await sleep(random() * 2 * rest);
  }
}

async function main(): Promise<void> {
  let canSql: boolean | null = null;
  while (canSql === null) canSql = await hasFunction().catch(() => sleep(100).then(() => null));
  const load = () => plain("load.made", pick<Identity>(["none", "none", "id", "idempotencyKey"]));
  const byRow: ("tx" | "sql")[] = canSql ? ["tx", "sql"] : ["tx"];
  const loops = [
    until(25, load),
    until(25, load),
    until(300, many),
    until(60, () => inTransaction(pick(byRow))),
    // Their queue stands still while the lease of a killed worker runs.
    until(150 + LEASE_MS / setting.speed / 160, () => plain("tick.made", "none")),
  ];
  process.stdout.write("ready\n");
  await Promise.all(loops);
  await close();
  process.exit(0);
}

process.once("SIGTERM", () => {
  isStopping = true;
});
void main();
