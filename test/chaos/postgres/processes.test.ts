import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { cleanUp, databaseUrl, newSchema, openPool, stopOwnServer } from "../../support/postgres.js";
import { bundle, type Kind } from "./bundle.js";
import { Crew, type Member } from "./crew.js";
import type { Facts } from "./facts.js";
import type { Setting } from "./house.js";
import { judge } from "./judge/judge.js";
import { openWork, readOperations, readRequests, readStored, readTestimonies } from "./read.js";
import { flush, prepare } from "./stage.js";

let programs: Readonly<Record<Kind, string>>;
let built: string;

beforeAll(async () => {
  built = mkdtempSync(join(tmpdir(), "hookwright-programs-"));
  programs = await bundle(built);
}, 60_000);
afterEach(cleanUp);
afterAll(async () => {
  rmSync(built, { recursive: true, force: true });
  await stopOwnServer();
});

/** Real processes on a schema of their own, with a clock that is not ahead. */
async function open() {
  const folder = mkdtempSync(join(tmpdir(), "hookwright-processes-"));
  const schema = newSchema();
  const setting = {
    url: await databaseUrl(),
    schema,
    folder,
    origin: Date.now(),
    speed: 1,
    name: "test",
    seed: 1,
  };
  let seed = 0;
  const crew = new Crew(programs, setting, () => ++seed);
  const pool = await openPool({ max: 2 });
  return {
    schema,
    setting,
    crew,
    pool,
    async facts(): Promise<Facts> {
      return {
        operations: readOperations(folder),
        requests: readRequests(folder),
        testimonies: readTestimonies(folder),
        ...(await readStored(pool, setting)),
        waiting: 0,
        lives: crew.lives,
        outages: [],
      };
    },
    async close() {
      await crew.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves when the condition holds. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}

/** Resolves when what was published from SQL is taken in, what waits for a batch is flushed, and all is delivered. */
async function untilDone(pool: Pool, setting: Setting): Promise<void> {
  for (;;) {
    const { open, waiting } = await openWork(pool, setting.schema);
    if (open + waiting === 0) return;
    if (open === 0) await flush(setting);
    await sleep(50);
  }
}

const requestsOf = (folder: string, worker: Member) =>
  readRequests(folder).filter((request) => request.worker === worker.name);

test("six processes that start at once on an empty database find one schema, each step of it made once", {
  timeout: 60_000,
}, async () => {
  const { crew, pool, schema, close } = await open();
  try {
    const members = Array.from({ length: 6 }, () => crew.start("worker"));
    await Promise.all(members.map(({ ready }) => ready));
    const { rows } = await pool.query<{ version: number }>(
      `SELECT version FROM "${schema}".migrations ORDER BY version`,
    );
    expect(rows.map(({ version }) => version)).toEqual(rows.map((_, n) => n + 1));
    expect(rows.length).toBeGreaterThan(0);
    await Promise.all(members.map((member) => crew.stop(member)));
    expect(crew.lives.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
  } finally {
    await close();
  }
});

test("publishers deliver nothing, workers that come later deliver all of it", {
  timeout: 60_000,
}, async () => {
  const { crew, pool, setting, facts, close } = await open();
  try {
    await prepare(crew, setting);
    const publishers = [crew.start("publisher"), crew.start("publisher")];
    await until(() => readOperations(setting.folder).filter(({ end }) => end !== null).length >= 40);
    await Promise.all(publishers.map((publisher) => crew.stop(publisher)));
    expect(readRequests(setting.folder)).toEqual([]);

    const worker = crew.start("worker");
    await worker.ready;
    await untilDone(pool, setting);
    await crew.stop(worker);
    expect(crew.lives.filter(({ toEnd }) => toEnd === "stopped").map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(judge(await facts()).faults).toEqual([]);
  } finally {
    await close();
  }
});

test("three workers are replaced one after another while events are published: nothing is lost, nothing sent twice", {
  timeout: 90_000,
}, async () => {
  const { crew, pool, setting, facts, close } = await open();
  try {
    await prepare(crew, setting);
    const old = Array.from({ length: 3 }, () => crew.start("worker"));
    const publisher = crew.start("publisher");
    for (const worker of old) {
      await until(() => requestsOf(setting.folder, worker).length >= 20);
      const next = crew.start("worker");
      await next.ready;
      await crew.stop(worker);
      await until(() => requestsOf(setting.folder, next).length >= 5);
    }
    await crew.stop(publisher);
    await untilDone(pool, setting);
    await Promise.all(crew.alive("worker").map((worker) => crew.stop(worker)));

    const { faults, duplicates } = judge(await facts());
    expect(faults).toEqual([]);
    expect(
      Object.values(duplicates).every((count) => count === 0),
      JSON.stringify(duplicates),
    ).toBe(true);
  } finally {
    await close();
  }
});
