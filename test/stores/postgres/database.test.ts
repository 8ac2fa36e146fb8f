import { describe, expect, test } from "vitest";
import { Database } from "../../../src/stores/postgres/database.js";
import {
  isInDoubt,
  isLost,
  isUnprepared,
  NotSent,
  sqlState,
  TooLate,
  unavailable,
} from "../../../src/stores/postgres/faults.js";
import { LOCKS_IN_TIME } from "../../../src/stores/postgres/lock-time.js";
import type { Runner, Statement } from "../../../src/stores/postgres/runner.js";
import { failure } from "../../make.js";

const options = { schema: "x", statementMs: 1_000, lockMs: 50, prepare: true } as const;

/** An error as drivers make them. */
const answered = (code: string, message = `said ${code}`) => Object.assign(new Error(message), { code });

/** A database whose runner throws what is listed, and then answers a row. */
function failing(...errors: unknown[]) {
  const asked: Statement[] = [];
  const runner: Runner = {
    takesNames: true,
    isClient: false,
    async run(statement) {
      asked.push(statement);
      if (errors.length > 0) throw errors.shift();
      return [{ n: 1 }];
    },
  };
  return { database: new Database(runner, options), asked };
}

describe("a statement that failed", () => {
  test.each(["40001", "40P01"])("with %s is made again, whatever it does", async (code) => {
    const { database, asked } = failing(answered(code), answered(code));
    expect(await database.all("UPDATE", [])).toEqual([{ n: 1 }]);
    expect(asked).toHaveLength(3);
  });

  test("is made again five times, and no more", async () => {
    const { database, asked } = failing(...Array.from({ length: 9 }, () => answered("40001")));
    const error = await failure("STORE_UNAVAILABLE", () => database.all("UPDATE", []));
    expect(error.message).toBe("PostgreSQL failed and nothing was written: said 40001.");
    expect(asked).toHaveLength(6);
  });

  test.each([
    answered("ECONNRESET"),
    answered("EPIPE"),
    answered("57P01"),
    answered("08006"),
    new Error("Connection terminated unexpectedly"),
    answered("CONNECTION_CLOSED"),
  ])("because its connection was lost is made again where it only reads (%s)", async (lost) => {
    const reading = failing(lost, lost);
    expect(await reading.database.all("SELECT", [], undefined, { reads: true })).toEqual([{ n: 1 }]);
    expect(reading.asked).toHaveLength(3);
    const writing = failing(lost);
    const error = await failure("STORE_UNAVAILABLE", () => writing.database.all("UPDATE", []));
    expect(writing.asked).toHaveLength(1);
    expect(isInDoubt(error)).toBe(true);
    expect(error.cause).toBe(lost);
  });

  test.each([
    new NotSent(answered("ECONNREFUSED")),
    new NotSent(new TooLate(9)),
    new TooLate(9),
    answered("23505"),
  ])("for another reason is not made again (%s)", async (error) => {
    const { database, asked } = failing(error);
    await failure("STORE_UNAVAILABLE", () => database.all("SELECT", [], undefined, { reads: true }));
    expect(asked).toHaveLength(1);
  });

  test("in the host's transaction is never made again, and says that it is over", async () => {
    const { database, asked } = failing();
    let count = 0;
    const tx = {
      async query() {
        count++;
        throw answered("40001");
      },
    };
    const error = await failure("STORE_UNAVAILABLE", () =>
      database.all("INSERT", [], tx, { prepared: true }),
    );
    expect(error.message).toBe(
      "PostgreSQL failed and nothing was written: said 40001. The transaction it was given can only be rolled back.",
    );
    expect([count, asked.length]).toEqual([1, 0]);
  });

  test("with what is no error is an error, and keeps its code", async () => {
    const thrown = { code: "40001", message: "of another realm" };
    const { database, asked } = failing(thrown);
    await database.all("UPDATE", []);
    expect(asked).toHaveLength(2);
    const { database: other } = failing("just text");
    const error = await failure("STORE_UNAVAILABLE", () => other.all("UPDATE", []));
    expect(error.message).toMatch(/just text/);
  });
});

describe("a name", () => {
  test("is given to what may be prepared, one for each text", async () => {
    const { database, asked } = failing();
    for (const text of ["SELECT 1", "SELECT 2", "SELECT 1"])
      await database.all(text, [], undefined, { prepared: true });
    await database.all("SELECT 3", []);
    const names = asked.map(({ name }) => name);
    expect(names[0]).toMatch(/^hookwright_[0-9a-f]{24}$/);
    expect(names[1]).not.toBe(names[0]);
    expect(names.slice(2)).toEqual([names[0], undefined]);
  });

  test.each(["26000", "42P05", "0A000"])("that is answered with %s is given up for good", async (code) => {
    const { database, asked } = failing(answered(code));
    expect(await database.all("INSERT", [], undefined, { prepared: true })).toEqual([{ n: 1 }]);
    await database.all("INSERT", [], undefined, { prepared: true });
    expect(asked.map(({ name }) => name === undefined)).toEqual([false, true, true]);
  });

  test("that was not given is no reason to try again", async () => {
    const { database, asked } = failing(answered("26000"));
    await failure("STORE_UNAVAILABLE", () => database.all("INSERT", []));
    expect(asked).toHaveLength(1);
  });
});

describe("the text", () => {
  test("bounds the wait for locks outside the host's transactions only", async () => {
    const { database, asked } = failing();
    const texts: string[] = [];
    const tx = {
      async query(text: string) {
        texts.push(text);
        return { rows: [] };
      },
    };
    const sql = `SELECT FROM hookwright.a WHERE ${LOCKS_IN_TIME} FOR UPDATE`;
    await database.all(sql, []);
    await database.all(sql, [], tx);
    expect(asked[0]?.text).toMatch(/FROM "x"\.a WHERE \(SELECT set_config\('lock_timeout'.*'50 ms'/s);
    expect(texts).toEqual([`SELECT FROM "x".a WHERE ${LOCKS_IN_TIME} FOR UPDATE`]);
  });
});

describe("what is said of a failure", () => {
  test.each([
    [answered("57P02"), true],
    [answered("08P01"), true],
    [answered("58000"), true],
    [answered("XX000"), true],
    [new Error("anything"), true],
    [new TooLate(9), true],
    [answered("57P03"), false],
    [answered("57014"), false],
    [answered("23505"), false],
    [answered("ECONNREFUSED"), false],
    [new NotSent(new Error("anything")), false],
    [new Error("Client has encountered a connection error and is not queryable"), false],
    [new Error("Cannot use a pool after calling end on the pool"), false],
  ])("%s leaves a doubt: %s", (error, doubt) => {
    const failed = unavailable(error);
    expect(isInDoubt(failed)).toBe(doubt);
    expect(/nothing was written/.test(failed.message)).toBe(!doubt);
    expect(isInDoubt(unavailable(error, { inTransaction: true }))).toBe(false);
    expect(isInDoubt(unavailable(error, { reads: true }))).toBe(false);
  });

  test("of several addresses is what the first one met", () => {
    const error = new AggregateError([answered("ECONNREFUSED", "connect ECONNREFUSED ::1:5432")]);
    expect(unavailable(Object.assign(error, { code: "ECONNREFUSED" })).message).toBe(
      "PostgreSQL failed and nothing was written: connect ECONNREFUSED ::1:5432.",
    );
    expect(unavailable(answered("ENOTFOUND", "")).message).toMatch(/: ENOTFOUND\.$/);
  });

  test("tells SQLSTATE from the names of Node's errors", () => {
    expect(
      ["40001", "57P01", "XX000", "EPIPE", "ECONNRESET", 40001, undefined].map((code) => sqlState({ code })),
    ).toEqual(["40001", "57P01", "XX000", null, null, null, null]);
    expect(sqlState(null)).toBe(null);
  });

  test("tells a connection that was lost from one that was slow or not to be had", () => {
    expect(isLost(new NotSent(answered("ECONNRESET")))).toBe(false);
    expect(isLost(new TooLate(1))).toBe(false);
    expect(isLost(answered("57P05"))).toBe(true);
    expect(isLost(answered("P1017"))).toBe(true);
  });

  test("tells a pooler's answer about a prepared statement from another", () => {
    expect(isUnprepared(answered("08P01", "prepared statement did not exist"))).toBe(true);
    expect(isUnprepared(answered("08P01", "server conn crashed?"))).toBe(false);
    expect(isUnprepared(new Error("prepared statement"))).toBe(false);
  });
});
