import type {
  AttemptRecord,
  DeliveryError,
  DeliveryKind,
  DeliveryRecord,
  DeliveryStatus,
} from "../../model/delivery.js";
import type { EventRecord, PendingRecord } from "../../model/event.js";
import type { StoredSubscription } from "../../model/subscription.js";

/** A subscription, and its health. */
export interface SubscriptionRow {
  readonly id: string;
  readonly scope: string;
  readonly enabled: number;
  readonly ordered: number;
  readonly version: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly consecutive_failures: number;
  readonly failing_since: number | null;
  readonly last_attempt_at: number | null;
  readonly last_status: number | null;
  readonly last_success_at: number | null;
  readonly hold_until: number | null;
  readonly document: string;
}

/** What {@link SUBSCRIPTION_COLUMNS} selects, as callers see it. */
export function storedSubscription(row: SubscriptionRow): StoredSubscription {
  return {
    id: row.id,
    scope: row.scope,
    enabled: row.enabled === 1,
    ordered: row.ordered === 1,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    document: row.document,
    health: {
      consecutiveFailures: row.consecutive_failures,
      failingSince: row.failing_since,
      lastAttemptAt: row.last_attempt_at,
      lastStatus: row.last_status,
      lastSuccessAt: row.last_success_at,
      holdUntil: row.hold_until,
    },
  };
}

/** The columns that {@link storedSubscription} reads, of {@link SUBSCRIPTIONS}. */
export const SUBSCRIPTION_COLUMNS = `id, scope, enabled, s.ordered AS ordered, version, created_at, updated_at,
  consecutive_failures, failing_since, last_attempt_at, last_status, last_success_at, hold_until, document`;

/** Subscriptions and their health. Each has its number and a row of health. */
export const SUBSCRIPTIONS = `hookwright_subscriptions s
  CROSS JOIN hookwright_recipients r ON r.subscription_id = s.id
  CROSS JOIN hookwright_health h ON h.recipient_seq = r.seq`;

/** Columns of `hookwright_events`. */
export interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly scope: string;
  readonly at: number;
  readonly created_at: number;
  readonly test: number;
  readonly data: string;
}

/** What {@link EVENT_COLUMNS} selects, as callers see it. */
export function eventRecord(row: EventRow): EventRecord {
  return {
    id: row.id,
    type: row.type,
    scope: row.scope,
    at: row.at,
    createdAt: row.created_at,
    data: row.data,
    test: row.test === 1,
  };
}

/** The columns that {@link eventRecord} reads. */
export const EVENT_COLUMNS = "id, type, scope, at, created_at, test, data";

/** Columns of `hookwright_deliveries`, with the ids of what it names by number. */
export interface DeliveryRow {
  readonly seq: number;
  readonly id: string;
  readonly subscription_id: string;
  readonly scope: string;
  readonly kind: DeliveryKind;
  readonly type: string;
  readonly format: string;
  /** Its event where it has exactly one. */
  readonly event_id: string | null;
  /** JSON array; `null` when `event_id` is set, or there is none. */
  readonly event_ids: string | null;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly extra_attempts: number;
  readonly manual_from: DeliveryStatus | null;
  readonly created_at: number;
  readonly first_attempt_at: number | null;
  readonly due_at: number | null;
  readonly completed_at: number | null;
  readonly http_status: number | null;
  readonly error: string | null;
}

/** What {@link DELIVERY_COLUMNS} selects, as callers see it. */
export function deliveryRecord(row: DeliveryRow): DeliveryRecord {
  return {
    id: row.id,
    subscriptionId: row.subscription_id,
    scope: row.scope,
    kind: row.kind,
    type: row.type,
    format: row.format,
    eventIds: row.event_id === null ? (JSON.parse(row.event_ids ?? "[]") as string[]) : [row.event_id],
    status: row.status,
    attempts: row.attempts,
    extraAttempts: row.extra_attempts,
    manualFrom: row.manual_from,
    createdAt: row.created_at,
    firstAttemptAt: row.first_attempt_at,
    dueAt: row.due_at,
    completedAt: row.completed_at,
    httpStatus: row.http_status,
    error: row.error === null ? null : (JSON.parse(row.error) as DeliveryError),
  };
}

/** The columns that {@link deliveryRecord} reads, in a statement where the table has its full name. */
export const DELIVERY_COLUMNS = `seq, id, scope, kind, type, format, status, attempts, extra_attempts, manual_from,
  created_at, first_attempt_at, due_at, completed_at, http_status, error,
  (SELECT subscription_id FROM hookwright_recipients r WHERE r.seq = hookwright_deliveries.recipient_seq) AS subscription_id,
  coalesce(event_id, (SELECT e.id FROM hookwright_events e WHERE e.seq = hookwright_deliveries.event_seq)) AS event_id,
  (SELECT event_ids FROM hookwright_event_lists l WHERE l.seq = hookwright_deliveries.list_seq) AS event_ids`;

/** What {@link PENDING_COLUMNS} selects is what callers see, but for the prototype that `node:sqlite` leaves out. */
export function pendingRecord(row: PendingRecord): PendingRecord {
  return { ...row };
}

/** The columns that {@link pendingRecord} reads, where the waiters are `w`. */
export const PENDING_COLUMNS = `w.subscription_id AS "subscriptionId", lane, event_id AS "eventId", bytes, at`;

/** What {@link ATTEMPT_COLUMNS} selects is what callers see, but for the prototype that `node:sqlite` leaves out. */
export function attemptRecord(row: AttemptRecord): AttemptRecord {
  return { ...row };
}

/** The columns that {@link attemptRecord} reads. */
export const ATTEMPT_COLUMNS = `number, at, duration_ms AS "durationMs", document`;
