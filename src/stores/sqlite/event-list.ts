import { SLICE } from "../../model/turn.js";
import type { Database } from "./database.js";

/**
 * The events of deliveries that have not exactly one, and of those no delivery names any more. Steps that could be
 * long only note which events lost a name; `prune` looks at them later, a few at a time.
 */

const INSERT = "INSERT INTO hookwright_event_lists (event_ids, event_seqs) VALUES (?, ?)";

const LINK = `INSERT OR IGNORE INTO hookwright_listed_events (list_seq, event_seq)
  SELECT ?, value FROM json_each(?) WHERE value IS NOT NULL`;

const READ = "SELECT event_ids, event_seqs FROM hookwright_event_lists WHERE seq = ?";
const EMPTY = "UPDATE hookwright_event_lists SET event_ids = '[]', event_seqs = '[]' WHERE seq = ?";
const DROP = "DELETE FROM hookwright_event_lists WHERE seq = ?";
const NOTE = "INSERT INTO hookwright_unnamed_events (list_seq, is_last, event_seqs) VALUES (?, ?, ?)";

const FIND_EVENT = "SELECT seq FROM hookwright_events WHERE id = ?";

/** The number of an event; `null` when it is not stored. */
export function eventSeq(database: Database, id: string): number | null {
  return database.get<{ seq: number }>(FIND_EVENT, id)?.seq ?? null;
}

/**
 * Writes a list and answers its number.
 *
 * @param known - Numbers of events, as far as they are known; others are looked up.
 */
export function insertList(
  database: Database,
  eventIds: readonly string[],
  known: ReadonlyMap<string, number>,
): number | null {
  const seqs = JSON.stringify(eventIds.map((id) => known.get(id) ?? eventSeq(database, id)));
  const list = database.insert(INSERT, JSON.stringify(eventIds), seqs);
  database.run(LINK, list, seqs);
  return list;
}

/** The numbers of a list's events, by id. */
export function readList(database: Database, list: number): ReadonlyMap<string, number> {
  const row = database.get<{ event_ids: string; event_seqs: string }>(READ, list);
  const numbers = new Map<string, number>();
  if (!row) return numbers;
  const seqs = JSON.parse(row.event_seqs) as readonly (number | null)[];
  (JSON.parse(row.event_ids) as readonly string[]).forEach((id, index) => {
    const seq = seqs[index] ?? null;
    if (seq !== null) numbers.set(id, seq);
  });
  return numbers;
}

/**
 * Empties the list of a delivery that is gone. What it named is noted for {@link workOff}, which removes it. Answers how
 * many events that were.
 */
export function dropList(database: Database, list: number): number {
  const row = database.get<{ event_seqs: string }>(READ, list);
  const seqs = JSON.parse(row?.event_seqs ?? "[]") as (number | null)[];
  noteUnnamed(database, seqs, list);
  database.run(EMPTY, list);
  return seqs.length;
}

/** Notes that events lost a name, for {@link workOff}. */
export function noteUnnamed(database: Database, seqs: readonly (number | null)[], list: number | null): void {
  for (let start = 0; start < seqs.length; start += SLICE) {
    const isLast = start + SLICE >= seqs.length;
    database.run(NOTE, list, isLast ? 1 : 0, JSON.stringify(seqs.slice(start, start + SLICE)));
  }
}

const TAKE = `DELETE FROM hookwright_unnamed_events WHERE seq = (SELECT min(seq) FROM hookwright_unnamed_events)
  RETURNING list_seq, is_last, event_seqs, json_array_length(event_seqs) AS count`;

// SEARCH hookwright_listed_events USING PRIMARY KEY (event_seq=? AND list_seq=?)
const UNLINK = `DELETE FROM hookwright_listed_events
  WHERE list_seq = ? AND event_seq IN (SELECT value FROM json_each(?))`;

// SEARCH hookwright_events USING INTEGER PRIMARY KEY (rowid=?), and one search in each of three indexes.
const LOOSEN = `UPDATE hookwright_events SET is_named = 0
  WHERE seq IN (SELECT value FROM json_each(?)) AND is_named = 1
  AND NOT EXISTS (SELECT 1 FROM hookwright_deliveries d WHERE d.event_seq = hookwright_events.seq)
  AND NOT EXISTS (SELECT 1 FROM hookwright_listed_events l WHERE l.event_seq = hookwright_events.seq)
  AND NOT EXISTS (SELECT 1 FROM hookwright_pending p WHERE p.event_seq = hookwright_events.seq)`;

interface Noted {
  readonly list_seq: number | null;
  readonly is_last: number;
  readonly event_seqs: string;
  readonly count: number;
}

/** Marks events that lost a name and have no other, some 1000 of those noted. False when none are noted any more. */
export function workOff(database: Database): boolean {
  for (let done = 0; done < SLICE; ) {
    const noted = database.get<Noted>(TAKE);
    if (!noted) return false;
    if (noted.list_seq !== null) database.run(UNLINK, noted.list_seq, noted.event_seqs);
    if (noted.list_seq !== null && noted.is_last === 1) database.run(DROP, noted.list_seq);
    database.run(LOOSEN, noted.event_seqs);
    done += noted.count;
  }
  return true;
}
