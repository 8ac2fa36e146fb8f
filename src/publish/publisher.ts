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
    const derived: Derived[] = [];
    // A copy: the caller may go on with its array in the turns between.
    for (const [index, input] of [...inputs].entries()) {
      if (isSliceFull(index)) await turn();
      const one = this.#derive(input, now, index);
      derived.push(one instanceof Promise ? await one : one);
    }
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
    const derived = this.#derive(input, this.#parts.clock.now(), null);
    const one = derived instanceof Promise ? await derived : derived;
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

  #derive(input: EventInput, now: Millis, index: number | null): Derived | Promise<Derived> {
    try {
      if (typeof input !== "object" || input === null)
        throw notEvents("Each event is an object with a type and data.", "not an object");
      const event = this.draft(input, now);
      if (event instanceof Promise) return event.then((drafted) => this.match(drafted)).catch(at(index));
      const matched = this.match(event);
      return matched instanceof Promise ? matched.catch(at(index)) : matched;
    } catch (error) {
      return at(index)(error);
    }
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
