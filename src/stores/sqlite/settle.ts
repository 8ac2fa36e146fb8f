import type { DeliveryError, Outcome } from "../../model/delivery.js";
import type { Settled } from "../../model/store.js";
import type { HealthChange } from "../../model/subscription.js";
import { type Database, insertMany } from "./database.js";
import type { SqliteValue } from "./driver.js";
import { readList } from "./event-list.js";
import { changeHealth } from "./health.js";
import { insertReplacement } from "./insert.js";

// SEARCH d USING INDEX sqlite_autoindex_hookwright_deliveries_1 (id=?), for each.
const HELD = `SELECT d.id, d.seq, d.recipient_seq, d.list_seq, coalesce(d.place, d.seq), coalesce(d.span, 1), d.lease
  FROM json_each(?) j CROSS JOIN hookwright_deliveries d ON d.id = j.value`;

// OR FAIL as in `insertMany`: a statement that could be undone alone copies each page it touches.
const ACCEPT = `UPDATE OR FAIL hookwright_deliveries SET status = ?, due_at = ?, completed_at = ?, http_status = ?,
  error = ?, lease = NULL, manual_from = NULL WHERE seq = ?`;

const TAKE_BACK = `UPDATE OR FAIL hookwright_deliveries SET status = ?, due_at = ?, completed_at = ?, http_status = ?,
  error = ?, lease = NULL, attempts = attempts - 1 WHERE seq = ?`;

const INSERT_ATTEMPTS = insertMany(
  "hookwright_attempts",
  "delivery_seq, number, at, duration_ms, document",
  "ON CONFLICT (delivery_seq, number) DO NOTHING",
);

const NONE: ReadonlyMap<string, number> = new Map();

/** A delivery that is settled. */
interface Held {
  readonly seq: number;
  readonly recipient: number;
  readonly list: number | null;
  readonly place: number;
  readonly span: number;
  /** Whoever may settle it; `null` once one has. */
  lease: string | null;
}

/** Records outcomes whose lease still holds, every attempt once, and the health of subscriptions that had one accepted. */
export function settle(
  database: Database,
  outcomes: readonly Outcome[],
  health: readonly HealthChange[],
): Settled {
  const deliveries = readHeld(database, outcomes);
  const refused: string[] = [];
  const touched = new Set<number>();
  const attempts: SqliteValue[] = [];
  for (const outcome of outcomes) {
    const { deliveryId, lease, attempt } = outcome;
    const held = deliveries.get(deliveryId);
    if (held && attempt)
      attempts.push(held.seq, attempt.number, attempt.at, attempt.durationMs, attempt.document);
    if (!held || held.lease !== lease) {
      refused.push(deliveryId);
      continue;
    }
    held.lease = null;
    accept(database, held.seq, outcome);
    touched.add(held.recipient);
    if (outcome.replacements.length > 0) replace(database, held, outcome);
  }
  database.insertMany(INSERT_ATTEMPTS, attempts);
  return { refused, health: changeHealth(database, health, touched) };
}

type HeldRow = readonly [string, number, number, number | null, number, number, string | null];

function readHeld(database: Database, outcomes: readonly Outcome[]): Map<string, Held> {
  const ids = JSON.stringify(outcomes.map((outcome) => outcome.deliveryId));
  const held = new Map<string, Held>();
  for (const [id, seq, recipient, list, place, span, lease] of database.rows<HeldRow>(HELD, ids))
    held.set(id, { seq, recipient, list, place, span, lease });
  return held;
}

function accept(database: Database, seq: number, outcome: Outcome): void {
  database.run(
    outcome.uncount ? TAKE_BACK : ACCEPT,
    outcome.status,
    outcome.dueAt,
    outcome.completedAt,
    outcome.httpStatus,
    errorText(outcome.error),
    seq,
  );
}

function errorText(error: DeliveryError | null): string | null {
  return error === null ? null : JSON.stringify(error);
}

/**
 * Replacements share out the place of what they replace: the halves of a batch come before what was queued after
 * it, and the halves of a half before the other half. Halving ends at one event, long before a double does.
 */
function replace(database: Database, held: Held, { replacements }: Outcome): void {
  const share = held.span / replacements.length;
  const known = held.list === null ? NONE : readList(database, held.list);
  replacements.forEach((delivery, index) => {
    insertReplacement(database, delivery, { place: held.place + share * index, span: share }, known);
  });
}
