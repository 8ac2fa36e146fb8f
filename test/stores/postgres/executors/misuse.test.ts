import { PrismaPg } from "@prisma/adapter-pg";
import Database from "better-sqlite3";
import { drizzle as overSqlite } from "drizzle-orm/better-sqlite3";
import { drizzle } from "drizzle-orm/node-postgres";
import createKnex from "knex";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import postgres from "postgres";
import { DataSource } from "typeorm";
import { describe, expect, test } from "vitest";
import { isWebhookError } from "../../../../src/model/errors.js";
import * as exported from "../../../../src/stores/postgres/executors/index.js";
import { postgresStore } from "../../../../src/stores/postgres/index.js";
import { entries, event } from "../../../../src/testing/store/make.js";
import { PrismaClient } from "./prisma/client.js";

/** Nothing of this is ever connected to. */
const url = "postgres://nobody:secret@127.0.0.1:1/nothing";

const pool = new pg.Pool({ connectionString: url });
const source = new DataSource({ type: "postgres", url });

const executors = { ...exported };
type Name = keyof typeof executors;

/** Real handles, by the function that takes them. */
const handles: Readonly<Record<Name, readonly unknown[]>> = {
  fromPg: [pool, new pg.Client(url)],
  fromPostgresJs: [postgres(url)],
  fromKysely: [new Kysely({ dialect: new PostgresDialect({ pool }) })],
  fromDrizzle: [drizzle(pool)],
  fromKnex: [createKnex({ client: "pg" })],
  fromTypeORM: [source.manager, source.createQueryRunner(), source],
  fromPrisma: [new PrismaClient({ adapter: new PrismaPg(url) })],
};
const names = Object.keys(handles) as Name[];

/** Calls a function as JavaScript would, and answers what it throws. */
function refusal(name: Name, handle: unknown): Error | null {
  try {
    (executors[name] as (handle: unknown) => unknown)(handle);
    return null;
  } catch (error) {
    if (isWebhookError(error, "INVALID_ARGUMENT")) return error;
    throw error;
  }
}

describe.each(names)("%s", (name) => {
  test("takes its own handles", () => {
    for (const handle of handles[name]) expect(refusal(name, handle)).toBeNull();
  });

  test.each(names.filter((other) => other !== name))("says what to do with what %s takes", (other) => {
    for (const handle of handles[other]) {
      expect(refusal(name, handle)?.message).toMatch(
        new RegExp(`^${name} takes .*, and was given what ${other} takes: use ${other}\\.$`),
      );
    }
  });

  test.each([
    ["undefined", undefined, /was given undefined\.$/],
    ["null", null, /was given null\.$/],
    ["a URL", url, /was given a string\.$/],
    ["an empty object", {}, /was given an object\.$/],
    ["a function", () => undefined, /was given a function\.$/],
    ["what another made", executors.fromKysely(handles.fromKysely[0] as never), /was given an object\.$/],
    ["a database that is not PostgreSQL", overSqlite(new Database(":memory:")), /was given an object\.$/],
    ["a promise of its own", Promise.resolve(handles[name][0]), /was given a promise: await it first\.$/],
  ])("refuses %s", (_, handle, message) => {
    const error = refusal(name, handle);
    expect(error?.message).toMatch(message);
    expect(error?.message).not.toContain("secret");
    expect(error).toMatchObject({ issues: [{ path: [] }] });
  });
});

describe("publish, given a transaction", () => {
  const { append } = postgresStore({ db: pool });
  const one = entries({ events: [event("evt_1")] });

  test.each(names.filter((name) => name !== "fromPg"))(
    "refuses what %s takes, unless it is wrapped",
    async (name) => {
      for (const handle of handles[name]) {
        await expect(append(one, handle as never)).rejects.toMatchObject({
          code: "INVALID_ARGUMENT",
          message: expect.stringMatching(new RegExp(`wrap what it was given: tx: ${name}\\(\\.\\.\\.\\)`)),
          issues: [{ path: ["tx"] }],
        });
      }
    },
  );

  test.each([null, {}, 7, "a text"])("refuses %j", async (tx) => {
    await expect(append(one, tx as never)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  test("takes whatever runs statements", async () => {
    const query = async () => ({ rows: [{ stale: null }] });
    expect(await append(one, { query })).toEqual(["evt_1"]);
  });
});

test("every function is held to this", () => {
  expect(names.toSorted()).toEqual(Object.keys(executors).sort());
});

test("fromPg hands on the pool itself, so that the store can listen and prepare", () => {
  expect(executors.fromPg(pool)).toBe(pool);
});

describe("postgresStore, given a database", () => {
  test.each(names.filter((name) => name !== "fromPg"))(
    "names %s for its handle that is not wrapped",
    (name) => {
      for (const handle of handles[name]) {
        expect(() => postgresStore({ db: handle as never })).toThrow(
          expect.objectContaining({
            code: "CONFIGURATION",
            message: expect.stringContaining(`db: ${name}(...)`),
          }),
        );
      }
    },
  );
});
