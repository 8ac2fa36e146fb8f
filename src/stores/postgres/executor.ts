/**
 * What runs a statement: a `pg` `Pool`, `PoolClient` or `Client` as it is, or anything that does the same. As
 * `publish({ tx })` takes it, it is the connection that holds the host's transaction.
 */
export interface SqlExecutor {
  /** Runs one statement whose parameters are `$1`, `$2`, and so on. Parameters are only ever text, numbers, booleans and `null`. */
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[] }>;
}

/** A connection that was taken from a pool. */
export interface PooledConnection extends SqlExecutor {
  on(event: "notification", listener: (message: { readonly channel: string }) => void): unknown;
  on(event: "error" | "end", listener: () => void): unknown;
  /** Gives it back; `true`: closes it instead. */
  release(destroy?: boolean): void;
}

/** A pool, as far as listening needs one. */
export interface SqlPool extends SqlExecutor {
  connect(): Promise<PooledConnection>;
  readonly options?: { readonly max?: number };
}

/**
 * Whether connections can be taken from it. A `Client` has a `connect` too, but is one connection itself; what tells
 * it apart is that it escapes identifiers.
 */
export function isPool(db: SqlExecutor): db is SqlPool {
  const { connect, escapeIdentifier } = db as { connect?: unknown; escapeIdentifier?: unknown };
  return typeof connect === "function" && escapeIdentifier === undefined;
}
