import pRetry from "p-retry";
import type { Counts, StopOptions } from "../api.js";
import type { Dispatcher } from "../dispatcher/dispatcher.js";
import type { Sender } from "../dispatcher/sender.js";
import { parseDuration } from "../model/duration.js";
import { isWebhookError, WebhookError } from "../model/errors.js";
import type { Store } from "../model/store.js";
import type { Millis } from "../model/time.js";
import type { Transport } from "../model/transport.js";
import type { Rooms } from "./rooms.js";

/** What starting and stopping needs of the rest. */
export interface RunningParts {
  readonly store: Pick<Store, "migrate" | "listen">;
  readonly rooms: Rooms;
  readonly dispatcher: Dispatcher;
  readonly sender: Sender;
  /** The transport, if it is ours to close. */
  readonly transport: Transport | null;
  onFault(error: unknown, message: string): void;
}

const DEFAULT_DRAIN = "20s";

/** A database that starts beside its service is given some seconds. */
const START_PATIENCE = {
  retries: 5,
  minTimeout: 200,
  factor: 2,
  shouldRetry: ({ error }: { error: unknown }) => !isWebhookError(error, "CONFIGURATION"),
};

/** Starts, stops, and runs until idle. */
export class Running {
  readonly #parts: RunningParts;
  #migrated: Promise<void> | null = null;
  #stopListening: (() => Promise<void>) | null = null;
  #started = false;
  #stopping: Promise<void> = Promise.resolve();

  constructor(parts: RunningParts) {
    this.#parts = parts;
  }

  /** Once for all callers; one that failed may be made again. */
  migrate(): Promise<void> {
    this.#migrated ??= pRetry(async () => this.#parts.store.migrate?.(), START_PATIENCE).catch(
      (error: unknown) => {
        this.#migrated = null;
        throw error;
      },
    );
    return this.#migrated;
  }

  async start({ migrate = true }: { readonly migrate?: boolean } = {}): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    try {
      await this.#stopping;
      this.#parts.sender.resume();
      if (migrate) await this.migrate();
      if (!this.#started) return;
      this.#stopListening = (await this.#parts.store.listen?.(() => this.#parts.rooms.hear())) ?? null;
    } catch (error) {
      this.#started = false;
      throw error;
    }
    if (this.#started) this.#parts.rooms.start();
  }

  async stop({ drain = DEFAULT_DRAIN }: StopOptions = {}): Promise<void> {
    const ms = parseDuration(drain);
    if (ms === null) {
      throw new WebhookError("INVALID_ARGUMENT", `drain must be a duration, such as "20s".`, {
        issues: [{ path: ["drain"], message: "not a duration" }],
      });
    }
    this.#started = false;
    const stopping = this.#stopping.then(() => this.#stop(ms));
    this.#stopping = stopping.catch(() => {});
    await stopping;
  }

  async #stop(drainMs: Millis): Promise<void> {
    const { rooms, dispatcher, sender, transport, onFault } = this.#parts;
    await rooms.stop();
    await this.#stopListening?.().catch((error: unknown) =>
      onFault(error, "The store did not stop listening."),
    );
    this.#stopListening = null;
    dispatcher.release();
    if (!(await endsWithin(dispatcher.settled(), drainMs))) {
      sender.abort();
      await dispatcher.settled();
    }
    await transport?.close?.();
  }

  async runUntilIdle(): Promise<Counts> {
    this.#parts.sender.resume();
    await this.migrate();
    return this.#parts.rooms.runUntilIdle();
  }
}

async function endsWithin(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const inTime = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}
