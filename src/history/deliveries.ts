import { bodyOf, formatNamed } from "../formats/body.js";
import { formatEvent } from "../formats/event.js";
import type { DeliveryRecord, DeliveryStatus } from "../model/delivery.js";
import { WebhookError } from "../model/errors.js";
import { eventsOf } from "../model/events-of.js";
import type { Format, FormatSubscription } from "../model/format.js";
import { isId } from "../model/id.js";
import type { DeliveryQuery, Store } from "../model/store.js";
import type { Clock } from "../model/time.js";
import { mapInTurns, SLICE, turn } from "../model/turn.js";
import type { WithinContext } from "../subscriptions/input.js";
import { type Page, type PageOptions, readPage } from "../subscriptions/page.js";
import { isWithin, ROOT_SCOPE } from "../subscriptions/scope.js";
import { presentAttempt } from "./attempt.js";
import { type Delivery, type DeliveryDetails, presentDelivery } from "./delivery.js";

/** Which deliveries to list. All filters given must hold. */
export interface DeliveryListOptions extends PageOptions {
  readonly subscriptionId?: string | undefined;
  readonly eventId?: string | undefined;
  /** Of subscriptions at this scope or below it. */
  readonly scope?: string | undefined;
  readonly status?: DeliveryStatus | undefined;
}

/** What the history needs of the rest. */
export interface DeliveriesParts {
  readonly clock: Clock;
  readonly store: Pick<
    Store,
    | "readDeliveries"
    | "findDeliveries"
    | "readAttempts"
    | "readEvents"
    | "readSubscriptions"
    | "requeue"
    | "cancel"
  >;
  readonly formats: ReadonlyMap<string, Format>;
  /** What a format may know of the subscription; `null` when it is gone. */
  subscription(id: string): Promise<FormatSubscription | null>;
  /** Tells the dispatcher that there is work. */
  wake(): void;
}

const STATUSES: readonly DeliveryStatus[] = ["pending", "failed", "delivered", "exhausted", "cancelled"];

/** Looks deliveries up, and lets people try one again or call it off. */
export class Deliveries {
  readonly #parts: DeliveriesParts;

  constructor(parts: DeliveriesParts) {
    this.#parts = parts;
  }

  /**
   * Newest first.
   *
   * @throws WebhookError `INVALID_CURSOR`; `INVALID_ARGUMENT` when `limit` or `status` is not acceptable.
   */
  async list(options: DeliveryListOptions = {}): Promise<Page<Delivery>> {
    const { subscriptionId, eventId, scope, status } = options;
    if (status !== undefined && !STATUSES.includes(status)) {
      throw new WebhookError("INVALID_ARGUMENT", `status must be one of ${STATUSES.join(", ")}.`, {
        issues: [{ path: ["status"], message: "no such status" }],
      });
    }
    const filters: Omit<DeliveryQuery, "limit" | "after"> = {
      ...(subscriptionId === undefined ? {} : { subscriptionId }),
      ...(eventId === undefined ? {} : { eventId }),
      ...(scope === undefined ? {} : { under: scope }),
      ...(status === undefined ? {} : { status }),
    };
    return readPage(
      options,
      { kind: "deliveries", filters },
      (page) => this.#parts.store.findDeliveries({ ...filters, ...page }),
      (record) => ({ at: record.createdAt, id: record.id }),
      presentDelivery,
    );
  }

  /**
   * A delivery with its body and every attempt.
   *
   * @throws WebhookError `NOT_FOUND` when there is none, or it is forgotten.
   */
  async get(id: string, context: WithinContext = {}): Promise<DeliveryDetails> {
    const record = await this.#read(id, context);
    const [payload, attempts] = await Promise.all([
      this.#payload(record),
      this.#parts.store.readAttempts(id),
    ]);
    return { ...presentDelivery(record), payload, attemptLog: attempts.map(presentAttempt) };
  }

  /**
   * One more attempt as soon as may be, whatever the status. It has a budget of its own and counts for nothing in
   * health; when it fails, the delivery stands where it stood. Under a disabled subscription it waits.
   *
   * @throws WebhookError `NOT_FOUND`; `INVALID_STATE` while an attempt is under way, or when the subscription is deleted.
   */
  async retry(id: string, context: WithinContext = {}): Promise<Delivery> {
    const { subscriptionId } = await this.#read(id, context);
    if ((await this.#parts.subscription(subscriptionId)) === null) {
      throw new WebhookError(
        "INVALID_STATE",
        "The subscription of this delivery is deleted; create it anew.",
      );
    }
    const now = this.#parts.clock.now();
    const count = await this.#parts.store.requeue({ ids: [id], mode: "manual", dueAt: now, now });
    if (count === 0) {
      throw new WebhookError(
        "INVALID_STATE",
        "An attempt of this delivery is under way; see how it ends first.",
      );
    }
    this.#parts.wake();
    return presentDelivery(await this.#read(id));
  }

  /**
   * Calls a delivery off: no further attempt is made. A request already under way cannot be taken back.
   *
   * @throws WebhookError `NOT_FOUND`; `INVALID_STATE` when it is closed already.
   */
  async cancel(id: string, context: WithinContext = {}): Promise<Delivery> {
    const { status } = await this.#read(id, context);
    const count = await this.#parts.store.cancel([id], this.#parts.clock.now());
    if (count === 0) throw new WebhookError("INVALID_STATE", `This delivery is ${status} already.`);
    return presentDelivery(await this.#read(id));
  }

  async #read(id: string, { within = ROOT_SCOPE }: WithinContext = {}): Promise<DeliveryRecord> {
    const [record] = isId(id) ? await this.#parts.store.readDeliveries([id]) : [];
    if (record !== undefined && isWithin(record.scope, within)) return record;
    throw new WebhookError("NOT_FOUND", "No delivery with this id is kept.");
  }

  /** Made again from the events rather than stored: a fan-out would keep the same text a thousand times. */
  async #payload(record: DeliveryRecord): Promise<string | null> {
    const events = await eventsOf((ids) => this.#parts.store.readEvents(ids), record.eventIds);
    if (events.length < record.eventIds.length) return null;
    const known = await this.#parts.subscription(record.subscriptionId);
    const gone = { id: record.subscriptionId, name: "", scope: record.scope, metadata: {} };
    try {
      const { formats } = this.#parts;
      const isBatch = record.kind === "batch";
      const subscription = known ?? gone;
      if (events.length <= SLICE) return text(bodyOf(formats, record.format, events, subscription, isBatch));
      const formatted = await mapInTurns(events, formatEvent);
      await turn();
      return text(formatNamed(formats, record.format).body(formatted, subscription, isBatch));
    } catch {
      return null;
    }
  }
}

function text(body: string | Uint8Array): string {
  return typeof body === "string" ? body : new TextDecoder().decode(body);
}
