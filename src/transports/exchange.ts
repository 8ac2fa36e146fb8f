import type { Dispatcher } from "undici";
import type { TransportResult } from "../model/transport.js";
import { CappedBody } from "./body.js";
import type { Connection } from "./connection.js";
import { elapsed, failure, failureOf } from "./failure.js";
import { type OriginPool, takeConnection } from "./pools.js";

/** Where an exchange stands; said in the message of a timeout. */
type Phase = "connecting" | "waiting for the answer" | "reading the answer";

/**
 * One request and its answer, as undici's handler and the signal's listener in one object: it settles once, with
 * whatever happens first.
 *
 *     connecting ──> waiting for the answer ──> reading the answer ──> response (whole, or cut at the limit)
 *          ╰──────────────────┴──────────────────────────┴──> failure
 */
export class Exchange implements Dispatcher.DispatchHandler {
  #phase: Phase = "connecting";
  #isSettled = false;
  #controller: Dispatcher.DispatchController | null = null;
  /** The connection made for this request, while it is being made. */
  #connecting: Connection | null = null;
  #status = 0;
  #headers: Record<string, string> = {};
  readonly #body: CappedBody;

  constructor(
    readonly entry: OriginPool,
    readonly signal: AbortSignal,
    readonly since: number,
    maxResponseBytes: number,
    readonly resolve: (result: TransportResult) => void,
  ) {
    this.#body = new CappedBody(maxResponseBytes);
  }

  /** Begins. */
  dispatch(options: Dispatcher.DispatchOptions): void {
    this.entry.active++;
    this.signal.addEventListener("abort", this);
    try {
      takeConnection(this.entry);
      this.entry.pool.dispatch(options, this);
      // undici connects synchronously for a request that finds no free connection: this connection is ours.
      if (this.#phase === "connecting" && !this.#isSettled) this.#connecting = takeConnection(this.entry);
    } catch (error) {
      this.#settle(failureOf(error, this.since));
    }
  }

  /** The signal aborted: the time is up, from DNS to the last byte. */
  handleEvent(): void {
    const overdue = this.#connecting?.overdue ?? null;
    this.#settle(
      overdue === null ? failure("timeout", this.since, this.#phase) : failureOf(overdue, this.since),
    );
    // undici would go on connecting for a request that is not there any more.
    if (this.#controller) this.#controller.abort(new Error("aborted"));
    else this.#connecting?.cancel();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // It waited in undici's queue beyond its time. Throwing takes it off; `abort` would close the good connection too.
    if (this.#isSettled) throw new Error("aborted");
    this.#controller = controller;
    this.#connecting = null;
    this.#phase = "waiting for the answer";
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: RawHeaders): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = joinRepeated(headers);
    this.#phase = "reading the answer";
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (this.#isSettled || this.#body.push(chunk)) return;
    this.#respond();
    controller.abort(new Error("enough"));
  }

  onResponseEnd(): void {
    this.#respond();
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#settle(failureOf(error, this.since));
  }

  #respond(): void {
    const { truncated } = this.#body;
    const ms = elapsed(this.since);
    const body = this.#body.text();
    this.#settle({ kind: "response", status: this.#status, headers: this.#headers, body, truncated, ms });
  }

  #settle(result: TransportResult): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.entry.active--;
    this.signal.removeEventListener("abort", this);
    this.resolve(result);
  }
}

type RawHeaders = Record<string, string | string[] | undefined>;

/** Joins repeated headers in place: the object was made for this answer. */
function joinRepeated(headers: RawHeaders): Record<string, string> {
  for (const name in headers) {
    const value = headers[name];
    if (Array.isArray(value)) headers[name] = value.join(", ");
  }
  return headers as Record<string, string>;
}
