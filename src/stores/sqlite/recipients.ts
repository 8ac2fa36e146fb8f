import type { Database } from "./database.js";

/** A subscription as the rows made for it know it. */
export interface Recipient {
  /** What stands for it in other rows. */
  readonly seq: number;
  /** 1 when its deliveries go one at a time. */
  readonly ordered: number;
}

const FIND = "SELECT seq FROM hookwright_recipients WHERE subscription_id = ?";

// SEARCH r USING INDEX sqlite_autoindex_hookwright_recipients_1 (subscription_id=?), for each.
const FIND_ALL = `SELECT r.subscription_id, r.seq, coalesce(r.ordered, 0)
  FROM json_each(?) j CROSS JOIN hookwright_recipients r ON r.subscription_id = j.value`;

const INSERT = "INSERT INTO hookwright_recipients (subscription_id) VALUES (?)";

const SAVE = `INSERT INTO hookwright_recipients (ordered, subscription_id) VALUES (?, ?)
  ON CONFLICT (subscription_id) DO UPDATE SET ordered = excluded.ordered`;

// SEARCH USING INDEX hookwright_deliveries_open (recipient_seq=?)
const MARK_OPEN = `UPDATE hookwright_deliveries SET ordered = ?1
  WHERE recipient_seq = ?2 AND due_at IS NOT NULL AND ordered <> ?1`;

/** The number of a subscription; `null` when nothing was ever made for it. */
export function findRecipient(database: Database, subscriptionId: string): number | null {
  return database.get<{ seq: number }>(FIND, subscriptionId)?.seq ?? null;
}

/** The subscriptions that rows are about to be made for; those that have no number are given one. */
export function recipientsOf(
  database: Database,
  subscriptionIds: ReadonlySet<string>,
): ReadonlyMap<string, Recipient> {
  const found = new Map<string, Recipient>();
  if (subscriptionIds.size === 0) return found;
  const rows = database.rows<[string, number, number]>(FIND_ALL, JSON.stringify([...subscriptionIds]));
  for (const [id, seq, ordered] of rows) found.set(id, { seq, ordered });
  if (found.size < subscriptionIds.size) {
    for (const id of subscriptionIds)
      if (!found.has(id)) found.set(id, { seq: database.insert(INSERT, id) ?? 0, ordered: 0 });
  }
  return found;
}

/** Notes that a subscription exists, and whether it is ordered, also in what is open for it. Answers its number. */
export function saveRecipient(database: Database, subscriptionId: string, ordered: boolean): number {
  database.run(SAVE, ordered ? 1 : 0, subscriptionId);
  const seq = findRecipient(database, subscriptionId) ?? 0;
  database.run(MARK_OPEN, ordered ? 1 : 0, seq);
  return seq;
}
