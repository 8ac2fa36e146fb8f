import type {
  AttemptRecord,
  DeliveryError,
  DeliveryKind,
  DeliveryRecord,
  DeliveryStatus,
} from "../../model/delivery.js";
import type { EventRecord, PendingRecord } from "../../model/event.js";
import type { StoredSubscription, SubscriptionHealth } from "../../model/subscription.js";

/** A number as drivers answer it: `pg` answers `bigint` as text unless the host has set another parser. */
type Numeric = string | number | bigint;

function number(value: Numeric | null): number | null {
  return value === null ? null : Number(value);
}

/** What {@link HEALTH_COLUMNS} selects. */
export interface HealthRow {
  readonly consecutive_failures: Numeric;
  readonly failing_since: Numeric | null;
  readonly last_attempt_at: Numeric | null;
  readonly last_status: Numeric | null;
  readonly last_success_at: Numeric | null;
  readonly hold_until: Numeric | null;
}

/** The columns that {@link healthOf} reads. */
export const HEALTH_COLUMNS =
  "consecutive_failures, failing_since, last_attempt_at, last_status, last_success_at, hold_until";

/** A subscription's health as callers see it. */
export function healthOf(row: HealthRow): SubscriptionHealth {
  return {
    consecutiveFailures: Number(row.consecutive_failures),
    failingSince: number(row.failing_since),
    lastAttemptAt: number(row.last_attempt_at),
    lastStatus: number(row.last_status),
    lastSuccessAt: number(row.last_success_at),
    holdUntil: number(row.hold_until),
  };
}

/** What {@link SUBSCRIPTION_COLUMNS} selects. */
export interface SubscriptionRow extends HealthRow {
  readonly id: string;
  readonly scope: string;
  readonly enabled: boolean;
  readonly ordered: boolean;
  readonly version: Numeric;
  readonly created_at: Numeric;
  readonly updated_at: Numeric;
  readonly document: string;
}

/** The columns that {@link storedSubscription} reads. */
export const SUBSCRIPTION_COLUMNS = `id, scope, enabled, ordered, version, created_at, updated_at, document,
  ${HEALTH_COLUMNS}`;

/** A subscription as callers see it. */
export function storedSubscription(row: SubscriptionRow): StoredSubscription {
  return {
    id: row.id,
    scope: row.scope,
    enabled: row.enabled,
    ordered: row.ordered,
    version: Number(row.version),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
    document: row.document,
    health: healthOf(row),
  };
}

/** What {@link EVENT_COLUMNS} selects. */
export interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly scope: string;
  readonly at: Numeric;
  readonly created_at: Numeric;
  readonly test: boolean;
  readonly data: string;
}

/** The columns that {@link eventRecord} reads. */
export const EVENT_COLUMNS = "id, type, scope, at, created_at, test, data";

/** An event as callers see it. */
export function eventRecord(row: EventRow): EventRecord {
  return {
    id: row.id,
    type: row.type,
    scope: row.scope,
    at: Number(row.at),
    createdAt: Number(row.created_at),
    data: row.data,
    test: row.test,
  };
}

/** What {@link DELIVERY_COLUMNS} selects. */
export interface DeliveryRow {
  readonly id: string;
  readonly subscription_id: string;
  readonly scope: string;
  readonly kind: DeliveryKind;
  readonly type: string;
  readonly format: string;
  readonly event_id: string | null;
  /** JSON array; `null` when `event_id` is set. */
  readonly event_ids: string | null;
  readonly status: DeliveryStatus;
  readonly attempts: Numeric;
  readonly extra_attempts: Numeric;
  readonly manual_from: DeliveryStatus | null;
  readonly created_at: Numeric;
  readonly first_attempt_at: Numeric | null;
  readonly due_at: Numeric | null;
  readonly completed_at: Numeric | null;
  readonly http_status: Numeric | null;
  readonly error: string | null;
}

/** The columns that {@link deliveryRecord} reads, in a statement that calls the deliveries `d`. */
export const DELIVERY_COLUMNS = `d.id, d.subscription_id, d.scope, d.kind, d.type, d.format, d.event_id, d.status,
  d.attempts, d.extra_attempts, d.manual_from, d.created_at, d.first_attempt_at, d.due_at, d.completed_at,
  d.http_status, d.error,
  CASE WHEN d.event_id IS NULL THEN array_to_json(ARRAY(
    SELECT x.event_id FROM hookwright.delivery_events x WHERE x.delivery_id = d.id ORDER BY x.position
  ))::text END AS event_ids`;

/** A delivery as callers see it. */
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
    attempts: Number(row.attempts),
    extraAttempts: Number(row.extra_attempts),
    manualFrom: row.manual_from,
    createdAt: Number(row.created_at),
    firstAttemptAt: number(row.first_attempt_at),
    dueAt: number(row.due_at),
    completedAt: number(row.completed_at),
    httpStatus: number(row.http_status),
    error: row.error === null ? null : (JSON.parse(row.error) as DeliveryError),
  };
}

/** What {@link PENDING_COLUMNS} selects. */
export interface PendingRow {
  readonly subscription_id: string;
  readonly lane: string;
  readonly event_id: string;
  readonly bytes: Numeric;
  readonly at: Numeric;
}

/** The columns that {@link pendingRecord} reads. */
export const PENDING_COLUMNS = "subscription_id, lane, event_id, bytes, at";

/** A waiting event as callers see it. */
export function pendingRecord(row: PendingRow): PendingRecord {
  return {
    subscriptionId: row.subscription_id,
    lane: row.lane,
    eventId: row.event_id,
    bytes: Number(row.bytes),
    at: Number(row.at),
  };
}

/** What {@link ATTEMPT_COLUMNS} selects. */
export interface AttemptRow {
  readonly number: Numeric;
  readonly at: Numeric;
  readonly duration_ms: Numeric;
  readonly document: string;
}

/** The columns that {@link attemptRecord} reads. */
export const ATTEMPT_COLUMNS = "number, at, duration_ms, document";

/** An attempt as callers see it. */
export function attemptRecord(row: AttemptRow): AttemptRecord {
  return {
    number: Number(row.number),
    at: Number(row.at),
    durationMs: Number(row.duration_ms),
    document: row.document,
  };
}
