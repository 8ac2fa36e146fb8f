import {
  type ConnectionSource,
  type ErrorSource,
  isPgClient,
  isPgPool,
  type PgConnection,
  type PooledConnection,
  type SqlExecutor,
  type SqlValue,
} from "./executor.js";
import { NotSent, TooLate } from "./faults.js";
import { within } from "./within.js";

/** A statement as it is sent. */
export interface Statement {
  readonly text: string;
  readonly values: readonly SqlValue[];
  /** What to prepare it as. For runners that take names. */
  readonly name?: string;
}

/** Runs statements, each on a connection and in a transaction of its own. */
export interface Runner {
  /** Whether statements may be named. */
  readonly takesNames: boolean;
  /** Whether there is one connection only, which does not come back once it is lost. */
  readonly isClient: boolean;
  /**
   * Answers the rows.
   *
   * @throws NotSent when there was no connection within `ms`, TooLate when the answer took longer than `ms`, or what the
   *   driver throws.
   */
  run(statement: Statement, ms: number): Promise<unknown[]>;
}

/** Chooses how to run statements on what the host gave. */
export function runnerFor(db: SqlExecutor): Runner {
  if (isPgPool(db)) return poolRunner(db);
  if (isPgClient(db)) return clientRunner(db);
  return otherRunner(db);
}

/**
 * On connections of a `pg` pool. They are taken by hand and not by `Pool.query`: a statement whose time was over
 * before a connection was free is then never sent, and one that fails without harm to its connection gives it back.
 */
export function poolRunner(pool: ConnectionSource): Runner {
  return {
    takesNames: true,
    isClient: false,
    async run(statement, ms) {
      const connection = await connectWithin(pool, ms);
      connection.on("error", ignore);
      try {
        const rows = await ask(connection as unknown as PgConnection, statement, ms);
        giveBack(connection, false);
        return rows;
      } catch (error) {
        giveBack(connection, !isHarmless(error));
        throw error;
      }
    },
  };
}

/** On one connection of `pg`. A statement that waits there for others when its time is over is never sent. */
function clientRunner(client: PgConnection): Runner {
  return {
    takesNames: true,
    isClient: true,
    run: (statement, ms) => ask(client, statement, ms),
  };
}

/** Through anything else. What comes when the time is over is not waited for, but goes on. */
function otherRunner(db: SqlExecutor): Runner {
  return {
    takesNames: false,
    isClient: false,
    run: async ({ text, values }, ms) =>
      (
        await within(
          ms,
          asPromise(() => db.query(text, [...values])),
        )
      ).rows,
  };
}

/** A pool's connection. One that comes too late goes back at once. */
export async function connectWithin(pool: ConnectionSource, ms: number): Promise<PooledConnection> {
  try {
    return await within(
      ms,
      asPromise(() => pool.connect()),
      "No connection was to be had",
      (connection) => connection.release(),
    );
  } catch (error) {
    throw new NotSent(error);
  }
}

/** The time-out is `pg`'s own, because it takes back a statement that is not sent yet. */
async function ask(connection: PgConnection, statement: Statement, ms: number): Promise<unknown[]> {
  try {
    return (await connection.query({ ...statement, query_timeout: ms })).rows;
  } catch (error) {
    throw (error as { message?: unknown }).message === "Query read timeout" ? new TooLate(ms) : error;
  }
}

/** What the server answers to a statement ends the statement, not the session. */
function isHarmless(error: unknown): boolean {
  return (error as { readonly severity?: unknown }).severity === "ERROR";
}

function giveBack(connection: PooledConnection, destroy: boolean): void {
  connection.release(destroy);
  if (!destroy) connection.removeListener("error", ignore);
}

// The statement under way is rejected with the same error.
function ignore(): void {}

/** A promise also of what throws at once. */
async function asPromise<T>(call: () => Promise<T>): Promise<T> {
  return call();
}

const guarded = new WeakMap<ErrorSource, number>();

/**
 * Keeps errors of idle connections from ending the process: a pool that loses one says so in an event, and the next
 * statement opens another. Answers how to stop. One listener for all stores on the same connections.
 */
export function guardErrors(db: SqlExecutor): () => void {
  if (!isPgPool(db) && !isPgClient(db)) return () => {};
  const source: ErrorSource = db;
  const change = (by: 1 | -1) => {
    const count = (guarded.get(source) ?? 0) + by;
    guarded.set(source, count);
    return count;
  };
  if (change(1) === 1) source.on("error", ignoreIdle);
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    if (change(-1) === 0) source.removeListener("error", ignoreIdle);
  };
}

function ignoreIdle(): void {}
