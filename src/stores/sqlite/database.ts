import type { SqliteHandle, SqliteStatement, SqliteValue } from "./driver.js";

/** A prepared statement, and which value goes into which of its parameters; `null`: each into its own. */
interface Prepared {
  readonly statement: SqliteStatement;
  readonly order: readonly number[] | null;
}

/** An insert of many rows: what stands before and after their values. */
export interface InsertMany {
  readonly into: string;
  readonly after: string;
  /** Columns, and so values of each row. */
  readonly width: number;
  /** The statements made so far, by how many rows they take. */
  readonly sizes: Map<number, string>;
}

/** Rows a statement takes. Beyond 32 nothing is gained: the time goes into the pages, not into the calls. */
const SIZES = [32, 8, 1] as const;

/**
 * An insert for {@link Database.insertMany}.
 *
 * `OR FAIL`, because a statement of many rows that could be undone alone keeps a copy of each page it touches, which
 * costs as much as the rest of it. Nothing is lost: when a statement fails, the whole transaction is rolled back.
 */
export function insertMany(table: string, columns: string, after = ""): InsertMany {
  const width = columns.split(",").length;
  return { into: `INSERT OR FAIL INTO ${table} (${columns}) VALUES`, after, width, sizes: new Map() };
}

/**
 * Runs SQL on an open database; statements are prepared once. Parameters are `?`, or `?1`, `?2` where a value is
 * used twice. Rows are what the SQL says they are: `Row` is trusted.
 *
 * Write `LIMIT ? + 0`: with a bare parameter as its limit SQLite (3.49 and later) prepares a statement anew at each run,
 * to plan for that limit, which costs more than most of them.
 */
export class Database {
  readonly #handle: SqliteHandle;
  readonly #statements = new Map<string, Prepared>();
  /** Apart from the others: a statement answers either objects or arrays. */
  readonly #rowStatements = new Map<string, Prepared>();

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

  /**
   * Inserts rows whose values stand one after another, some of them with each statement. Answers how many were inserted.
   * One statement takes a row of 20 columns in two thirds of the time of one for each.
   */
  insertMany(insert: InsertMany, values: SqliteValue[]): number {
    const { width } = insert;
    let inserted = 0;
    let start = 0;
    for (const size of SIZES) {
      const step = size * width;
      for (; start + step <= values.length; start += step) {
        const { statement } = this.#prepare(statementOf(insert, size));
        inserted += Number(statement.run(...values.slice(start, start + step)).changes);
      }
    }
    return inserted;
  }

  get<Row>(sql: string, ...values: SqliteValue[]): Row | undefined {
    const { statement, order } = this.#prepare(sql);
    return statement.get(...arrange(values, order)) as Row | undefined;
  }

  all<Row>(sql: string, ...values: SqliteValue[]): Row[] {
    const { statement, order } = this.#prepare(sql);
    return statement.all(...arrange(values, order)) as Row[];
  }

  /** Rows as arrays of their columns: of many columns in a third of the time. No two may have the same name. */
  rows<Row extends readonly unknown[]>(sql: string, ...values: SqliteValue[]): Row[] {
    const { statement, order } = this.#prepareRows(sql);
    const rows = statement.all(...arrange(values, order));
    // A node:sqlite that cannot answer arrays answers objects, whose keys stand in the order of the columns.
    return (Array.isArray(rows[0]) ? rows : rows.map((row) => Object.values(row as object))) as Row[];
  }

  exec(sql: string): void {
    this.#handle.exec(sql);
  }

  /** All that `work` writes, or nothing. The write lock is taken first, so that what `work` read stays true. */
  transaction<T>(work: () => T): T {
    this.run("BEGIN IMMEDIATE");
    let result: T;
    try {
      result = work();
      this.run("COMMIT");
    } catch (error) {
      this.#rollback();
      throw error;
    }
    return result;
  }

  close(): void {
    this.#statements.clear();
    this.#rowStatements.clear();
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
      prepared = prepare(this.#handle, sql);
      this.#statements.set(sql, prepared);
    }
    return prepared;
  }

  #prepareRows(sql: string): Prepared {
    let prepared = this.#rowStatements.get(sql);
    if (!prepared) {
      prepared = prepare(this.#handle, sql);
      prepared.statement.raw?.(true);
      prepared.statement.setReturnArrays?.(true);
      this.#rowStatements.set(sql, prepared);
    }
    return prepared;
  }
}

function prepare(handle: SqliteHandle, sql: string): Prepared {
  // better-sqlite3 takes `?1` for a name and wants an object: both drivers are given plain `?`.
  const numbers = [...sql.matchAll(/\?(\d+)/g)].map((match) => Number(match[1]) - 1);
  const statement = handle.prepare(sql.replaceAll(/\?\d+/g, "?")) as SqliteStatement;
  // A host's handle may be set to answer bigints; no number here is that large.
  statement.safeIntegers?.(false);
  statement.setReadBigInts?.(false);
  return { statement, order: numbers.length > 0 ? numbers : null };
}

function statementOf(insert: InsertMany, size: number): string {
  let sql = insert.sizes.get(size);
  if (sql === undefined) {
    const row = `(${Array(insert.width).fill("?").join(", ")})`;
    sql = `${insert.into} ${Array(size).fill(row).join(", ")} ${insert.after}`;
    insert.sizes.set(size, sql);
  }
  return sql;
}

function arrange(values: readonly SqliteValue[], order: readonly number[] | null): readonly SqliteValue[] {
  return order ? order.map((index) => values[index] ?? null) : values;
}
