import type { Entries } from "../../model/store.js";
import type { Database } from "./database.js";
import { entriesSql } from "./entries.js";
import type { SqlExecutor } from "./executor.js";
import { Parameters } from "./parameters.js";

/**
 * Writes what is new of the entries and answers the new events' ids, in one statement.
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
  const steps = entriesSql(entries, bind);
  const notify = channel === null ? "" : `, pg_notify(${bind.text(channel)}, '')::text AS notified`;
  const { fresh } = await database.one<{ fresh: string }>(
    `WITH ${steps} SELECT (SELECT coalesce(json_agg(id), '[]') FROM fresh)::text AS fresh${notify}`,
    bind.values,
    tx,
  );
  const written = new Set(JSON.parse(fresh) as string[]);
  return events.map((event) => event.id).filter((id) => written.delete(id));
}
