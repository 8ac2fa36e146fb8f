import { createRequire } from "node:module";
import { WebhookError } from "../../model/errors.js";
import type { ConnectionSource, ErrorSource, PooledConnection } from "./executor.js";
import { messageOf, sqlState } from "./faults.js";
import { poolRunner, type Runner } from "./runner.js";

/** Most connections of a pool of ours; one of them listens. */
const MAX = 10;

/** Milliseconds until a connection that does not open is given up. */
const CONNECT_MS = 10_000;

/** Milliseconds until the server ends a session that left a transaction open. This store opens none. */
const IDLE_IN_TRANSACTION_MS = 60_000;

/** The oldest `pg` that will do. */
const OLDEST = { major: 8, minor: 11 } as const;

/** What is used of `pg`. */
interface Pg {
  readonly Pool: new (options: Readonly<Record<string, unknown>>) => PgPool;
  readonly Client: new (options: { readonly connectionString: string }) => unknown;
}

interface PgPool extends ConnectionSource, ErrorSource {
  end(): Promise<void>;
}

/** Where `pg` is looked for. Given by tests; the process itself otherwise. */
export interface PgSource {
  /** The version of what is installed. Throws where nothing is. */
  version(): string;
  load(): Promise<{ readonly default: unknown }>;
}

const processSource: PgSource = {
  version: () => (createRequire(import.meta.url)("pg/package.json") as { version: string }).version,
  load: () => import("pg"),
};

/** Milliseconds that statements of a pool of ours get. */
export interface OwnPoolTimes {
  readonly statement: number;
  readonly lock: number;
}

/** A pool made from a connection string at its first use, and ended by {@link OwnPool.end}. */
export class OwnPool implements ConnectionSource {
  readonly #connectionString: string;
  readonly #times: OwnPoolTimes;
  readonly #source: PgSource;
  #opened: Promise<PgPool> | null = null;
  #takesSettings = true;
  #isEnded = false;

  constructor(connectionString: string, times: OwnPoolTimes, source: PgSource = processSource) {
    this.#connectionString = connectionString;
    this.#times = times;
    this.#source = source;
  }

  /** True when no more connections are given. */
  get ending(): boolean {
    return this.#isEnded;
  }

  /**
   * Takes a connection.
   *
   * @throws WebhookError `CONFIGURATION` when `pg` is not installed or too old, or cannot read the connection string.
   */
  async connect(): Promise<PooledConnection> {
    const opened = this.#open(this.#takesSettings);
    try {
      return await (await opened).connect();
    } catch (error) {
      if (!isRefusedSetting(error)) throw error;
      // A pooler stands between, whose sessions are not one client's to set up. Whoever sees it first changes over. The
      // pool of before has no connection that could be ended, and answers those who still wait in it as it answered us.
      if (this.#opened === opened) {
        this.#takesSettings = false;
        this.#opened = null;
      }
      return (await this.#open(false)).connect();
    }
  }

  /** Runs statements on its connections. */
  get runner(): Runner {
    return poolRunner(this);
  }

  /** Runs statements without the server's time-outs, each on a connection that is closed after it. */
  get withoutLimits(): Runner {
    const connect = async () => {
      const connection = await this.connect();
      if (!this.#takesSettings) return connection;
      try {
        await connection.query("SET statement_timeout = 0; SET lock_timeout = 0");
      } catch (error) {
        connection.release(true);
        throw error;
      }
      const release = connection.release.bind(connection);
      connection.release = () => release(true);
      return connection;
    };
    return poolRunner({ connect });
  }

  /** Closes every connection, once what runs on it is over. */
  async end(): Promise<void> {
    this.#isEnded = true;
    const opened = this.#opened;
    this.#opened = null;
    await (await opened?.catch(() => null))?.end();
  }

  #open(withSettings: boolean): Promise<PgPool> {
    if (this.#isEnded) return Promise.reject(new Error("the pool was ended"));
    if (this.#opened !== null) return this.#opened;
    const opened = this.#make(withSettings);
    this.#opened = opened;
    opened.catch(() => {
      if (this.#opened === opened) this.#opened = null;
    });
    return opened;
  }

  async #make(withSettings: boolean): Promise<PgPool> {
    const pg = await loadPg(this.#source);
    const connectionString = this.#connectionString;
    try {
      new pg.Client({ connectionString });
    } catch (error) {
      throw unreadable(error);
    }
    const pool = new pg.Pool({
      connectionString,
      max: MAX,
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      fallback_application_name: "hookwright",
      ...(withSettings && {
        // Before our own patience ends, so that it is known what became of the statement.
        statement_timeout: Math.max(1, Math.floor(this.#times.statement * 0.9)),
        lock_timeout: this.#times.lock,
        idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      }),
    });
    pool.on("error", () => {});
    return pool;
  }
}

async function loadPg(source: PgSource): Promise<Pg> {
  const install = "run `npm install pg@8`";
  let version: string;
  try {
    version = source.version();
  } catch (error) {
    if ((error as { code?: unknown }).code !== "MODULE_NOT_FOUND") throw error;
    throw refusal(`A connection string needs the package pg: ${install}, or give a pool of another driver.`);
  }
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor))
    throw refusal(
      `pg ${version} is too old, ${OLDEST.major}.${OLDEST.minor} is the oldest that will do: ${install}.`,
    );
  return (await source.load()).default as Pg;
}

/** What `pg` says of the string may hold a part of it, and that may be the password; only the code of the error is told. */
function unreadable(error: unknown): WebhookError {
  const { code } = error as { code?: unknown };
  const reason = typeof code === "string" ? ` (${code})` : "";
  return refusal(
    `pg cannot read the connection string${reason}: percent-encode what is not a letter or digit in it.`,
  );
}

function refusal(message: string): WebhookError {
  return new WebhookError("CONFIGURATION", `postgresStore: ${message}`, {
    issues: [{ path: ["db"], message }],
  });
}

function isRefusedSetting(error: unknown): boolean {
  return sqlState(error) === "08P01" && /startup parameter/.test(messageOf(error));
}
