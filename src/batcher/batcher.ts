import { newId } from "../model/id.js";
import type { Backlog, Store } from "../model/store.js";
import type { Clock } from "../model/time.js";
import { type BatchLimits, flushBefore, isFlushDue } from "./rule.js";

/** What batching needs to know of a subscription. */
export interface BatchSubscription {
  readonly id: string;
  readonly scope: string;
  readonly enabled: boolean;
  /** Whether it still batches: what waits for one that no longer does is sent at once. */
  readonly batches: boolean;
  readonly format: string;
  /** Whether its format keeps types apart. */
  readonly hasLanes: boolean;
  readonly limits: BatchLimits;
}

/** What batching needs of the rest. */
export interface BatcherParts {
  readonly clock: Clock;
  readonly store: Pick<Store, "backlog" | "seal">;
  subscriptions(ids: readonly string[]): Promise<ReadonlyMap<string, BatchSubscription>>;
  /** Waiting events became a delivery. */
  onFlushed(flushed: { subscriptionId: string; deliveryId: string; events: number }): void;
}

/**
 * The room that turns waiting events into deliveries:
 *
 *     store ──backlog──> rule ──seal──> store
 *
 * It remembers nothing: the rule is asked of the store each time, so that a restart loses no event and delays none,
 * and a change of the limits holds for what waits already. The store asks the rule once more as it seals, so that of
 * two processes one seals and the other finds nothing due.
 */
export class Batcher {
  readonly #parts: BatcherParts;

  constructor(parts: BatcherParts) {
    this.#parts = parts;
  }

  /**
   * Flushes all that is due. Answers how many deliveries it made.
   *
   * @throws what the store throws; what was sealed before stays sealed.
   */
  async tick(): Promise<number> {
    const backlogs = await this.#parts.store.backlog();
    if (backlogs.length === 0) return 0;
    const known = await this.#parts.subscriptions([...new Set(backlogs.map((one) => one.subscriptionId))]);
    const now = this.#parts.clock.now();
    let flushed = 0;
    for (const backlog of backlogs) {
      const subscription = known.get(backlog.subscriptionId);
      if (subscription === undefined || !subscription.enabled) continue;
      if (subscription.batches && !isFlushDue(backlog, subscription.limits, now)) continue;
      flushed += await this.#sealAll(subscription, backlog, subscription.batches);
    }
    return flushed;
  }

  /** Flushes all that waits for a subscription, due or not. Answers how many events. */
  async flush(subscription: BatchSubscription): Promise<number> {
    let events = 0;
    for (const backlog of await this.#parts.store.backlog()) {
      if (backlog.subscriptionId !== subscription.id) continue;
      await this.#sealAll(subscription, backlog, false, (sealed) => {
        events += sealed;
      });
    }
    return events;
  }

  /** Seals a lane until nothing in it is due; with `byRule: false`, until what waits now is gone. */
  async #sealAll(
    subscription: BatchSubscription,
    backlog: Backlog,
    byRule: boolean,
    onSealed: (events: number) => void = () => {},
  ): Promise<number> {
    const { clock, store, onFlushed } = this.#parts;
    // What began to wait before the format kept types apart goes out one by one: no body may mix them.
    const isMixed = subscription.hasLanes && backlog.lane === "";
    const limits = isMixed ? { ...subscription.limits, maxEvents: 1 } : subscription.limits;
    const now = clock.now();
    let deliveries = 0;
    // Waiting events that arrive meanwhile are for the next flush: a busy publisher must not keep this one going.
    for (let left = backlog.count; left > 0; ) {
      const deliveryId = newId("dlv", now);
      const sealed = await store.seal({
        delivery: {
          id: deliveryId,
          subscriptionId: subscription.id,
          scope: subscription.scope,
          kind: "batch",
          type: backlog.lane === "" ? "batch" : backlog.lane,
          format: subscription.format,
          createdAt: now,
          dueAt: now,
        },
        lane: backlog.lane,
        limit: limits.maxEvents,
        maxBytes: limits.maxBytes,
        flushBefore: byRule ? flushBefore(limits, now) : now,
      });
      if (sealed === 0) break;
      left -= sealed;
      deliveries++;
      onSealed(sealed);
      onFlushed({ subscriptionId: subscription.id, deliveryId, events: sealed });
    }
    return deliveries;
  }
}
