import type { PooledConnection, SqlPool } from "./executor.js";

/** Milliseconds until a lost connection is tried again: the first time, and at most. */
const PAUSE_MS = { first: 500, longest: 30_000 };

/**
 * Keeps one of the pool's connections to hear notifications on. When it is lost, another is opened, and `wake` is
 * called in case something was said meanwhile.
 */
export class Listener {
  readonly #pool: SqlPool;
  readonly #channel: string;
  readonly #wake: () => void;
  readonly #pauses: { readonly first: number; readonly longest: number };
  #connection: PooledConnection | null = null;
  #retry: NodeJS.Timeout | undefined;
  #pause: number;
  #isStopped = false;

  constructor(pool: SqlPool, channel: string, wake: () => void, pauses = PAUSE_MS) {
    this.#pool = pool;
    this.#channel = channel;
    this.#wake = wake;
    this.#pauses = pauses;
    this.#pause = pauses.first;
  }

  /** Listens. Rejects when the first connection cannot be opened. */
  async start(): Promise<void> {
    const connection = await this.#pool.connect();
    const lost = () => this.#lost(connection);
    connection.on("error", lost);
    connection.on("end", lost);
    connection.on("notification", (message) => {
      if (message.channel === this.#channel) this.#wake();
    });
    try {
      await connection.query(`LISTEN "${this.#channel}"`);
    } catch (error) {
      connection.release(true);
      throw error;
    }
    if (this.#isStopped) connection.release(true);
    else this.#connection = connection;
  }

  /** Closes the connection: one that listens must not go back to the pool. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#retry);
    const connection = this.#connection;
    this.#connection = null;
    connection?.release(true);
  }

  #lost(connection: PooledConnection): void {
    if (this.#connection !== connection) return;
    this.#connection = null;
    connection.release(true);
    this.#retryLater();
  }

  #retryLater(): void {
    this.#retry = setTimeout(() => void this.#again(), this.#pause);
    this.#retry.unref();
    this.#pause = Math.min(this.#pause * 2, this.#pauses.longest);
  }

  async #again(): Promise<void> {
    try {
      await this.start();
      this.#pause = this.#pauses.first;
      if (!this.#isStopped) this.#wake();
    } catch {
      if (!this.#isStopped) this.#retryLater();
    }
  }
}
