import type { SqliteHandle, SqliteStatement, SqliteValue } from "./driver.js";

/** A prepared statement, and which value goes into which of its parameters; `null`: each into its own. */
interface Prepared {
  readonly statement: SqliteStatement;
  readonly order: readonly number[] | null;
}

/**
 * Runs SQL on an open database; statements are prepared once. Parameters are `?`, or `?1`, `?2` where a value is
 * used twice. Rows are what the SQL says they are: `Row` is trusted.
 */
export class Database {
  readonly #handle: SqliteHandle;
  readonly #statements = new Map<string, Prepared>();

  constructor(handle: SqliteHandle) {
    this.#handle = handle;
  }

  /** Answers how many rows changed. */
  run(sql: string, ...values: SqliteValue[]): number {
    const { statement, order } = this.#prepare(sql);
    return Number(statement.run(...arrange(values, order)).changes);
  }

  /** Answers the number of the row that was inserted; `null` when none was. */
  insert(sql: string, ...values: SqliteValue[]): number | null {
    const { statement, order } = this.#prepare(sql);
    const { changes, lastInsertRowid } = statement.run(...arrange(values, order));
    return Number(changes) > 0 ? Number(lastInsertRowid) : null;
  }

  get<Row>(sql: string, ...values: SqliteValue[]): Row | undefined {
    const { statement, order } = this.#prepare(sql);
    return statement.get(...arrange(values, order)) as Row | undefined;
  }

  all<Row>(sql: string, ...values: SqliteValue[]): Row[] {
    const { statement, order } = this.#prepare(sql);
    return statement.all(...arrange(values, order)) as Row[];
  }

  exec(sql: string): void {
    this.#handle.exec(sql);
  }

  /** All that `work` writes, or nothing. The write lock is taken first, so that what `work` read stays true. */
  transaction<T>(work: () => T): T {
    this.exec("BEGIN IMMEDIATE");
    let result: T;
    try {
      result = work();
      this.exec("COMMIT");
    } catch (error) {
      this.#rollback();
      throw error;
    }
    return result;
  }

  close(): void {
    this.#statements.clear();
    this.#handle.close();
  }

  // Some failures, a full disk for one, have rolled back already; the first error is the one to tell.
  #rollback(): void {
    try {
      this.exec("ROLLBACK");
    } catch {}
  }

  #prepare(sql: string): Prepared {
    let prepared = this.#statements.get(sql);
    if (!prepared) {
      // better-sqlite3 takes `?1` for a name and wants an object: both drivers are given plain `?`.
      const numbers = [...sql.matchAll(/\?(\d+)/g)].map((match) => Number(match[1]) - 1);
      const statement = this.#handle.prepare(sql.replaceAll(/\?\d+/g, "?")) as SqliteStatement;
      // A host's handle may be set to answer bigints; no number here is that large.
      statement.safeIntegers?.(false);
      statement.setReadBigInts?.(false);
      prepared = { statement, order: numbers.length > 0 ? numbers : null };
      this.#statements.set(sql, prepared);
    }
    return prepared;
  }
}

function arrange(values: readonly SqliteValue[], order: readonly number[] | null): readonly SqliteValue[] {
  return order ? order.map((index) => values[index] ?? null) : values;
}
