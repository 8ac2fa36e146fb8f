import type { LeasedDelivery } from "../../model/delivery.js";
import type { ClaimRequest } from "../../model/store.js";
import type { Database } from "./database.js";
import { Parameters } from "./parameters.js";
import { type DeliveryRow, deliveryRecord, eventRecord } from "./rows.js";

interface ClaimedRow extends DeliveryRow {
  readonly e_id: string | null;
  readonly e_type: string;
  readonly e_scope: string;
  readonly e_at: string;
  readonly e_created_at: string;
  readonly e_test: boolean;
  readonly e_data: string;
}

/**
 * Leases due deliveries, lane by lane; `functions/claim.ts` says how.
 *
 * @param start - The lane after which to begin: where the last claim ended.
 */
export async function claim(
  database: Database,
  request: ClaimRequest,
  start: string,
): Promise<readonly LeasedDelivery[]> {
  const { now, exclude, limit, perSubscription, lease, leaseMs } = request;
  if (limit < 1 || perSubscription < 1) return [];
  const bind = new Parameters();
  const arguments_ = [
    bind.text(start),
    bind.number(now),
    bind.texts(exclude),
    bind.number(limit),
    bind.number(perSubscription),
    bind.text(lease),
    bind.number(now + leaseMs),
  ];
  const sql = `SELECT * FROM hookwright.claim(${arguments_.join(", ")})`;
  const rows = await database.all<ClaimedRow>(sql, bind.values, undefined, { prepared: true });
  return rows.map((row) => leasedDelivery(row, lease));
}

/** Written out, field by field: this is the path of every delivery that is claimed. */
function leasedDelivery(row: ClaimedRow, lease: string): LeasedDelivery {
  const record = deliveryRecord(row);
  return {
    id: record.id,
    subscriptionId: record.subscriptionId,
    scope: record.scope,
    kind: record.kind,
    type: record.type,
    format: record.format,
    eventIds: record.eventIds,
    status: record.status,
    attempts: record.attempts,
    extraAttempts: record.extraAttempts,
    manualFrom: record.manualFrom,
    createdAt: record.createdAt,
    firstAttemptAt: record.firstAttemptAt,
    dueAt: record.dueAt,
    completedAt: record.completedAt,
    httpStatus: record.httpStatus,
    error: record.error,
    lease,
    event: claimedEvent(row),
  };
}

function claimedEvent(row: ClaimedRow): LeasedDelivery["event"] {
  if (row.e_id === null) return null;
  return eventRecord({
    id: row.e_id,
    type: row.e_type,
    scope: row.e_scope,
    at: row.e_at,
    created_at: row.e_created_at,
    test: row.e_test,
    data: row.e_data,
  });
}
