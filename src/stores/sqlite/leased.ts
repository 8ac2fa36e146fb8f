import type { DeliveryError, DeliveryKind, DeliveryStatus, LeasedDelivery } from "../../model/delivery.js";

/** The columns of a claimed delivery `d` and its event `e`, as {@link leasedDelivery} reads them. Each has its own name. */
export const LEASED_COLUMNS = `d.seq, d.id, d.scope, d.kind, d.type, d.format, d.status, d.attempts, d.extra_attempts,
  d.manual_from, d.created_at, d.first_attempt_at, d.http_status, d.error, d.lease IS NOT NULL AS is_lost,
  (SELECT r.subscription_id FROM hookwright_recipients r WHERE r.seq = d.recipient_seq) AS subscription_id, d.event_id,
  (SELECT l.event_ids FROM hookwright_event_lists l WHERE l.seq = d.list_seq) AS event_ids,
  e.id AS stored_id, e.type AS event_type, e.scope AS event_scope, e.at AS event_at, e.created_at AS event_created_at,
  e.test AS event_test, e.data AS event_data`;

/** A row of {@link LEASED_COLUMNS}. */
export type LeasedRow = readonly [
  seq: number,
  id: string,
  scope: string,
  kind: DeliveryKind,
  type: string,
  format: string,
  status: DeliveryStatus,
  attempts: number,
  extraAttempts: number,
  manualFrom: DeliveryStatus | null,
  createdAt: number,
  firstAttemptAt: number | null,
  httpStatus: number | null,
  error: string | null,
  isLost: number,
  subscriptionId: string,
  unstoredId: string | null,
  eventIds: string | null,
  eventId: string | null,
  eventType: string,
  eventScope: string,
  eventAt: number,
  eventCreatedAt: number,
  eventTest: number,
  eventData: string,
];

/** What a row that is being claimed becomes. Literals without a spread, which would cost as much as the query. */
export function leasedDelivery(row: LeasedRow, lease: string, now: number, until: number): LeasedDelivery {
  const eventId = row[18];
  return {
    id: row[1],
    subscriptionId: row[15],
    scope: row[2],
    kind: row[3],
    type: row[4],
    format: row[5],
    eventIds: eventIdsOf(row),
    status: row[6],
    attempts: row[7] + 1,
    extraAttempts: row[8] + row[14],
    manualFrom: row[9],
    createdAt: row[10],
    firstAttemptAt: row[11] ?? now,
    dueAt: until,
    completedAt: null,
    httpStatus: row[12],
    error: row[13] === null ? null : (JSON.parse(row[13]) as DeliveryError),
    lease,
    event:
      eventId === null
        ? null
        : {
            id: eventId,
            type: row[19],
            scope: row[20],
            at: row[21],
            createdAt: row[22],
            data: row[24],
            test: row[23] === 1,
          },
  };
}

function eventIdsOf(row: LeasedRow): readonly string[] {
  const id = row[18] ?? row[16];
  return id === null ? (JSON.parse(row[17] ?? "[]") as string[]) : [id];
}
