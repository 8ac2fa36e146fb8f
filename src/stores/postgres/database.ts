import { isWebhookError, WebhookError } from "../../model/errors.js";
import type { SqlExecutor } from "./executor.js";

/** A value that every driver binds the same way. Lists travel as JSON text. */
export type SqlValue = string | number | boolean | null;

/**
 * The host's database. Statements name tables as `hookwright.events`; that is exchanged for the schema in use. Every
 * method of the store is one statement, so each is atomic on a pool, on a client and through an ORM alike: no
 * transaction is ever opened here, and none of the host's is ended.
 */
export class Database {
  readonly #db: SqlExecutor;
  readonly #prefix: string;
  readonly #texts = new Map<string, string>();
  #isClosed = false;

  /** @param schema - A checked identifier. */
  constructor(
    db: SqlExecutor,
    readonly schema: string,
  ) {
    this.#db = db;
    this.#prefix = `"${schema}".`;
  }

  /**
   * Runs a statement.
   *
   * @param on - The connection of the host's transaction. Left out: any.
   * @throws WebhookError `STORE_UNAVAILABLE`, the driver's error as its cause.
   */
  async all<Row>(text: string, values: readonly SqlValue[], on: SqlExecutor = this.#db): Promise<Row[]> {
    if (this.#isClosed) throw closed();
    try {
      const { rows } = await on.query(this.#inSchema(text), [...values]);
      return rows as Row[];
    } catch (error) {
      throw unavailable(error, on !== this.#db);
    }
  }

  /** The one row of a statement that answers exactly one. */
  async one<Row>(text: string, values: readonly SqlValue[], on?: SqlExecutor): Promise<Row> {
    const [row] = await this.all<Row>(text, values, on);
    if (row === undefined) throw new WebhookError("STORE_UNAVAILABLE", "PostgreSQL answered no row.");
    return row;
  }

  /** Calls are refused from now on. The connections are the host's. */
  close(): void {
    this.#isClosed = true;
  }

  #inSchema(text: string): string {
    let known = this.#texts.get(text);
    if (known === undefined) {
      known = text.replaceAll("hookwright.", this.#prefix);
      this.#texts.set(text, known);
    }
    return known;
  }
}

function closed(): WebhookError {
  return new WebhookError(
    "STORE_UNAVAILABLE",
    "The PostgreSQL store is closed; make a new one with postgresStore().",
  );
}

/** SQLSTATE of a schema and of a table that do not exist. */
const MISSING = new Set(["3F000", "42P01"]);

function unavailable(error: unknown, inTransaction: boolean): WebhookError {
  if (isWebhookError(error)) return error;
  const { code, message } = error as { code?: unknown; message?: unknown };
  const advice = MISSING.has(String(code))
    ? " Call migrate() first."
    : inTransaction
      ? " The transaction it was given can only be rolled back."
      : "";
  return new WebhookError(
    "STORE_UNAVAILABLE",
    `PostgreSQL failed and nothing was written: ${message ?? error}.${advice}`,
    { cause: error },
  );
}
