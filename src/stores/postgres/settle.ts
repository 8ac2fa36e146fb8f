import type { Outcome } from "../../model/delivery.js";
import type { Settled } from "../../model/store.js";
import type { HealthChange } from "../../model/subscription.js";
import type { Database } from "./database.js";
import { linkEvents, NEW_COLUMNS, NEW_DELIVERY, NEW_VALUES } from "./entries.js";
import { LOCKS_IN_TIME } from "./lock-time.js";
import { Parameters } from "./parameters.js";
import { HEALTH_COLUMNS, type HealthRow, healthOf } from "./rows.js";
import { sumHealth } from "./sum-health.js";

/**
 * Deliveries are locked by id, then subscriptions by id: two settles of the same rows wait for each other in one
 * order. A lock answers the row as it is now, so the fence is checked against what no one can change any more.
 */
const OUTCOMES = (rows: string) => `outcome AS MATERIALIZED (
  SELECT * FROM json_to_recordset(${rows}) AS o(
    n integer, id text, lease text, status text, "dueAt" bigint, "completedAt" bigint, "httpStatus" integer, error text,
    uncount boolean, number integer, at bigint, "durationMs" double precision, document text)
), locked AS MATERIALIZED (
  SELECT id, lease, subscription_id, coalesce(place, seq) AS place, span FROM hookwright.deliveries
  WHERE id = ANY(ARRAY(SELECT id FROM outcome)) AND ${LOCKS_IN_TIME} ORDER BY id FOR NO KEY UPDATE
), accepted AS MATERIALIZED (
  SELECT DISTINCT ON (o.id) o.*, l.subscription_id, l.place, l.span
  FROM outcome o JOIN locked l ON l.id = o.id AND l.lease = o.lease ORDER BY o.id, o.n
), settled AS (
  UPDATE hookwright.deliveries d
  SET status = a.status, due_at = a."dueAt", completed_at = a."completedAt", http_status = a."httpStatus",
    error = a.error, lease = NULL, attempts = d.attempts - CASE WHEN a.uncount THEN 1 ELSE 0 END,
    manual_from = CASE WHEN a.uncount THEN d.manual_from END
  FROM accepted a WHERE d.id = a.id
), tried AS (
  INSERT INTO hookwright.attempts (delivery_id, number, at, duration_ms, document)
  SELECT o.id, o.number, o.at, o."durationMs", o.document
  FROM outcome o WHERE o.number IS NOT NULL AND o.id IN (SELECT id FROM locked) ORDER BY o.n
  ON CONFLICT (delivery_id, number) DO NOTHING
)`;

// What applyHealth of model/subscription.ts says; greatest() passes over NULLs.
const HEALTH = (rows: string) => `change AS MATERIALIZED (
  SELECT * FROM json_to_recordset(${rows}) AS h(
    "subscriptionId" text, reset boolean, add bigint, "failedAt" bigint, "succeededAt" bigint, "lastAttemptAt" bigint,
    "lastStatus" integer, "holdUntil" bigint)
), touched AS MATERIALIZED (
  SELECT id FROM hookwright.subscriptions
  WHERE id = ANY(ARRAY(SELECT "subscriptionId" FROM change INTERSECT SELECT subscription_id FROM accepted))
  ORDER BY id FOR NO KEY UPDATE
), changed AS (
  UPDATE hookwright.subscriptions s SET
    consecutive_failures = CASE WHEN c.reset THEN 0 ELSE s.consecutive_failures END + c.add,
    failing_since = CASE
      WHEN CASE WHEN c.reset THEN 0 ELSE s.consecutive_failures END + c.add = 0 THEN NULL
      ELSE coalesce(CASE WHEN NOT c.reset THEN s.failing_since END, c."failedAt") END,
    last_attempt_at = greatest(s.last_attempt_at, c."lastAttemptAt"),
    last_status = CASE
      WHEN s.last_attempt_at IS NULL OR c."lastAttemptAt" >= s.last_attempt_at THEN c."lastStatus"
      ELSE s.last_status END,
    last_success_at = greatest(s.last_success_at, c."succeededAt"),
    hold_until = greatest(s.hold_until, c."holdUntil")
  FROM change c JOIN touched t ON t.id = c."subscriptionId"
  WHERE s.id = c."subscriptionId"
  RETURNING s.id, ${HEALTH_COLUMNS}
)`;

/**
 * Replacements share out the place of what they replace: the halves of a batch come before what was queued after it,
 * and the halves of a half before the other half. Halving ends at one event, long before a double does.
 */
const REPLACEMENTS = (rows: string) => `replacement AS MATERIALIZED (
  SELECT d.*, a.place + a.span / d.of * d.share AS place, a.span / d.of AS span
  FROM json_to_recordset(${rows}) AS d(${NEW_DELIVERY}, outcome integer, share integer, of integer)
  JOIN accepted a ON a.n = d.outcome
), replaced AS (
  INSERT INTO hookwright.deliveries (${NEW_COLUMNS}, due_at, status, place, span)
  SELECT ${NEW_VALUES}, d."dueAt", 'pending', d.place, d.span FROM replacement d ORDER BY d.outcome, d.share
), ${linkEvents("replacement")}`;

interface SettledRow {
  /** JSON array of places in the call. */
  readonly accepted: string;
  /** JSON array of {@link HealthRow} with its subscription's id. */
  readonly health: string;
}

/** Records outcomes whose lease still holds, every attempt once, and the health of subscriptions that had one accepted: one statement. */
export async function settle(
  database: Database,
  outcomes: readonly Outcome[],
  health: readonly HealthChange[],
): Promise<Settled> {
  if (outcomes.length === 0) return { refused: [], health: [] };
  const bind = new Parameters();
  const steps = [OUTCOMES(bind.json(outcomes.map(outcomeRow)))];
  if (health.length > 0) steps.push(HEALTH(bind.json(sumHealth(health))));
  const replacements = outcomes.flatMap(replacementRows);
  if (replacements.length > 0) steps.push(REPLACEMENTS(bind.json(replacements)));

  const row = await database.one<SettledRow>(
    `WITH ${steps.join(", ")}
     SELECT (SELECT coalesce(json_agg(n), '[]') FROM accepted)::text AS accepted,
       ${health.length > 0 ? "(SELECT coalesce(json_agg(changed), '[]') FROM changed)::text" : "'[]'"} AS health`,
    bind.values,
  );
  const accepted = new Set(JSON.parse(row.accepted) as number[]);
  const changed = JSON.parse(row.health) as (HealthRow & { readonly id: string })[];
  return {
    refused: outcomes.filter((_, n) => !accepted.has(n)).map((outcome) => outcome.deliveryId),
    health: changed.map((one) => ({ subscriptionId: one.id, ...healthOf(one) })),
  };
}

function outcomeRow({ deliveryId, attempt, error, replacements: _, ...rest }: Outcome, n: number) {
  return { n, id: deliveryId, ...rest, error: error && JSON.stringify(error), ...attempt };
}

function replacementRows({ replacements }: Outcome, outcome: number) {
  return replacements.map((delivery, share) => ({ ...delivery, outcome, share, of: replacements.length }));
}
