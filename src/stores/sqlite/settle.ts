import type { AttemptRecord, Outcome } from "../../model/delivery.js";
import type { Settled } from "../../model/store.js";
import { applyHealth, type HealthChange, type SubscriptionHealth } from "../../model/subscription.js";
import type { Database } from "./database.js";
import { readList } from "./event-list.js";
import { insertReplacement, type Place } from "./insert.js";
import { readHealth, writeHealth } from "./subscriptions.js";

// SEARCH USING INDEX sqlite_autoindex_hookwright_deliveries_1 (id=?)
const ACCEPT = `UPDATE hookwright_deliveries
  SET status = ?1, due_at = ?2, completed_at = ?3, http_status = ?4, error = ?5, lease = NULL,
    attempts = attempts - ?6, manual_from = CASE ?6 WHEN 1 THEN manual_from END
  WHERE id = ?7 AND lease = ?8
  RETURNING seq, subscription_id, list_seq, place, span`;

const FIND = "SELECT seq FROM hookwright_deliveries WHERE id = ?";

const INSERT_ATTEMPT = `INSERT INTO hookwright_attempts (delivery_seq, number, at, duration_ms, document)
  VALUES (?, ?, ?, ?, ?) ON CONFLICT (delivery_seq, number) DO NOTHING`;

const NONE: ReadonlyMap<string, number> = new Map();

interface AcceptedRow extends Place {
  readonly seq: number;
  readonly subscription_id: string;
  readonly list_seq: number | null;
}

/** Records outcomes whose lease still holds, every attempt once, and the health of subscriptions that had one accepted. */
export function settle(
  database: Database,
  outcomes: readonly Outcome[],
  health: readonly HealthChange[],
): Settled {
  const refused: string[] = [];
  const touched = new Set<string>();
  for (const outcome of outcomes) {
    const accepted = accept(database, outcome);
    const seq = accepted?.seq ?? database.get<{ seq: number }>(FIND, outcome.deliveryId)?.seq;
    if (outcome.attempt && seq !== undefined) insertAttempt(database, seq, outcome.attempt);
    if (accepted) {
      touched.add(accepted.subscription_id);
      replace(database, accepted, outcome);
    } else refused.push(outcome.deliveryId);
  }

  const changed = new Map<string, SubscriptionHealth>();
  for (const change of health) {
    const id = change.subscriptionId;
    const before = touched.has(id) ? readHealth(database, id) : null;
    if (!before) continue;
    const after = applyHealth(before, change);
    writeHealth(database, id, after);
    changed.set(id, after);
  }
  return { refused, health: [...changed].map(([subscriptionId, after]) => ({ subscriptionId, ...after })) };
}

function accept(database: Database, outcome: Outcome): AcceptedRow | undefined {
  return database.get<AcceptedRow>(
    ACCEPT,
    outcome.status,
    outcome.dueAt,
    outcome.completedAt,
    outcome.httpStatus,
    outcome.error && JSON.stringify(outcome.error),
    outcome.uncount ? 1 : 0,
    outcome.deliveryId,
    outcome.lease,
  );
}

function insertAttempt(database: Database, seq: number, attempt: AttemptRecord): void {
  database.run(INSERT_ATTEMPT, seq, attempt.number, attempt.at, attempt.durationMs, attempt.document);
}

/**
 * Replacements share out the place of what they replace: the halves of a batch come before what was queued after
 * it, and the halves of a half before the other half. Halving ends at one event, long before a double does.
 */
function replace(database: Database, accepted: AcceptedRow, { replacements }: Outcome): void {
  if (replacements.length === 0) return;
  const share = accepted.span / replacements.length;
  const known = accepted.list_seq === null ? NONE : readList(database, accepted.list_seq);
  replacements.forEach((delivery, index) => {
    insertReplacement(database, delivery, { place: accepted.place + share * index, span: share }, known);
  });
}
