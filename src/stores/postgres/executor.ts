/** A value that every driver binds the same way. Lists travel as JSON text. */
export type SqlValue = string | number | boolean | null;

/**
 * What runs a statement: a `pg` `Pool`, `PoolClient` or `Client` as it is, or anything that does the same. As
 * `publish({ tx })` takes it, it is the connection that holds the host's transaction.
 */
export interface SqlExecutor {
  /** Runs one statement whose parameters are `$1`, `$2`, and so on. Parameters are only ever text, numbers, booleans and `null`. */
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[] }>;
}

/** What reports errors that belong to no call. Node ends a process in which nobody hears one. */
export interface ErrorSource {
  on(event: "error", listener: (error: unknown) => void): unknown;
  removeListener(event: "error", listener: (error: unknown) => void): unknown;
}

/** A connection that was taken from a pool. */
export interface PooledConnection extends SqlExecutor, ErrorSource {
  on(event: "notification", listener: (message: { readonly channel: string }) => void): unknown;
  on(event: "error" | "end", listener: (error: unknown) => void): unknown;
  /** Gives it back; `true`: closes it instead. */
  release(destroy?: boolean): void;
}

/** What connections can be taken from. */
export interface ConnectionSource {
  connect(): Promise<PooledConnection>;
}

/** A pool, as far as listening needs one. */
export interface SqlPool extends SqlExecutor, ConnectionSource {
  readonly options?: { readonly max?: number };
  /** It was ended, and gives no connections any more. */
  readonly ending?: boolean;
}

/** What `pg` takes instead of a text. */
export interface PgQuery {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Prepares the text under this name, once on each connection. */
  readonly name?: string;
  /** Rejects after so many milliseconds. The connection is busy until the server answers. */
  readonly query_timeout: number;
}

/** A connection of `pg`. */
export interface PgConnection {
  query(query: PgQuery): Promise<{ readonly rows: unknown[] }>;
}

/**
 * Whether connections can be taken from it. A `Client` has a `connect` too, but is one connection itself; what tells
 * it apart is that it escapes identifiers.
 */
export function isPool(db: SqlExecutor): db is SqlPool {
  const { connect, escapeIdentifier } = db as { connect?: unknown; escapeIdentifier?: unknown };
  return typeof connect === "function" && escapeIdentifier === undefined;
}

/** Whether it is a `Pool` of `pg`, or one made after it: those count their connections. */
export function isPgPool(db: SqlExecutor): db is SqlPool & ErrorSource {
  const { totalCount, on } = db as { totalCount?: unknown; on?: unknown };
  return isPool(db) && typeof totalCount === "number" && typeof on === "function";
}

/** Whether it is a `Client` of `pg`, its own or taken from a pool. */
export function isPgClient(db: SqlExecutor): db is SqlExecutor & PgConnection & ErrorSource {
  const { escapeIdentifier, connect, on } = db as {
    escapeIdentifier?: unknown;
    connect?: unknown;
    on?: unknown;
  };
  return [escapeIdentifier, connect, on].every((member) => typeof member === "function");
}
