import assert from "node:assert/strict";
import type { DeliveryRecord, LeasedDelivery, NewDelivery, Outcome } from "../../model/delivery.js";
import type { EventRecord, PendingRecord } from "../../model/event.js";
import type {
  ClaimRequest,
  Entries,
  Position,
  SealRequest,
  Store,
  SubscriptionSave,
} from "../../model/store.js";
import type { HealthChange, StoredSubscription, SubscriptionRecord } from "../../model/subscription.js";

/** The moment the cases begin at. */
export const T0 = 1_700_000_000_000;

/** The default life of a lease in the cases. */
export const LEASE_MS = 60_000;

/** Rows to write, with what a case does not care about filled in. */
export function event(id: string, change: Partial<EventRecord> = {}): EventRecord {
  return { id, type: "a.b", scope: "", at: T0, createdAt: T0, data: "{}", test: false, ...change };
}

/** A subscription's record: enabled, version 1, at the root. */
export function subscription(id: string, change: Partial<SubscriptionRecord> = {}): SubscriptionRecord {
  return {
    id,
    scope: "",
    enabled: true,
    ordered: false,
    version: 1,
    createdAt: T0,
    updatedAt: T0,
    document: "{}",
    ...change,
  };
}

/** A delivery of one event, `evt_` and the delivery's id unless said, due at {@link T0}. */
export function delivery(id: string, subscriptionId: string, change: Partial<NewDelivery> = {}): NewDelivery {
  return {
    id,
    subscriptionId,
    scope: "",
    kind: "event",
    type: "a.b",
    format: "standard",
    eventIds: [`evt_${id}`],
    createdAt: T0,
    dueAt: T0,
    lease: null,
    ...change,
  };
}

/** A waiting event of ten bytes in the lane `""`. */
export function pending(
  subscriptionId: string,
  eventId: string,
  change: Partial<PendingRecord> = {},
): PendingRecord {
  return { subscriptionId, lane: "", eventId, bytes: 10, at: T0, ...change };
}

/** Entries with the parts that are not given left empty. */
export function entries(parts: Partial<Entries>): Entries {
  return { events: [], deliveries: [], pending: [], ...parts };
}

/** A save that creates the subscription, unless said. */
export function saving(record: SubscriptionRecord, change: Partial<SubscriptionSave> = {}): SubscriptionSave {
  return { record, replaces: null, resetHealth: false, audit: null, ...change };
}

/** A claim of everything that is due at {@link T0}. */
export function claiming(change: Partial<ClaimRequest> = {}): ClaimRequest {
  return {
    lease: "lease",
    leaseMs: LEASE_MS,
    limit: 1000,
    perSubscription: 1000,
    exclude: [],
    now: T0,
    ...change,
  };
}

/** An outcome of a leased delivery: delivered, with its attempt, unless said. */
export function outcome(
  leased: Pick<LeasedDelivery, "id" | "lease" | "attempts">,
  change: Partial<Outcome> = {},
): Outcome {
  return {
    deliveryId: leased.id,
    lease: leased.lease,
    status: "delivered",
    dueAt: null,
    completedAt: T0 + 5,
    httpStatus: 200,
    error: null,
    attempt: { number: leased.attempts, at: T0, durationMs: 5, document: `{"n":${leased.attempts}}` },
    uncount: false,
    replacements: [],
    ...change,
  };
}

/** An outcome that has the delivery tried again at `dueAt`. */
export function failure(leased: Pick<LeasedDelivery, "id" | "lease" | "attempts">, dueAt: number): Outcome {
  return outcome(leased, {
    status: "failed",
    dueAt,
    completedAt: null,
    httpStatus: 500,
    error: { code: "HTTP_500", message: "The endpoint answered 500." },
  });
}

/** One failed attempt's change of health. */
export function failed(subscriptionId: string, change: Partial<HealthChange> = {}): HealthChange {
  return {
    subscriptionId,
    reset: false,
    add: 1,
    failedAt: T0,
    succeededAt: null,
    lastAttemptAt: T0,
    lastStatus: 500,
    holdUntil: null,
    ...change,
  };
}

/** A request to seal the lane `""`, whatever waits in it. */
export function sealing(subscriptionId: string, id: string, change: Partial<SealRequest> = {}): SealRequest {
  const { eventIds: _, lease: __, ...made } = delivery(id, subscriptionId, { kind: "batch", type: "batch" });
  return { delivery: made, lane: "", limit: 1000, maxBytes: 1_000_000, flushBefore: T0 + 1e9, ...change };
}

/** Creates subscriptions. */
export async function create(store: Store, ...records: readonly SubscriptionRecord[]): Promise<void> {
  for (const record of records) assert.equal(await store.saveSubscription(saving(record)), true);
}

/** Appends deliveries, each with the events it names. */
export async function enqueue(store: Store, ...deliveries: readonly NewDelivery[]): Promise<void> {
  const ids = new Set(deliveries.flatMap((row) => row.eventIds));
  const at = deliveries[0]?.createdAt ?? T0;
  await store.append(entries({ events: [...ids].map((id) => event(id, { createdAt: at })), deliveries }));
}

/** Appends waiting events. */
export async function wait(store: Store, ...rows: readonly PendingRecord[]): Promise<void> {
  const ids = new Set(rows.map((row) => row.eventId));
  await store.append(entries({ events: [...ids].map((id) => event(id)), pending: rows }));
}

/** Claims exactly one delivery. */
export async function claimOne(store: Store, change: Partial<ClaimRequest> = {}): Promise<LeasedDelivery> {
  const claimed = await store.claim(claiming(change));
  assert.equal(claimed.length, 1, "one delivery is due");
  return claimed[0] as LeasedDelivery;
}

/** Reads a delivery that must be there. */
export async function read(store: Store, id: string): Promise<DeliveryRecord> {
  const [found] = await store.readDeliveries([id]);
  assert.ok(found, `delivery ${id} exists`);
  return found;
}

/** Reads a subscription that must be there. */
export async function readSubscription(store: Store, id: string): Promise<StoredSubscription> {
  const [found] = await store.readSubscriptions([id]);
  assert.ok(found, `subscription ${id} exists`);
  return found;
}

/** Ids, sorted, for answers whose order is not promised. */
export function idsOf(rows: readonly { readonly id: string }[]): string[] {
  return rows.map((row) => row.id).sort();
}

/** Asserts that a list answers exactly these ids in this order, read in one page and in pages of every size. */
export async function assertPages<T>(
  list: (page: { limit: number; after: Position | null }) => Promise<readonly T[]>,
  position: (row: T) => Position,
  expected: readonly string[],
): Promise<void> {
  for (let limit = 1; limit <= expected.length + 1; limit++) {
    const found: string[] = [];
    let after: Position | null = null;
    for (;;) {
      const page: readonly T[] = await list({ limit, after });
      assert.ok(page.length <= limit, "a page holds no more than its limit");
      found.push(...page.map((row) => position(row).id));
      const last = page.at(-1);
      if (page.length < limit || last === undefined || found.length > expected.length) break;
      after = position(last);
    }
    assert.deepEqual(found, expected, `pages of ${limit}`);
  }
}

/** Every page after another, until one is not full. */
export const ALL = { limit: 1000, after: null } as const;
