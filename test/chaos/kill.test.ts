import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { verify } from "hookwright/verify";
import { expect, test } from "vitest";
import { type Receiver, startReceiver } from "../../src/testing/receiver.js";
import { openHouse } from "./house.js";
import { seeded } from "./random.js";

const KILLS = 20;
/** How far each process' clock is ahead of the one before: more than a lease. */
const STEP = 180_000;
/** The longest a process may live once it has begun, in milliseconds. */
const LONGEST_LIFE = 450;

interface Child {
  readonly process: ChildProcess;
  readonly ready: Promise<void>;
  readonly ended: Promise<NodeJS.Signals | null>;
}

interface Payload {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly n: number; readonly run: number };
}

test("twenty SIGKILLs while publishing and delivering lose no event whose publish resolved", {
  timeout: 120_000,
}, async () => {
  const begun = performance.now();
  const seed = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 32));
  console.log(`CHAOS_SEED=${seed}`);
  const random = seeded(seed);
  const folder = mkdtempSync(join(tmpdir(), "hookwright-chaos-"));
  const file = join(folder, "webhooks.db");
  const answered: { status: number; payload: Payload; path: string }[] = [];
  const receiver = await startReceiver(({ body, url }) => {
    const status = random() < 0.15 ? 500 + Math.floor(random() * 4) : 204;
    answered.push({ status, payload: JSON.parse(body), path: url });
    return status;
  });
  const children: ChildProcess[] = [];
  try {
    const secrets = await subscribe(file, receiver);
    const acknowledged = new Map<string, string>();
    const launch = (run: number) => {
      const child = startChild(file, run, acknowledged);
      children.push(child.process);
      return child;
    };

    let next = launch(0);
    for (let run = 0; run < KILLS; run++) {
      const child = next;
      await child.ready;
      child.process.stdin?.write("go\n");
      const life = new Promise((resolve) => setTimeout(resolve, random() * LONGEST_LIFE));
      if (run + 1 < KILLS) next = launch(run + 1);
      await life;
      child.process.kill("SIGKILL");
      expect(await child.ended, `child ${run} must not end by itself`).toBe("SIGKILL");
    }
    const receivedBefore = answered.length;
    const after = await deliverTheRest(file);

    const good = answered.filter(({ status }) => status === 204);
    const arrived = (path: string) =>
      new Set(good.filter((one) => one.path === path).map(({ payload }) => payload.id));
    const [load, ticks] = [arrived("/load"), arrived("/ticks")];
    const lost = [...acknowledged].filter(([id, type]) => !(type === "tick.made" ? ticks : load).has(id));
    expect(lost, "acknowledged events that never arrived").toEqual([]);
    // Those that were stored and not acknowledged any more arrive as well: what is in the store is not lost.
    expect(new Set([...load, ...ticks])).toEqual(new Set(after.events));
    expect(after.statuses).toEqual({ delivered: after.events.length });
    expect(after.integrity).toBe("ok");
    expect(after.attempts).toBeLessThanOrEqual(answered.length);
    expect(after.attempts).toBeGreaterThanOrEqual(good.length > 0 ? after.events.length : 1);
    expectInOrder(good.filter(({ path }) => path === "/ticks").map(({ payload }) => payload));
    for (const request of receiver.requests) {
      const now = () => Number(request.headers["webhook-timestamp"]) * 1_000;
      await verify(request, secrets[request.url] ?? "", { now });
    }
    // The figures show that the processes died in the midst of work.
    expect(acknowledged.size).toBeGreaterThan(100);
    expect(receivedBefore).toBeGreaterThan(50);
    const duplicates = good.length - load.size - ticks.size;
    console.log(
      `${KILLS} kills, ${acknowledged.size} events acknowledged (${after.events.length} stored), ` +
        `${answered.length} requests (${receivedBefore} before the last kill), ${answered.length - good.length} answered with an error, ` +
        `${duplicates} delivered again, ${after.attempts} attempts recorded, ${Math.round(performance.now() - begun)} ms`,
    );
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await receiver.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Answers the secret for each path of the receiver. */
async function subscribe(file: string, receiver: Receiver): Promise<Record<string, string>> {
  const { webhooks, store } = openHouse(file, () => 0);
  await webhooks.migrate();
  const secrets: Record<string, string> = {};
  for (const [path, events, ordered] of [
    ["/load", ["load.*"], false],
    ["/ticks", ["tick.*"], true],
  ] as const) {
    const url = `${receiver.url}${path}`;
    const { secret } = await webhooks.subscriptions.create({
      name: "Endpoint",
      url,
      events,
      ordered,
      enabled: true,
    });
    secrets[path] = secret ?? "";
  }
  await store.close?.();
  return secrets;
}

function startChild(file: string, run: number, acknowledged: Map<string, string>): Child {
  const script = fileURLToPath(new URL("child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script, file, String(run * STEP), String(run)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.on("error", () => {});
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once("close", (_code, signal) => resolve(signal));
  });
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [type, id] = line.split(" ");
      if (line === "ready") resolve();
      // A line that was cut off by the kill was not acknowledged to anybody.
      else if (type && id && id.length === 30) acknowledged.set(id, type);
    });
  });
  return { process: child, ready: Promise.race([ready, ended.then(() => {})]), ended };
}

/** Delivers what is left, on a clock ahead of every lease, then reads what is in the file. */
async function deliverTheRest(file: string) {
  let ahead = KILLS * STEP;
  const { webhooks, store } = openHouse(file, () => ahead);
  const open = () =>
    Promise.all(
      (["pending", "failed"] as const).map((status) => webhooks.deliveries.list({ status, limit: 1 })),
    );
  for (let times = 0; times < 30; times++) {
    await webhooks.runUntilIdle();
    if ((await open()).every(({ items }) => items.length === 0)) break;
    ahead += 1_000;
  }
  await webhooks.stop();
  await store.close?.();
  const database = new Database(file, { readonly: true });
  try {
    const statuses = database.prepare(
      "SELECT status, count(*) AS count FROM hookwright_deliveries GROUP BY status",
    );
    return {
      integrity: database.pragma("integrity_check", { simple: true }),
      attempts: Number(database.prepare("SELECT count(*) FROM hookwright_attempts").pluck().get()),
      events: database.prepare("SELECT id FROM hookwright_events").pluck().all() as string[],
      statuses: Object.fromEntries(
        (statuses.all() as { status: string; count: number }[]).map(({ status, count }) => [status, count]),
      ),
    };
  } finally {
    database.close();
  }
}

/** Of an ordered subscription, the first arrival of each event comes after that of each event before it. */
function expectInOrder(payloads: readonly Payload[]): void {
  const seen = new Set<string>();
  let last = { run: -1, n: -1 };
  for (const { id, data } of payloads) {
    if (seen.has(id)) continue;
    seen.add(id);
    const isNext = data.run > last.run || (data.run === last.run && data.n > last.n);
    expect(isNext, `${data.run}/${data.n} arrived after ${last.run}/${last.n}`).toBe(true);
    last = data;
  }
}
