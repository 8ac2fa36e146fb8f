import type { ConnectionSource, PooledConnection } from "./executor.js";
import { connectWithin } from "./runner.js";
import { within } from "./within.js";

/** A pool to listen on. */
export interface ListenablePool extends ConnectionSource {
  /** It was ended, and gives no connections any more. */
  readonly ending?: boolean;
}

/** Milliseconds. */
export interface ListenerTimes {
  /** Until a lost connection is tried again, the first time. Each time after that twice as long. */
  readonly first: number;
  /** The longest of these pauses. */
  readonly longest: number;
  /** How long opening a connection, or an answer on it, may take. */
  readonly patience: number;
  /** Between looks whether the connection is still there. */
  readonly look: number;
}

const TIMES: ListenerTimes = { first: 500, longest: 30_000, patience: 5_000, look: 30_000 };

/**
 * Keeps one of the pool's connections to hear notifications on. When it is lost, another is opened, and `wake` is
 * called in case something was said meanwhile. Listening is a hint: that no connection can be had is no failure of
 * anything, and is tried again for as long as the pool is not ended.
 *
 * Nothing is ever sent on a connection that only listens, so nothing would tell that its server is gone: it is asked
 * from time to time. Behind a pooler that shares sessions nothing is heard, and nothing is lost but a connection.
 */
export class Listener {
  readonly #pool: ListenablePool;
  readonly #channel: string;
  readonly #wake: () => void;
  readonly #times: ListenerTimes;
  #connection: PooledConnection | null = null;
  #timer: NodeJS.Timeout | undefined;
  #pause: number;
  #isStopped = false;

  constructor(pool: ListenablePool, channel: string, wake: () => void, times: Partial<ListenerTimes> = {}) {
    this.#pool = pool;
    this.#channel = channel;
    this.#wake = wake;
    this.#times = { ...TIMES, ...times };
    this.#pause = this.#times.first;
  }

  /** Listens, or begins to try. Never rejects. */
  async start(): Promise<void> {
    try {
      await this.#listen();
    } catch {
      this.#retryLater();
    }
  }

  /** Closes the connection: one that listens must not go back to the pool. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    const connection = this.#connection;
    this.#connection = null;
    connection?.release(true);
  }

  async #listen(): Promise<void> {
    const connection = await connectWithin(this.#pool, this.#times.patience);
    const lost = () => this.#lost(connection);
    connection.on("error", lost);
    connection.on("end", lost);
    connection.on("notification", (message) => {
      if (message.channel === this.#channel) this.#wake();
    });
    try {
      if (!this.#isStopped) await within(this.#times.patience, connection.query(`LISTEN "${this.#channel}"`));
    } catch (error) {
      connection.release(true);
      throw error;
    }
    if (this.#isStopped) {
      connection.release(true);
      return;
    }
    this.#connection = connection;
    this.#pause = this.#times.first;
    this.#lookLater(connection);
  }

  #lost(connection: PooledConnection): void {
    if (this.#connection !== connection) return;
    this.#connection = null;
    clearTimeout(this.#timer);
    connection.release(true);
    this.#retryLater();
  }

  #retryLater(): void {
    if (this.#isStopped || this.#pool.ending) return;
    this.#later(this.#pause, () => this.#again());
    this.#pause = Math.min(this.#pause * 2, this.#times.longest);
  }

  async #again(): Promise<void> {
    await this.start();
    if (this.#connection !== null) this.#wake();
  }

  #lookLater(connection: PooledConnection): void {
    this.#later(this.#times.look, () => this.#look(connection));
  }

  /** A pool that was ended waits for this connection. */
  async #look(connection: PooledConnection): Promise<void> {
    try {
      if (this.#pool.ending) return this.#lost(connection);
      await within(this.#times.patience, connection.query("SELECT 1"));
      if (this.#connection === connection) this.#lookLater(connection);
    } catch {
      this.#lost(connection);
    }
  }

  #later(ms: number, work: () => Promise<void>): void {
    this.#timer = setTimeout(() => void work(), ms);
    this.#timer.unref();
  }
}
