import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type DurableServer, startDurableServer } from "../../support/postgres/server.js";
import { seeded } from "../random.js";
import { bundle } from "./bundle.js";
import { Crew, type Member } from "./crew.js";
import type { Facts, Span } from "./facts.js";
import { LEASE_MS } from "./house.js";
import { judge, type Verdict } from "./judge/judge.js";
import { type Blow, countsFor, planOf } from "./plan.js";
import {
  openWork,
  readComplaints,
  readOperations,
  readRequests,
  readStored,
  readTestimonies,
} from "./read.js";
import { prepare } from "./stage.js";

/** How a run is made. */
export interface ChaosOptions {
  readonly seed: number;
  /** How long blows fall, in milliseconds. The rest is delivered after. */
  readonly ms: number;
  /** How many times faster than real the clock is: a lease of two minutes ends within two minutes divided by it. */
  readonly speed: number;
  /** Ends the run where it stands. */
  readonly signal?: AbortSignal;
  say?(text: string): void;
}

export interface Outcome {
  readonly facts: Facts;
  readonly verdict: Verdict;
  /** What the workers met with, newest last. */
  readonly complaints: readonly string[];
}

const WORKERS = 4;
const PUBLISHERS = 2;
const SCHEMA = "chaos";

/**
 * Four workers, two publishers and a receiver, killed and started again at random on a server that is killed too; then
 * peace until all is delivered; then a judgement. Leaves nothing behind.
 */
export async function runChaos(options: ChaosOptions): Promise<Outcome> {
  const { seed, ms, speed, say = () => {}, signal } = options;
  const random = seeded(seed);
  const server = await startDurableServer();
  let crew: Crew | null = null;
  let pool: pg.Pool | null = null;
  try {
    const folder = await server.folder("run");
    const programs = await bundle(await server.folder("programs"));
    const setting = {
      url: server.url,
      schema: SCHEMA,
      folder,
      origin: Date.now(),
      speed,
      name: "conductor",
      seed,
    };
    crew = new Crew(programs, setting, () => Math.floor(random() * 2 ** 32));
    await prepare(crew, setting);

    const publishers = Array.from({ length: PUBLISHERS }, () => crew?.start("publisher"));
    const workers = Array.from({ length: WORKERS }, () => crew?.start("worker"));
    await Promise.all([...publishers, ...workers].map((member) => member?.ready));
    const stillMs = (LEASE_MS / speed) * 1.1 + 500;
    const plan = planOf(random, ms, countsFor(ms, stillMs), stillMs);
    const outages: Span[] = [];
    await strike(plan, crew, server, outages, options);

    pool = new pg.Pool({ connectionString: server.url, max: 2 });
    pool.on("error", () => {});
    say("peace");
    await Promise.all(crew.alive("publisher").map((member) => crew?.stop(member)));
    const { waiting } = await untilIdle(pool, LEASE_MS / speed + 60_000, signal);
    await Promise.all(crew.alive("worker").map((member) => crew?.stop(member)));
    const facts: Facts = {
      operations: readOperations(folder),
      requests: readRequests(folder),
      testimonies: readTestimonies(folder),
      ...(await readStored(pool, setting)),
      waiting,
      lives: crew.lives,
      outages,
    };
    return { facts, verdict: judge(facts), complaints: readComplaints(folder) };
  } finally {
    await crew?.end();
    await pool?.end();
    await server.stop();
  }
}

/** Carries the plan out. Resolves when all who were hit are back. */
async function strike(
  plan: readonly Blow[],
  crew: Crew,
  server: DurableServer,
  outages: Span[],
  { ms, signal, say = () => {} }: ChaosOptions,
): Promise<void> {
  const begun = performance.now();
  const after: Promise<unknown>[] = [];
  const later = (work: Promise<unknown>) => {
    // When the run is broken off before it is awaited, nobody asks.
    work.catch(() => {});
    after.push(work);
  };
  const until = (at: number) =>
    sleep(Math.max(0, at - (performance.now() - begun)), null, { ...(signal && { signal }) });
  const victim = (kind: "worker" | "publisher", whom: number): Member | undefined => {
    const alive = crew.alive(kind).filter(({ isFrozen }) => !isFrozen);
    return alive[Math.floor(whom * alive.length)];
  };
  const replace = async (kind: "worker" | "publisher", gone: Promise<void>, rest: number) => {
    await gone;
    await sleep(rest);
    // It may be killed before; that it ended by itself is for the judge.
    await crew.start(kind).ready.catch(() => {});
  };
  // One server, one outage at a time.
  let serverBack: Promise<void> = Promise.resolve();
  for (const { at, deed, whom, rest } of plan) {
    await until(at);
    say(`${(at / 1000).toFixed(1)} s: ${deed}`);
    if (deed === "kill server") {
      await serverBack;
      const from = Date.now();
      await server.kill();
      serverBack = sleep(rest)
        .then(() => server.restart())
        .then(() => void outages.push({ from, to: Date.now() }));
      later(serverBack);
      continue;
    }
    const kind = deed === "kill publisher" ? "publisher" : "worker";
    const member = victim(kind, whom);
    if (member === undefined) continue;
    if (deed === "freeze worker") later(crew.freeze(member, rest));
    else later(replace(kind, deed === "stop worker" ? crew.stop(member) : crew.kill(member), rest));
  }
  await until(ms);
  await Promise.all(after);
}

/** Waits until nothing is left to do, or there has been no less of it for so long. */
async function untilIdle(pool: pg.Pool, patienceMs: number, signal: AbortSignal | undefined) {
  let least = Number.POSITIVE_INFINITY;
  let since = performance.now();
  for (;;) {
    const work = await openWork(pool, SCHEMA);
    const left = work.open + work.waiting;
    if (left < least) [least, since] = [left, performance.now()];
    if (left === 0 || performance.now() - since > patienceMs) return work;
    await sleep(200, null, { ...(signal && { signal }) });
  }
}
