import { attemptRecord } from "../history/attempt.js";
import type { LeasedDelivery } from "../model/delivery.js";
import { WebhookError } from "../model/errors.js";
import type { EventRecord } from "../model/event.js";
import { eventsOf } from "../model/events-of.js";
import type { AnswerMeaning } from "../model/format.js";
import type { Clock, Millis } from "../model/time.js";
import type { TransportRequest, TransportResult } from "../model/transport.js";
import { SLICE, turn } from "../model/turn.js";
import { redactNothing } from "../subscriptions/redact.js";
import { redactError } from "../subscriptions/redact-error.js";
import type { AttemptResult } from "./attempt-result.js";
import { type Composed, composeInTurns } from "./compose-in-turns.js";
import { abandoned, attempted, cancelled, type Finished, released } from "./finished.js";
import { isPoison, isSuspect, judge, UNREACHABLE } from "./outcome.js";
import { prepareRequest, type RequestSettings, signRequest } from "./prepare.js";
import { isSendable, type Recipient, type Unsendable } from "./recipient.js";
import { halves } from "./split.js";
import { failed, type TransmitParts, transmit } from "./transmit.js";

/** A subscription made ready, or why it cannot be sent to; `null` when it is gone. */
type Found = Recipient | Unsendable | null;

/** What sending needs of the rest. */
export interface SenderParts extends RequestSettings, TransmitParts {
  readonly clock: Clock;
  /** The subscription, at once where it is at hand: promises cost more than the look-up. `fresh`: past any cache. */
  recipient(id: string, fresh: boolean): Found | Promise<Found>;
  readEvents(ids: readonly string[]): Promise<readonly EventRecord[]>;
  /** How many attempts of a delivery are recorded. */
  recordedAttempts(deliveryId: string): Promise<number>;
  /** No answer came; the message may say more than the endpoint's owner is told, such as what an egress proxy answered. */
  onFailure(failure: Extract<TransportResult, { kind: "failure" }>, delivery: LeasedDelivery): void;
  /** A fault that is ours or the host's, not the endpoint's. */
  onFault(error: unknown, delivery: LeasedDelivery): void;
}

/** Time a request must have beyond its own deadline before its lease ends, for the answer to be recorded. */
const LEASE_MARGIN: Millis = 5_000;

/** How long a delivery rests after a fault of the store: without it, one that fails each time would be claimed without end. */
const FAULT_PAUSE: Millis = 5_000;

/** Makes one attempt of a claimed delivery: prepare, send, judge. Always answers; nothing here throws. */
export class Sender {
  readonly #parts: SenderParts;
  #aborting = false;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /** From now on, a request that is cut off was cut off by us. */
  abort(): void {
    this.#aborting = true;
    this.#parts.deadlines.abortAll();
  }

  /** Undoes {@link Sender.abort}, for whoever starts again. */
  resume(): void {
    this.#aborting = false;
  }

  async attempt(delivery: LeasedDelivery): Promise<Finished> {
    try {
      const found = this.#parts.recipient(delivery.subscriptionId, false);
      let recipient = found instanceof Promise ? await found : found;
      // The store gave it out as enabled: where our copy says otherwise, it is the copy that may be old.
      if (recipient === null || isPaused(recipient, delivery)) {
        recipient = await this.#parts.recipient(delivery.subscriptionId, true);
      }
      const now = this.#parts.clock.now();
      if (recipient === null) return cancelled(delivery, now);
      if (isPaused(recipient, delivery) || !this.#inTime(delivery, recipient)) return released(delivery, now);
      if (isSuspect(delivery) && isPoison(delivery, await this.#parts.recordedAttempts(delivery.id)))
        return abandoned(delivery, now);
      return await this.#send(delivery, recipient);
    } catch (error) {
      // Only the store can have failed here: nothing was sent, and the delivery goes back as it was.
      this.#parts.onFault(error, delivery);
      return released(delivery, this.#parts.clock.now() + FAULT_PAUSE);
    }
  }

  #inTime(delivery: LeasedDelivery, recipient: Recipient | Unsendable): boolean {
    const needed = (isSendable(recipient) ? recipient.timeoutMs : 0) + LEASE_MARGIN;
    return delivery.dueAt !== null && this.#parts.clock.now() + needed <= delivery.dueAt;
  }

  async #send(delivery: LeasedDelivery, recipient: Recipient | Unsendable): Promise<Finished> {
    const events =
      delivery.event === null
        ? await eventsOf((ids) => this.#parts.readEvents(ids), delivery.eventIds)
        : [delivery.event];
    const body =
      events.length > SLICE ? await composeInTurns(delivery, events, recipient, this.#parts) : null;
    const at = this.#parts.clock.now();
    const made = this.#prepare(delivery, events, body, recipient, at);
    if ("error" in made)
      return this.#finish(delivery, recipient, at, null, { kind: "unprepared", error: made.error });
    if (body !== null) await turn();
    // Reading and composing may have taken all that the lease had left, and then somebody else has the delivery.
    if (this.#aborting || !this.#inTime(delivery, recipient)) return released(delivery, at);
    const timeoutMs = isSendable(recipient) ? recipient.timeoutMs : 0;
    const result = await this.#transmit(made.request, timeoutMs, delivery, recipient);
    if (this.#aborting && result.kind === "failure") return released(delivery, this.#parts.clock.now());
    return this.#finish(delivery, recipient, at, made.request, result);
  }

  #prepare(
    delivery: LeasedDelivery,
    events: readonly EventRecord[],
    composed: Composed | null,
    recipient: Recipient | Unsendable,
    at: Millis,
  ) {
    try {
      if (!isSendable(recipient)) throw recipient.fault;
      if (composed === null) return { request: prepareRequest(delivery, events, recipient, this.#parts, at) };
      if ("fault" in composed) throw composed.fault;
      return { request: signRequest(delivery, composed.body, recipient, this.#parts, at) };
    } catch (error) {
      this.#report(error, delivery, recipient);
      return { error: faultOf(error) };
    }
  }

  async #transmit(
    request: TransportRequest,
    timeoutMs: Millis,
    delivery: LeasedDelivery,
    recipient: Recipient | Unsendable,
  ): Promise<TransportResult> {
    const begun = performance.now();
    try {
      const result = await transmit(this.#parts, request, timeoutMs);
      if (result.kind === "failure")
        this.#parts.onFailure({ ...result, message: redactorOf(recipient)(result.message) }, delivery);
      return result;
    } catch (error) {
      this.#report(error, delivery, recipient);
      return failed("reset", "the transport threw", begun);
    }
  }

  #finish(
    delivery: LeasedDelivery,
    recipient: Recipient | Unsendable,
    at: Millis,
    request: TransportRequest | null,
    result: AttemptResult,
  ): Finished {
    const now = this.#parts.clock.now();
    const verdict = judge(
      delivery,
      result,
      recipient.schedule,
      now,
      this.#meaning(delivery, recipient, result),
    );
    const attempt = attemptRecord({
      number: delivery.attempts,
      at,
      durationMs: result.kind === "unprepared" ? 0 : result.ms,
      request: { url: request?.url ?? "", headers: request?.headers ?? {} },
      response: result.kind === "response" ? result : null,
      error: verdict.error,
      secrets: isSendable(recipient) ? recipient.headers : {},
      redact: redactorOf(recipient),
    });
    const replacements = verdict.split ? halves(delivery, now) : undefined;
    const outcome = attempted(delivery, verdict, attempt, now, replacements);
    return { delivery, outcome, verdict, ordered: recipient.ordered };
  }

  /** A host's format that throws here says nothing. */
  #meaning(
    delivery: LeasedDelivery,
    recipient: Recipient | Unsendable,
    result: AttemptResult,
  ): AnswerMeaning | null {
    if (result.kind !== "response") return null;
    try {
      return this.#parts.formats.get(delivery.format)?.meaning?.(result) ?? null;
    } catch (error) {
      this.#report(error, delivery, recipient);
      return null;
    }
  }

  /** What a host's own code throws may quote what it was given. */
  #report(error: unknown, delivery: LeasedDelivery, recipient: Recipient | Unsendable): void {
    this.#parts.onFault(redactError(error, redactorOf(recipient)), delivery);
  }
}

function redactorOf(recipient: Recipient | Unsendable) {
  return isSendable(recipient) ? recipient.redact : redactNothing;
}

function isPaused(recipient: Recipient | Unsendable, delivery: LeasedDelivery): boolean {
  return !recipient.enabled && delivery.kind !== "test";
}

/** What the endpoint's owner may know of a fault of ours. Causes stay in the operator's log. */
function faultOf(error: unknown): { code: string; message: string } {
  if (error instanceof WebhookError && error.code === "URL_REFUSED") {
    return UNREACHABLE;
  }
  return { code: "NOT_SENT", message: "The request could not be made; the operator's log says why." };
}
