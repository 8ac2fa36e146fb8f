import { WebhookError } from "../model/errors.js";
import type { EventRecord } from "../model/event.js";
import type { Entries } from "../model/store.js";
import type { Clock, Millis } from "../model/time.js";
import { SLICE, turn } from "../model/turn.js";
import { type Derived, derive, type Hearer } from "./derive.js";
import { draftEvent, type EventDetails } from "./draft.js";
import { claimFresh, entriesOf, GroupCommit } from "./group.js";

/** What became of a published event. */
export interface Published {
  readonly id: string;
  readonly type: string;
  readonly scope: string;
  /** When it happened, ISO 8601 in UTC. */
  readonly at: string;
  /** The id was known already: nothing was stored, nothing will be sent for this call. */
  readonly duplicate: boolean;
  /** Deliveries made at once. */
  readonly deliveries: number;
  /** Batch subscriptions whose next flush carries it. */
  readonly pending: number;
}

/** An event to publish, as the rooms see it; the public types know the catalogue's names. */
export interface EventInput extends EventDetails {
  readonly type: string;
  readonly data: unknown;
}

/** What publishing needs of the rest. */
export interface PublisherParts<Tx> {
  readonly clock: Clock;
  readonly maxEventBytes: number;
  /** The validated data, or a promise of it where the schema is asynchronous. Throws `UNKNOWN_EVENT_TYPE`, `INVALID_DATA`. */
  validate(type: string, data: unknown): { readonly value: unknown } | Promise<{ readonly value: unknown }>;
  /** Throws `UNKNOWN_SCOPE`. */
  checkScope(scope: string): void;
  /** The subscriptions that hear this type at this scope; at once where they are known, so that a warm publish waits for nothing but the append. */
  hearers(scope: string, type: string): readonly Hearer[] | Promise<readonly Hearer[]>;
  /** Which batch of a format an event type goes into. */
  lane(format: string, type: string): string;
  /** Stores the entries, and tells the rooms that there is work. */
  append(entries: Entries, tx?: Tx): Promise<readonly string[]>;
}

/** At most this many events in one call of publishMany: it is one transaction. */
const LARGEST_CALL = 10_000;

/** Publishing: validate, match, derive, append. Events enter the house here and nowhere else. */
export class Publisher<Tx> {
  readonly #parts: PublisherParts<Tx>;
  readonly #group: GroupCommit;

  constructor(parts: PublisherParts<Tx>) {
    this.#parts = parts;
    this.#group = new GroupCommit((entries) => parts.append(entries));
  }

  /**
   * Publishes events, all or none. More than 1000 are prepared and answered in slices with a turn of the event loop
   * between two, and stored in one append.
   *
   * @throws WebhookError `UNKNOWN_EVENT_TYPE`, `INVALID_DATA`, `UNKNOWN_SCOPE`, `INVALID_ARGUMENT`, `STORE_UNAVAILABLE`.
   */
  async publish(inputs: readonly EventInput[], tx?: Tx): Promise<Published[]> {
    if (!Array.isArray(inputs)) throw notEvents("publishMany takes an array of events.", "not an array");
    if (inputs.length > LARGEST_CALL) throw tooManyEvents(inputs.length);
    if (inputs.length === 0) return [];
    const now = this.#parts.clock.now();
    const derived = await this.#deriveAll(inputs, now);
    const fresh = await this.#store(derived, tx);
    const left = new Set(fresh);
    const answers: Published[] = [];
    for (const [index, one] of derived.entries()) {
      if (isSliceFull(index)) await turn();
      answers.push(published(one, left.delete(one.event.id)));
    }
    return answers;
  }

  /** Publishes one event. Throws as {@link Publisher.publish} does. */
  async publishOne(input: EventInput, tx?: Tx): Promise<Published> {
    const drafted = this.#draft(input, this.#parts.clock.now(), null);
    const matched = this.match(drafted instanceof Promise ? await drafted : drafted);
    const one = matched instanceof Promise ? await matched : matched;
    const fresh = await this.#store([one], tx);
    return published(one, fresh.has(one.event.id));
  }

  #store(derived: readonly Derived[], tx: Tx | undefined): Promise<ReadonlySet<string>> {
    if (tx === undefined) return this.#group.add(derived);
    return this.#parts.append(entriesOf(derived), tx).then((ids) => claimFresh(derived, new Set(ids)));
  }

  /**
   * The event to store: validated, its scope and details checked. A promise only where the schema answers later:
   * promises cost more than the work.
   *
   * @param text - The data as JSON text, to be kept as it is. @default what JSON makes of the validated data
   * @throws WebhookError `UNKNOWN_EVENT_TYPE`, `INVALID_DATA`, `UNKNOWN_SCOPE`.
   */
  draft(input: EventInput, now: Millis, text?: string): EventRecord | Promise<EventRecord> {
    const drafted = (value: unknown) => {
      this.#parts.checkScope(input.scope ?? "");
      return draftEvent(input.type, value, input, { maxBytes: this.#parts.maxEventBytes, now }, text);
    };
    const valid = this.#parts.validate(input.type, input.data);
    return valid instanceof Promise ? valid.then(({ value }) => drafted(value)) : drafted(valid.value);
  }

  /** What an event becomes for those who hear it; at once where they are known. Throws what the look-up throws. */
  match(event: EventRecord): Derived | Promise<Derived> {
    const hearers = this.#parts.hearers(event.scope, event.type);
    if (hearers instanceof Promise) return hearers.then((known) => derive(event, known, this.#parts.lane));
    return derive(event, hearers, this.#parts.lane);
  }

  #draft(input: EventInput, now: Millis, index: number | null): EventRecord | Promise<EventRecord> {
    try {
      if (typeof input !== "object" || input === null)
        throw notEvents("Each event is an object with a type and data.", "not an object");
      const event = this.draft(input, now);
      return event instanceof Promise ? event.catch(at(index)) : event;
    } catch (error) {
      return at(index)(error);
    }
  }

  /**
   * All of them, in their order. Drafted one after another, for a schema may ask others; the look-ups of a slice are
   * waited for together, so that scopes which are met for the first time are read together.
   */
  async #deriveAll(inputs: readonly EventInput[], now: Millis): Promise<Derived[]> {
    const derived: Derived[] = [];
    let lookups: Promise<void>[] = [];
    const failures: { readonly index: number; readonly error: unknown }[] = [];
    const known = async () => {
      await Promise.all(lookups);
      lookups = [];
      const [first] = failures.sort((a, b) => a.index - b.index);
      if (first !== undefined) at(first.index)(first.error);
    };
    // A copy: the caller may go on with its array in the turns between.
    for (const [index, input] of [...inputs].entries()) {
      if (isSliceFull(index)) {
        await known();
        await turn();
      }
      const drafted = this.#draft(input, now, index);
      const matched = this.match(drafted instanceof Promise ? await drafted : drafted);
      const keep = (one: Derived) => {
        derived[index] = one;
      };
      // Heard at once: a look-up that fails while another event is drafted must not end the process.
      if (matched instanceof Promise)
        lookups.push(matched.then(keep, (error: unknown) => void failures.push({ index, error })));
      else keep(matched);
    }
    await known();
    return derived;
  }
}

function isSliceFull(index: number): boolean {
  return index > 0 && index % SLICE === 0;
}

function published({ event, deliveries, pending }: Derived, fresh: boolean): Published {
  return {
    id: event.id,
    type: event.type,
    scope: event.scope,
    at: new Date(event.at).toISOString(),
    duplicate: !fresh,
    deliveries: fresh ? deliveries.length : 0,
    pending: fresh ? pending.length : 0,
  };
}

/** Says which of several events was meant. */
function at(index: number | null): (error: unknown) => never {
  return (error) => {
    if (index === null || !(error instanceof WebhookError)) throw error;
    throw new WebhookError(error.code, `Event ${index}: ${error.message}`, {
      issues: error.issues.map((issue) => ({ ...issue, path: [index, ...issue.path] })),
      cause: error.cause,
    });
  };
}

function tooManyEvents(count: number): WebhookError {
  return notEvents(`publishMany takes at most ${LARGEST_CALL} events; split the call.`, `${count} events`);
}

function notEvents(advice: string, message: string): WebhookError {
  return new WebhookError("INVALID_ARGUMENT", advice, { issues: [{ path: [], message }] });
}
