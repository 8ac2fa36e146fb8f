import { WebhookError } from "../../model/errors.js";
import type { Database } from "./database.js";
import { NUMBERS } from "./steps/numbers.js";
import { TABLES } from "./steps/tables.js";

/**
 * The tables, as a list of forward-only steps: step `n` brings a database from version `n` to `n + 1`. A step that
 * was published is never edited. `user_version` is not used: the file may be the host's own.
 *
 * Rows carry a number of their own (`seq`) beside the id: it is the order of appending, and what other rows point to.
 *
 * - `recipients`: numbers of the subscriptions that something was made for, and whether each is `ordered`; `null` when the
 *   subscription is gone or was never there. A number goes when nothing has it any more: see `prune.ts`.
 * - `health`: of each subscription there is. Apart from it, since each settle writes it.
 * - `deliveries.ordered`: that of the subscription, right while the delivery is open. `place`, `span`: where it stands in
 *   its subscription's order, where that is not its number; see `settle.ts`.
 * - `deliveries.event_seq`: the event of a delivery that has exactly one; `event_id` in its stead while no such event is
 *   stored. Others have a `list_seq`: their events are in `event_lists`, two JSON arrays side by side (`event_seqs` holds
 *   `null` for an event that is not stored), and, for whoever looks from the event, in `listed_events`. So a batch of
 *   20 000 is read as one value, sealed by writing 20 000 pairs of numbers, and not rewritten at each attempt.
 * - `unnamed_events`: events that lost a name in a step that could be long, at most 1000 a row, with the list they were
 *   in. `prune` works them off, a few in each of its steps, and the list, empty since its delivery is gone, with the
 *   `is_last` of its rows: until then its number must not be given again, for `listed_events` still has it.
 * - `pending` is kept in the order it is sealed; its `waiter_seq` is a recipient's number, and its `seq` the order of
 *   appending among events of one recipient, lane and moment.
 * - `events.is_named`: 0 when no delivery and no waiting event names it, so that `prune` finds what may go without
 *   looking at what must stay. Kept right by each write, but for events that `unnamed_events` holds.
 *
 * `deliveries_open` serves claims: first those attempted before, then those new, each from where they are due longest;
 * so whoever reads it must say `attempts > 0` in these words. `deliveries_placed` serves claims of ordered
 * subscriptions, whose oldest delivery may be due last; so does `coalesce(place, seq)`. `deliveries_closed` and
 * `events_loose` serve prune. The two `_newest` over everything hold the columns that lists filter by, so that a walk for
 * a rare scope reads the index only. `deliveries_history` is small on purpose: with many subscriptions each append writes
 * as many of its pages as it has rows. It leaves the order of those made in one millisecond to a sort.
 */
const STEPS: readonly string[] = [TABLES, NUMBERS];

/** The version that this code writes. */
export const SCHEMA_VERSION = STEPS.length;

/**
 * Brings the tables to {@link SCHEMA_VERSION}. The version is read again under the write lock, so of many processes
 * that start at once one does the work and the others find it done.
 *
 * @throws WebhookError `CONFIGURATION` when a newer release has been at this database.
 */
export function migrate(database: Database): void {
  if (refuseNewer(versionOf(database)) === SCHEMA_VERSION) return;
  database.transaction(() => {
    database.exec("CREATE TABLE IF NOT EXISTS hookwright_migrations (version INTEGER PRIMARY KEY)");
    for (let version = refuseNewer(versionOf(database)); version < SCHEMA_VERSION; version++) {
      database.exec(STEPS[version] ?? "");
      database.run("INSERT INTO hookwright_migrations (version) VALUES (?)", version + 1);
    }
  });
}

function versionOf(database: Database): number {
  const exists = database.get(
    "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'hookwright_migrations'",
  );
  if (!exists) return 0;
  const row = database.get<{ version: number | null }>(
    "SELECT max(version) AS version FROM hookwright_migrations",
  );
  return row?.version ?? 0;
}

function refuseNewer(version: number): number {
  if (version <= SCHEMA_VERSION) return version;
  throw new WebhookError(
    "CONFIGURATION",
    `The database has hookwright tables of version ${version}, newer than ${SCHEMA_VERSION}, the latest this release knows: upgrade hookwright.`,
  );
}
