import { formatEvent } from "../formats/event.js";
import { attemptRecord } from "../history/attempt.js";
import type { DeliveryError, LeasedDelivery, Outcome } from "../model/delivery.js";
import { WebhookError } from "../model/errors.js";
import type { EventRecord } from "../model/event.js";
import { eventsOf } from "../model/events-of.js";
import type { AnswerMeaning } from "../model/format.js";
import type { Clock, Millis } from "../model/time.js";
import type { Transport, TransportRequest, TransportResult } from "../model/transport.js";
import { mapInTurns, SLICE, turn } from "../model/turn.js";
import { redactNothing } from "../subscriptions/redact.js";
import { redactError } from "../subscriptions/redact-error.js";
import type { AttemptResult } from "./attempt-result.js";
import { checkedResult } from "./checked-result.js";
import type { Deadlines } from "./deadline.js";
import { isPoison, isSuspect, judge, UNREACHABLE, type Verdict } from "./outcome.js";
import { composeBody, prepareRequest, type RequestSettings, signRequest } from "./prepare.js";
import { isSendable, type Recipient, type Unsendable } from "./recipient.js";
import { halves } from "./split.js";

/** A claimed delivery that has been dealt with: what to record, and what the attempt meant; `null` where none was made. */
export interface Finished {
  readonly delivery: LeasedDelivery;
  readonly outcome: Outcome;
  readonly verdict: Verdict | null;
  readonly ordered: boolean;
}

/** What sending needs of the rest. */
export interface SenderParts extends RequestSettings {
  readonly clock: Clock;
  readonly transport: Transport;
  readonly deadlines: Deadlines;
  /** The subscription made ready, or why it cannot be sent to; `null` when it is gone. `fresh`: past any cache. */
  recipient(id: string, fresh: boolean): Promise<Recipient | Unsendable | null>;
  readEvents(ids: readonly string[]): Promise<readonly EventRecord[]>;
  /** How many attempts of a delivery are recorded. */
  recordedAttempts(deliveryId: string): Promise<number>;
  /** No answer came; the message may say more than the endpoint's owner is told, such as what an egress proxy answered. */
  onFailure(failure: Extract<TransportResult, { kind: "failure" }>, delivery: LeasedDelivery): void;
  /** A fault that is ours or the host's, not the endpoint's. */
  onFault(error: unknown, delivery: LeasedDelivery): void;
}

/** The body of a large batch, or what was thrown instead. */
type Composed = { readonly body: string | Uint8Array } | { readonly fault: unknown };

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
      const recipient = await this.#recipient(delivery);
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

  /** The store gave it out as enabled: where our copy says otherwise, it is the copy that may be old. */
  async #recipient(delivery: LeasedDelivery): Promise<Recipient | Unsendable | null> {
    const known = await this.#parts.recipient(delivery.subscriptionId, false);
    const doubtful = known === null || isPaused(known, delivery);
    return doubtful ? this.#parts.recipient(delivery.subscriptionId, true) : known;
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
    const body = events.length > SLICE ? await this.#composeInTurns(delivery, events, recipient) : null;
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

  /**
   * The body of a large batch, or why there is none, with a turn of the event loop between composing, encoding and
   * what comes after. Bytes, not text: a text of 10 MB would be encoded again to sign it, and again to send it.
   */
  async #composeInTurns(
    delivery: LeasedDelivery,
    events: readonly EventRecord[],
    recipient: Recipient | Unsendable,
  ): Promise<Composed> {
    try {
      if (!isSendable(recipient)) throw recipient.fault;
      const formatted = await mapInTurns(events, formatEvent);
      await turn();
      const body = composeBody(delivery, formatted, recipient, this.#parts);
      await turn();
      if (typeof body !== "string") return { body };
      const bytes = Buffer.from(body);
      await turn();
      return { body: bytes };
    } catch (fault) {
      return { fault };
    }
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
    const controller = new AbortController();
    const { deadlines, transport } = this.#parts;
    const begun = performance.now();
    const failed = (reason: "reset" | "timeout", message: string): TransportResult => ({
      kind: "failure",
      reason,
      message,
      ms: performance.now() - begun,
    });
    try {
      const result = await new Promise<TransportResult>((resolve, reject) => {
        const onIgnored = () => resolve(failed("timeout", "the transport did not heed its signal"));
        deadlines.start(controller, timeoutMs, onIgnored);
        transport.send(request, controller.signal).then(resolve, reject);
      });
      const checked = checkedResult(result);
      if (checked.kind === "failure")
        this.#parts.onFailure({ ...checked, message: redactorOf(recipient)(checked.message) }, delivery);
      return checked;
    } catch (error) {
      this.#report(error, delivery, recipient);
      return failed("reset", "the transport threw");
    } finally {
      deadlines.clear(controller);
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
      response: result.kind === "response" ? answer(result) : null,
      error: verdict.error,
      secrets: isSendable(recipient) ? recipient.headers : {},
      redact: redactorOf(recipient),
    });
    const { status, dueAt, httpStatus, error } = verdict;
    const completedAt = dueAt === null ? now : null;
    const replacements = verdict.split ? halves(delivery, now) : [];
    const outcome: Outcome = {
      ...base(delivery),
      status,
      dueAt,
      completedAt,
      httpStatus,
      error,
      attempt,
      replacements,
    };
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

/** Gives a claimed delivery back as it was, due at that moment: nothing was sent, the claim's attempt does not count. */
export function released(delivery: LeasedDelivery, dueAt: Millis): Finished {
  const { status, httpStatus, error } = delivery;
  const outcome = { ...base(delivery), status, dueAt, completedAt: null, httpStatus, error, uncount: true };
  return { delivery, outcome, verdict: null, ordered: false };
}

function cancelled(delivery: LeasedDelivery, now: Millis): Finished {
  return closed(delivery, "cancelled", delivery.error, now);
}

function abandoned(delivery: LeasedDelivery, now: Millis): Finished {
  const message =
    "Too many attempts ended with the process that made them; retry it by hand if it is not at fault.";
  return closed(delivery, "exhausted", { code: "ABANDONED", message }, now);
}

function closed(
  delivery: LeasedDelivery,
  status: "cancelled" | "exhausted",
  error: DeliveryError | null,
  now: Millis,
): Finished {
  const { httpStatus } = delivery;
  const outcome = {
    ...base(delivery),
    status,
    dueAt: null,
    completedAt: now,
    httpStatus,
    error,
    uncount: true,
  };
  return { delivery, outcome, verdict: null, ordered: false };
}

function base(delivery: LeasedDelivery) {
  return {
    deliveryId: delivery.id,
    lease: delivery.lease,
    attempt: null,
    uncount: false,
    replacements: [],
  };
}

function answer(result: Extract<TransportResult, { kind: "response" }>) {
  return { status: result.status, headers: result.headers, body: result.body, truncated: result.truncated };
}

/** What the endpoint's owner may know of a fault of ours. Causes stay in the operator's log. */
function faultOf(error: unknown): { code: string; message: string } {
  if (error instanceof WebhookError && error.code === "URL_REFUSED") {
    return UNREACHABLE;
  }
  return { code: "NOT_SENT", message: "The request could not be made; the operator's log says why." };
}
