import type {
  AttemptRecord,
  DeliveryRecord,
  DeliveryStatus,
  LeasedDelivery,
  NewDelivery,
  Outcome,
} from "./delivery.js";
import type { EventRecord, PendingRecord } from "./event.js";
import type {
  HealthChange,
  StoredSubscription,
  SubscriptionHealth,
  SubscriptionRecord,
} from "./subscription.js";
import type { Millis } from "./time.js";

/** A place in a list that is sorted by time and then by id. The row it names is not part of what follows. */
export interface Position {
  readonly at: Millis;
  readonly id: string;
}

/** Which rows of a list: those after `after`, at most `limit`. */
export interface PageRequest {
  readonly limit: number;
  readonly after: Position | null;
}

/** What one append writes: all of it or nothing. */
export interface Entries {
  readonly events: readonly EventRecord[];
  /** Deliveries of these events, or of events stored by an earlier call. In the order of their subscription. */
  readonly deliveries: readonly NewDelivery[];
  /** Of these events, those that wait for a batch. */
  readonly pending: readonly PendingRecord[];
}

/** A change of one subscription. */
export interface SubscriptionSave {
  /** Its version may be the stored one: its secrets were sealed anew, and nothing else has changed. */
  readonly record: SubscriptionRecord;
  /** The version that must be stored now; `null`: there must be none. */
  readonly replaces: number | null;
  /** Forget failures and holds: the subscription was enabled. What the last attempt met is kept. */
  readonly resetHealth: boolean;
  /** Written in the same step, if the change is. */
  readonly audit: Entries | null;
}

/** Which subscriptions to list. All filters given must hold. */
export interface SubscriptionQuery extends PageRequest {
  /** Exactly one of these scopes. */
  readonly scopes?: readonly string[];
  /** This scope or one below it; `""` is everything. */
  readonly under?: string;
  readonly enabled?: boolean;
}

/** Which deliveries to list. All filters given must hold. */
export interface DeliveryQuery extends PageRequest {
  readonly subscriptionId?: string;
  readonly eventId?: string;
  /** Of subscriptions at this scope or below it. */
  readonly under?: string;
  readonly status?: DeliveryStatus;
}

/** Which events to list, by when they were published. All filters given must hold. */
export interface EventQuery extends PageRequest {
  /** At this scope or below it. */
  readonly under?: string;
  readonly type?: string;
  /** Published at or after. */
  readonly since?: Millis;
  /** Published before. */
  readonly until?: Millis;
  /** No tests, and none that a delivery or a waiting event of this subscription names. */
  readonly missedBy?: string;
}

/** Which waiting events to list, in the order they wait. */
export interface PendingQuery extends PageRequest {
  readonly subscriptionId: string;
}

/** Which deliveries of a subscription to count, by when they were made. */
export interface StatisticsQuery {
  readonly subscriptionId: string;
  /** Made at or after. */
  readonly since: Millis;
  /** Made before. */
  readonly until: Millis;
  /** Length of a bucket, whole and at least 1. Buckets begin at multiples of it since the epoch. */
  readonly bucketMs: Millis;
  /** Look at no more than so many deliveries, tests among them: the newest. At least 1. */
  readonly limit: number;
}

/** What was counted. */
export interface StoredStatistics {
  /** From when on everything was counted, and nothing made earlier: the query's `since`, or later where that were too many. */
  readonly since: Millis;
  /** In the order of time, without those that are empty. */
  readonly buckets: readonly StoredBucket[];
}

/**
 * What became of the deliveries made in one bucket. Each is counted once, by its status; an open one that has a
 * `manualFrom` by that.
 */
export interface StoredBucket {
  /** When the bucket begins, also where the range begins later. */
  readonly at: Millis;
  readonly delivered: number;
  /** To be tried again, without those given up. */
  readonly failed: number;
  readonly exhausted: number;
  readonly cancelled: number;
  readonly pending: number;
  /**
   * How long the last attempt took, the one numbered `attempts`, of those that are closed as delivered; `null` where none
   * is recorded. Nearest rank: the smallest one that so many hundredths of them do not exceed.
   */
  readonly latency: { readonly p50: Millis; readonly p95: Millis; readonly p99: Millis } | null;
}

/** Waiting events of one subscription and lane. */
export interface Backlog {
  readonly subscriptionId: string;
  readonly lane: string;
  readonly count: number;
  readonly bytes: number;
  readonly oldestAt: Millis;
}

/** A request to turn waiting events into a delivery. */
export interface SealRequest {
  /** The delivery to make; its events are those that are sealed, in the order they waited. */
  readonly delivery: Omit<NewDelivery, "eventIds" | "lease">;
  readonly lane: string;
  /** At most this many events. */
  readonly limit: number;
  /** At most this many bytes, but always one event. */
  readonly maxBytes: number;
  /** Seal only if the oldest began to wait at or before this, or `limit` or `maxBytes` is reached. */
  readonly flushBefore: Millis;
}

/** A request for work. */
export interface ClaimRequest {
  /** Written to each row claimed; whoever settles must show it. */
  readonly lease: string;
  readonly leaseMs: Millis;
  /** At most this many in all. */
  readonly limit: number;
  /** At most this many of one subscription; of an ordered one never more than one. */
  readonly perSubscription: number;
  /** Subscriptions to leave out. */
  readonly exclude: readonly string[];
  readonly now: Millis;
}

/** A request to make deliveries due again. */
export interface RequeueRequest {
  readonly ids: readonly string[];
  /**
   * `"manual"`: one more attempt of its own budget, whatever the status: `manualFrom` becomes the status it had,
   * `extraAttempts` grows by one. `"restart"`: the whole schedule again, for exhausted and cancelled ones only:
   * `extraAttempts` becomes `attempts`.
   */
  readonly mode: "manual" | "restart";
  readonly dueAt: Millis;
  readonly now: Millis;
}

/** What a settle did. */
export interface Settled {
  /** Deliveries whose lease had passed to someone else, of which only the attempt was recorded, or that are gone. */
  readonly refused: readonly string[];
  /** The health after the change of each subscription whose change was applied. */
  readonly health: readonly (SubscriptionHealth & { readonly subscriptionId: string })[];
}

/** An event that was published by the database's own means, such as a trigger, and is not in the history yet. */
export interface InboxEvent {
  readonly id: string;
  readonly type: string;
  readonly scope: string;
  /** When it happened: the time of the transaction that published it, by the database's clock. */
  readonly at: Millis;
  /** The data as JSON text, as it was published. */
  readonly data: string;
}

/** A request for published events. */
export interface TakeRequest {
  /** At most this many events. */
  readonly limit: number;
  /** At most this many bytes of data, but always one event. */
  readonly maxBytes: number;
  readonly leaseMs: Millis;
  readonly now: Millis;
}

/** An event that cannot be published as it is. */
export interface Refusal {
  readonly id: string;
  /** Why, for whoever published it. Never holds the data. */
  readonly error: string;
}

/** Where subscriptions are kept. */
export interface SubscriptionStore {
  /** Writes the record, and the audit entries with it. False, with nothing written, when the stored version is not `replaces`. */
  saveSubscription(save: SubscriptionSave): Promise<boolean>;
  /** Removes it, cancels its open deliveries, drops its waiting events. False when there is none. Its history stays until it is pruned. */
  removeSubscription(id: string, now: Millis, audit: Entries | null): Promise<boolean>;
  /** Those of the ids that exist, in any order. */
  readSubscriptions(ids: readonly string[]): Promise<readonly StoredSubscription[]>;
  /** Newest first. */
  findSubscriptions(query: SubscriptionQuery): Promise<readonly StoredSubscription[]>;
  /**
   * A number that no two states of the subscriptions share: any save and any removal, by whatever process, makes it
   * another one; health does not. With it, look-ups ask once a second whether anything has changed; without it they
   * read everything again.
   */
  readRevision?(): Promise<number>;
}

/** Where work waits. */
export interface DeliveryQueue<Tx = never> {
  /**
   * Inserts, and only inserts, so that it can ride in the caller's transaction and lock nothing shared. An event
   * whose id is known already, here or earlier in the same call, is skipped with all that was derived from it.
   * A delivery whose id is taken rejects the call, and nothing of it is written. One born leased has `attempts` 1 and
   * `firstAttemptAt` = `createdAt`. Answers the ids that were new.
   */
  append(entries: Entries, tx?: Tx): Promise<readonly string[]>;
  /** Waiting events, one row for each subscription and lane that has any. Those of disabled subscriptions too. */
  backlog(): Promise<readonly Backlog[]>;
  /**
   * Turns the oldest waiting events of a lane into one delivery, if the rule in the request holds at this moment.
   * Answers how many. An id that is taken rejects the call, as it does in `append`, and nothing of it is written.
   */
  seal(request: SealRequest): Promise<number>;
  /**
   * Leases deliveries that are open and due, of subscriptions that exist, are enabled and are not held: for each one
   * `attempts` grows by one, `extraAttempts` too where the delivery still holds a lease that ran out (that claim was lost
   * with its process, and must not use up the schedule), `firstAttemptAt` is set if it was not, `dueAt` becomes `now + leaseMs`. Fair: a
   * subscription with a deep backlog does not keep another's out. Of one subscription, deliveries attempted before come
   * first, then those due longest: an endpoint that cannot keep up finishes what was begun, so that schedules are kept
   * and a dead one is found out. Of an ordered subscription only the oldest open delivery, by
   * the order of appending; replacements stand where the delivery stood that they replace.
   */
  claim(request: ClaimRequest): Promise<readonly LeasedDelivery[]>;
  /**
   * Records what became of claimed deliveries, all in one step. An outcome is accepted only while its delivery holds
   * its lease; a refused one still records its attempt (requests are facts), once for each number. An accepted one
   * clears the lease and, unless `uncount`, `manualFrom`. A health change is applied when at least one outcome of that
   * subscription was accepted, so that repeating a settle changes nothing. One of a delivery that is gone is refused,
   * and nothing of it is recorded.
   */
  settle(outcomes: readonly Outcome[], health: readonly HealthChange[]): Promise<Settled>;
  /**
   * Makes deliveries due again that no one holds at the moment. Status becomes `failed`, or `pending` where nothing was
   * attempted; `completedAt` and a lease that has ended are cleared; what the last attempt met stays. A second `"manual"` before the attempt only moves
   * `dueAt`. Answers how many.
   */
  requeue(request: RequeueRequest): Promise<number>;
  /**
   * Closes open deliveries as `cancelled`, also those in flight: the lease and `manualFrom` are cleared, what the last
   * attempt met is kept. Answers how many.
   */
  cancel(ids: readonly string[], now: Millis): Promise<number>;
}

/** What can be looked up, and forgotten. */
export interface DeliveryLog {
  /** Those of the ids that exist, in any order. */
  readEvents(ids: readonly string[]): Promise<readonly EventRecord[]>;
  /** Newest first, by `createdAt`. */
  findEvents(query: EventQuery): Promise<readonly EventRecord[]>;
  /** In the order they wait, by `at`. `Position.id` is the event's. */
  findPending(query: PendingQuery): Promise<readonly PendingRecord[]>;
  /** Those of the ids that exist, in any order. */
  readDeliveries(ids: readonly string[]): Promise<readonly DeliveryRecord[]>;
  /** Newest first, by `createdAt`. */
  findDeliveries(query: DeliveryQuery): Promise<readonly DeliveryRecord[]>;
  /** By number. */
  readAttempts(deliveryId: string): Promise<readonly AttemptRecord[]>;
  /**
   * Counts a subscription's deliveries, tests left out. If there are more than `limit` in the range, the newest of those
   * that do not fit is left out, and all made at the same moment or before. It need not be one step: some may be counted
   * after others, each once. Without it, there are no statistics.
   */
  readStatistics?(query: StatisticsQuery): Promise<StoredStatistics>;
  /**
   * Forgets at most `limit` rows: deliveries closed before `before` with their attempts; open ones and waiting events
   * of that age whose subscription is gone; events published before it that no delivery or waiting event names; and
   * events that the inbox refused before it. Answers how many rows went; fewer than `limit` means there are no more.
   */
  prune(request: { readonly before: Millis; readonly limit: number }): Promise<number>;
}

/**
 * Where events wait that the database itself published: its triggers, other languages. Whoever takes them validates
 * them, appends what they become, and clears them. All three methods or none: most stores have no such door.
 */
export interface Inbox {
  /**
   * The oldest waiting events, in the order they were published, leased until `now + leaseMs`; after that they are to
   * be taken again. None while any of the oldest `limit` is leased: one taker comes after another, so that events are
   * appended in the order they were published.
   */
  takeInbox?(request: TakeRequest): Promise<readonly InboxEvent[]>;
  /** Forgets events of these ids: they have been appended. */
  clearInbox?(ids: readonly string[]): Promise<void>;
  /** Takes events out of the queue that cannot be published, and keeps them with the reason until they are pruned. */
  refuseInbox?(refusals: readonly Refusal[], now: Millis): Promise<void>;
}

/**
 * Where everything is kept. Stores keep facts and never decide: no policy, no clock. Times are epoch milliseconds
 * and are always passed in. Each method is one atomic step, safe against any number of other processes, and takes
 * and answers arrays so that it can be one statement for many rows.
 *
 * @typeParam Tx - What `append` takes as the host's transaction. `never`: it takes none, and passing one does not compile.
 */
export interface Store<Tx = never> extends SubscriptionStore, DeliveryQueue<Tx>, DeliveryLog, Inbox {
  /** Whether what is written outlives the process; secrets must then be sealed. @default true */
  readonly persists?: boolean;
  /** Makes or upgrades the tables. Safe to call again, and by many processes at once. */
  migrate?(): Promise<void>;
  /** Calls `wake` when another process may have appended. A hint: polling stays correct without it. Answers how to stop. */
  listen?(wake: () => void): Promise<() => Promise<void>>;
  close?(): Promise<void>;
}
