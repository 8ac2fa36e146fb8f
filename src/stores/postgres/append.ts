import pRetry from "p-retry";
import type { EventRecord } from "../../model/event.js";
import type { Entries } from "../../model/store.js";
import { AT_ONCE, type Database } from "./database.js";
import { appendCall } from "./entries.js";
import type { SqlExecutor } from "./executor.js";
import { isInDoubt, isLost } from "./faults.js";
import { LOCKS_IN_TIME } from "./lock-time.js";
import { Parameters } from "./parameters.js";

const IN_DOUBT =
  "Publish again with the same id or idempotencyKey: what is there already is not written twice.";

/**
 * Writes what is new of the entries and answers the new events' ids, in one statement.
 *
 * When its connection is lost it is made again, so that a server's restart is not the host's affair: what the first
 * one wrote, or still writes, the second waits for and leaves alone. Not where a row names an event of an earlier
 * call; its own id would refuse it.
 *
 * Prepared, on connections of our own: it is one call of a function, whose plans are settled; see `functions/plan.ts`.
 * Not in the host's transaction: there the answer of a pooler that does not know the name would be the end of it.
 *
 * @param channel - Where to say that there is work, once this is committed; `null`: nowhere.
 * @param tx - The connection of the host's transaction, if it is to ride in one.
 */
export async function append(
  database: Database,
  entries: Entries,
  channel: string | null,
  tx: SqlExecutor | undefined,
): Promise<readonly string[]> {
  const { events, deliveries, pending } = entries;
  if (events.length + deliveries.length + pending.length === 0) return [];
  const bind = new Parameters();
  const sql = `SELECT ${appendCall(entries, bind, channel)} AS stale WHERE ${LOCKS_IN_TIME}`;

  const isOwn = namesOnlyItsOwn(entries);
  const how = { prepared: true, inDoubt: IN_DOUBT };
  let doubt: unknown = null;
  const write = async () => {
    try {
      return await database.one<{ stale: string | null }>(sql, bind.values, tx, how);
    } catch (error) {
      if (isInDoubt(error)) doubt ??= error;
      // Whatever the last try met, the first may have been written.
      throw doubt ?? error;
    }
  };
  const shouldRetry = ({ error }: { error: Error }) =>
    tx === undefined && isOwn && isInDoubt(error) && isLost(error.cause);
  const { stale } = await pRetry(write, { ...AT_ONCE, shouldRetry });

  const written = new Set<string>();
  for (const event of events) written.add(event.id);
  if (stale !== null) {
    for (const id of JSON.parse(stale) as string[]) written.delete(id);
    if (doubt !== null) for (const id of await asGiven(database, events)) written.add(id);
  }
  return events.map((event) => event.id).filter((id) => written.delete(id));
}

function namesOnlyItsOwn({ events, deliveries, pending }: Entries): boolean {
  const ids = new Set(events.map((event) => event.id));
  return (
    deliveries.every((delivery) => delivery.eventIds.every((id) => ids.has(id))) &&
    pending.every((row) => ids.has(row.eventId))
  );
}

/**
 * Which events are stored just as they were given: those that a lost call of ours wrote. Somebody else's would have to
 * be of the same id, the same bytes and the same millisecond.
 */
async function asGiven(database: Database, events: readonly EventRecord[]): Promise<string[]> {
  const bind = new Parameters();
  const rows = await database.all<{ id: string }>(
    `SELECT e.id FROM json_to_recordset(${bind.json(events)}) AS given(id text, "createdAt" bigint, at bigint, data text)
     JOIN hookwright.events e ON e.id = given.id
     WHERE (e.created_at, e.at, e.data) = (given."createdAt", given.at, given.data)`,
    bind.values,
    undefined,
    { reads: true },
  );
  return rows.map((row) => row.id);
}
