import { createHash } from "node:crypto";
import pRetry from "p-retry";
import { WebhookError } from "../../model/errors.js";
import type { Millis } from "../../model/time.js";
import type { SqlExecutor, SqlValue } from "./executor.js";
import { isLost, isTransient, isUnprepared, messageOf, unavailable } from "./faults.js";
import { LOCKS_IN_TIME, locksInTime } from "./lock-time.js";
import type { Runner } from "./runner.js";

/** What else is known of a statement. */
export interface How {
  /**
   * It only reads. When its connection is lost it is made again at once: after a server's restart a pool hands out the
   * dead connections of before, one at each statement. What writes is not, because nobody knows whether it did; see
   * {@link Database}.
   */
  readonly reads?: boolean;
  /**
   * Prepared once on each connection. For statements that are asked often, have one of few texts, and of which there is
   * one plan whatever the tables hold: the server keeps the plan it made when they were small; see `functions/plan.ts`.
   */
  readonly prepared?: boolean;
  /** What the caller should do when nobody knows whether it was done; a sentence. */
  readonly inDoubt?: string;
}

/** Settings of a {@link Database}. */
export interface DatabaseOptions {
  /** A checked identifier. */
  readonly schema: string;
  /** How long a statement may take. */
  readonly statementMs: Millis;
  /** How long it may wait for a lock. */
  readonly lockMs: Millis;
  /** Whether statements may be prepared. */
  readonly prepare: boolean;
}

/** Patience with what will pass at once: somebody else's transaction, a connection that died unnoticed. */
export const AT_ONCE = { retries: 5, minTimeout: 10, maxTimeout: 500, factor: 2, randomize: true } as const;

interface Text {
  /** For the host's transactions, whose settings are the host's. */
  readonly plain: string;
  readonly sql: string;
  readonly name: string;
}

/**
 * The host's database. Statements name tables as `hookwright.events`; that is exchanged for the schema in use. Every
 * method of the store is one statement, so each is atomic on a pool, on a client and through an ORM alike: no
 * transaction is ever opened here, and none of the host's is ended.
 *
 * What is made again here, and what is not. A statement that another transaction was in the way of (40001, 40P01) was
 * taken back: again, a few times. A lost connection leaves it open whether the statement was done:
 * - what only reads: again;
 * - `append`: again, in `append.ts`, because ids make it idempotent;
 * - `settle`: left to the dispatcher's recorder, which has more patience; a lease that was settled refuses;
 * - `claim`, `seal`, `prune`: left to the next step of their loop, later each time. Were it the claim that fells the
 *   server, each repetition would lease more; what was leased unheard comes back when the lease ends;
 * - changes by the host (`saveSubscription`, `requeue`, `cancel`): told, and the host looks before it does them again;
 *   made again, each would find its own work and report it as somebody else's.
 *
 * A server that cannot be reached, or takes too long, is left alone until the caller comes back. In a transaction of
 * the host's nothing is ever made again.
 */
export class Database {
  readonly schema: string;
  readonly #runner: Runner;
  readonly #statementMs: Millis;
  readonly #locksInTime: string;
  readonly #prefix: string;
  readonly #texts = new Map<string, Text>();
  #prepares: boolean;
  #isClosed = false;

  constructor(runner: Runner, { schema, statementMs, lockMs, prepare }: DatabaseOptions) {
    this.schema = schema;
    this.#runner = runner;
    this.#statementMs = statementMs;
    this.#locksInTime = locksInTime(lockMs);
    this.#prefix = `"${schema}".`;
    this.#prepares = prepare && runner.takesNames;
  }

  /**
   * Runs a statement.
   *
   * @param on - The connection of the host's transaction. Left out: any.
   * @throws WebhookError `STORE_UNAVAILABLE`, the driver's error as its cause.
   */
  async all<Row>(text: string, values: readonly SqlValue[], on?: SqlExecutor, how: How = {}): Promise<Row[]> {
    if (this.#isClosed) throw closed();
    if (on !== undefined) return this.#inTransaction<Row>(text, values, on);
    let isNamed = false;
    const attempt = () => {
      isNamed = how.prepared === true && this.#prepares;
      return this.#run(text, values, isNamed);
    };
    const shouldRetry = ({ error }: { error: unknown }) => {
      if (isTransient(error) || (how.reads === true && isLost(error))) return true;
      if (!isNamed || !isUnprepared(error)) return false;
      // A pooler gives each statement another session: nothing is prepared from now on.
      this.#prepares = false;
      return true;
    };
    try {
      return (await pRetry(attempt, { ...AT_ONCE, shouldRetry })) as Row[];
    } catch (error) {
      throw unavailable(error, { ...how, onClient: this.#runner.isClient });
    }
  }

  /** The one row of a statement that answers exactly one. */
  async one<Row>(text: string, values: readonly SqlValue[], on?: SqlExecutor, how?: How): Promise<Row> {
    const [row] = await this.all<Row>(text, values, on, how);
    if (row === undefined) throw new WebhookError("STORE_UNAVAILABLE", "PostgreSQL answered no row.");
    return row;
  }

  /** Calls are refused from now on. */
  close(): void {
    this.#isClosed = true;
  }

  /** No deadline, no names and no second try: a statement that fails there takes the host's transaction with it. */
  async #inTransaction<Row>(text: string, values: readonly SqlValue[], on: SqlExecutor): Promise<Row[]> {
    try {
      return (await on.query(this.#text(text).plain, [...values])).rows as Row[];
    } catch (error) {
      throw unavailable(error, { inTransaction: true });
    }
  }

  async #run(text: string, values: readonly SqlValue[], isNamed: boolean): Promise<unknown[]> {
    const { sql, name } = this.#text(text);
    const statement = { text: sql, values: [...values] };
    try {
      return await this.#runner.run(isNamed ? { ...statement, name } : statement, this.#statementMs);
    } catch (error) {
      throw asError(error);
    }
  }

  #text(text: string): Text {
    let known = this.#texts.get(text);
    if (known === undefined) {
      const plain = text.replaceAll("hookwright.", this.#prefix);
      const sql = plain.replaceAll(LOCKS_IN_TIME, this.#locksInTime);
      // Two stores, or two releases, may share connections: a name belongs to one text.
      const name = `hookwright_${createHash("sha256").update(sql).digest("hex").slice(0, 24)}`;
      known = { plain, sql, name };
      this.#texts.set(text, known);
    }
    return known;
  }
}

/** What is thrown and is no error, or one of another realm, as an error. */
function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  const { code } = (thrown ?? {}) as { readonly code?: unknown };
  return Object.assign(new Error(messageOf(thrown), { cause: thrown }), { code });
}

function closed(): WebhookError {
  return new WebhookError(
    "STORE_UNAVAILABLE",
    "The PostgreSQL store is closed; make a new one with postgresStore().",
  );
}
