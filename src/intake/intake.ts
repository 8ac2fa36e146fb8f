import { isWebhookError, WebhookError } from "../model/errors.js";
import type { EventRecord } from "../model/event.js";
import type { Entries, Inbox, InboxEvent } from "../model/store.js";
import type { Clock, Millis } from "../model/time.js";
import { turn } from "../model/turn.js";
import { type Refused, reasonOf, refuse } from "./refusal.js";

/** What taking in needs of the rest. */
export interface IntakeParts {
  readonly clock: Clock;
  readonly store: Required<Inbox>;
  /** The event to store: validated, its scope, id and size checked. Throws, or rejects, when it cannot be published. */
  draft(given: InboxEvent, now: Millis): EventRecord | Promise<EventRecord>;
  /** The event with all that it becomes for those who hear it. */
  derive(event: EventRecord): Entries | Promise<Entries>;
  /** Stores the entries, and tells the rooms that there is work. */
  append(entries: Entries): Promise<unknown>;
  /** An event will not be published. The error names its id and what is wrong, never its data. */
  onRefused(error: WebhookError): void;
  /** How long a schema that answers later may take. @default 5000 */
  readonly patienceMs?: Millis;
}

/** Whether the store has events to take in. */
export function hasInbox<S extends Inbox>(store: S): store is S & Required<Inbox> {
  const { takeInbox, clearInbox, refuseInbox } = store;
  return takeInbox !== undefined && clearInbox !== undefined && refuseInbox !== undefined;
}

/** At most so many events, and bytes of data, are taken at once: all of them are in memory for a moment. */
const TAKE = { limit: 500, maxBytes: 8 * 1024 * 1024 } as const;

/** How long what a process took is left to it. One that dies holds the inbox up for so long. */
const LEASE_MS: Millis = 10_000;

/** Validated at a stretch, so that the host's event loop gets its turn; those whose schema answers later are asked at once. */
const SLICE = { events: 50, length: 256 * 1024 } as const;

/** An append is made when it has so many rows: an event that is heard by a thousand should not wait for five hundred such. */
const APPEND_ROWS = 1_000;

/**
 * The room for what the database itself publishes:
 *
 *     inbox ──take──> validate ──> match ──append──> store ──clear──> inbox
 *                        └──refuse──> inbox
 *
 * An append skips ids that are known, so whoever takes again what a dead process had appended and not cleared repeats
 * nothing. Stores let one take at a time, and one append follows another here: so events are delivered in the order
 * they were published to whom order matters.
 *
 * An event counts as published (`createdAt`) when it is taken in, by the clock of this process, and as having happened
 * (`at`) when its transaction began. Who hears it is decided at that moment, so `recover` finds by that time what a
 * subscription missed; what waited while no process ran is kept as long as any other; and a delivery is due at once,
 * although the database's clock may be ahead of ours.
 */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #patienceMs: Millis;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#patienceMs = parts.patienceMs ?? LEASE_MS / 2;
  }

  /**
   * Takes in the oldest waiting events. Answers how many it took; there may be more unless there were none.
   *
   * @throws what the store throws; what was not cleared is taken again once its lease has ended.
   */
  async tick(): Promise<number> {
    const { clock, store, onRefused } = this.#parts;
    const now = clock.now();
    const taken = await store.takeInbox({ ...TAKE, leaseMs: LEASE_MS, now });
    const refused: Refused[] = [];
    let part: Entries[] = [];
    let rows = 0;
    for (const [index, slice] of slicesOf(taken).entries()) {
      if (index > 0) await turn();
      for (const drafted of await Promise.all(slice.map((given) => this.#draft(given, now)))) {
        const derived = "error" in drafted ? drafted : await this.#derive(drafted);
        if ("error" in derived) {
          refused.push(derived);
          continue;
        }
        part.push(derived);
        rows += derived.events.length + derived.deliveries.length + derived.pending.length;
        if (rows < APPEND_ROWS) continue;
        await this.#append(part);
        part = [];
        rows = 0;
      }
    }
    await this.#append(part);
    if (refused.length > 0) {
      await store.refuseInbox(
        refused.map(({ id, error }) => ({ id, error: reasonOf(error) })),
        clock.now(),
      );
      for (const { error } of refused) onRefused(error);
    }
    return taken.length;
  }

  async #draft(given: InboxEvent, now: Millis): Promise<EventRecord | Refused> {
    try {
      const drafted = this.#parts.draft(given, now);
      return drafted instanceof Promise ? await within(drafted, this.#patienceMs) : drafted;
    } catch (error) {
      return refuse(given.id, error);
    }
  }

  /** A store that is away says nothing against the event; a subscription that cannot be read is in the way of this one only. */
  async #derive(event: EventRecord): Promise<Entries | Refused> {
    try {
      return await this.#parts.derive(event);
    } catch (error) {
      if (isWebhookError(error, "STORE_UNAVAILABLE")) throw error;
      return refuse(event.id, error);
    }
  }

  async #append(part: readonly Entries[]): Promise<void> {
    if (part.length === 0) return;
    const { store, append } = this.#parts;
    const events = part.flatMap((entries) => entries.events);
    const deliveries = part.flatMap((entries) => entries.deliveries);
    const pending = part.flatMap((entries) => entries.pending);
    await append({ events, deliveries, pending });
    await store.clearInbox(events.map(({ id }) => id));
  }
}

function slicesOf(taken: readonly InboxEvent[]): InboxEvent[][] {
  const slices: InboxEvent[][] = [];
  let slice: InboxEvent[] = [];
  let length = 0;
  for (const given of taken) {
    if (slice.length === SLICE.events || length + given.data.length > SLICE.length) {
      slice = [];
      length = 0;
    }
    if (slice.length === 0) slices.push(slice);
    slice.push(given);
    length += given.data.length;
  }
  return slices;
}

/** Rejects when the schema has not answered in time: one that never does must not hold up all that is published. */
async function within(drafting: Promise<EventRecord>, ms: Millis): Promise<EventRecord> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `The schema did not answer within ${ms} ms.`;
    timer = setTimeout(
      () => reject(new WebhookError("INVALID_DATA", message, { issues: [{ path: [], message }] })),
      ms,
    );
  });
  try {
    return await Promise.race([drafting, late]);
  } finally {
    clearTimeout(timer);
  }
}
