import type { ClaimRequest } from "../../model/store.js";
import type { Database } from "./database.js";

/** The due row of a lane that is taken first, of those attempted before or of the others. */
const FIRST_OF = (attempted: 0 | 1) => `SELECT d${attempted}.seq FROM hookwright_deliveries d${attempted}
  WHERE d${attempted}.recipient_seq = lane.seq AND (d${attempted}.attempts > 0) = ${attempted}
    AND d${attempted}.due_at IS NOT NULL AND d${attempted}.due_at <= ?3
  ORDER BY d${attempted}.due_at, d${attempted}.seq LIMIT 1`;

/**
 * Lanes that a claim can take something from, in the order of their numbers, after `?1` up to `?2`, each with the row to
 * take first.
 *
 * Hops from one subscription that has open rows to the next, so its cost is that of the lanes it passes, whatever
 * the number of subscriptions, of finished rows and of rows behind the first. Of a lane where nothing is due, which is
 * what one that was claimed from becomes, the subscription is not looked at:
 *
 *     CO-ROUTINE due
 *       RECURSIVE STEP
 *         SCAN lane
 *         SEARCH hookwright_deliveries USING COVERING INDEX hookwright_deliveries_open (recipient_seq>? AND recipient_seq<?)
 *       SCAN lane
 *       SEARCH r USING INTEGER PRIMARY KEY (rowid=?)
 *       SEARCH d1 USING COVERING INDEX hookwright_deliveries_open (recipient_seq=? AND <expr>=? AND due_at>? AND due_at<?)
 *       SEARCH d0 USING COVERING INDEX hookwright_deliveries_open (recipient_seq=? AND <expr>=? AND due_at>? AND due_at<?)
 *       SEARCH o USING INDEX hookwright_deliveries_placed (recipient_seq=?)
 *     SEARCH s USING INDEX sqlite_autoindex_hookwright_subscriptions_1 (id=?)
 *     SEARCH h USING INTEGER PRIMARY KEY (rowid=?)
 *
 * `LIMIT` ends the recursion too: SQLite makes the rows of a recursive query, and of a co-routine, one by one. The inner
 * `LIMIT` keeps it one: merged into the query around it, it would look for the first row once to ask for it, and again to answer it.
 */
export const LANES = `
  WITH RECURSIVE lane (seq) AS (
    SELECT (SELECT min(recipient_seq) FROM hookwright_deliveries
            WHERE due_at IS NOT NULL AND recipient_seq > ?1 AND recipient_seq <= ?2)
    UNION ALL
    SELECT (SELECT min(recipient_seq) FROM hookwright_deliveries
            WHERE due_at IS NOT NULL AND recipient_seq > lane.seq AND recipient_seq <= ?2)
    FROM lane WHERE lane.seq IS NOT NULL
  )
  SELECT due.lane, due.subscription_id, due.ordered, due.first
  FROM (
    SELECT r.seq AS lane, r.subscription_id, r.ordered, CASE r.ordered
      WHEN 0 THEN coalesce((${FIRST_OF(1)}), (${FIRST_OF(0)}))
      ELSE (
        SELECT iif(o.due_at <= ?3, o.seq, NULL) FROM hookwright_deliveries o
        WHERE o.recipient_seq = lane.seq AND o.due_at IS NOT NULL AND o.ordered = 1
        ORDER BY coalesce(o.place, o.seq), o.seq LIMIT 1)
      END AS first
    FROM lane CROSS JOIN hookwright_recipients r ON r.seq = lane.seq
    WHERE r.ordered IS NOT NULL
    LIMIT -1
  ) due
  CROSS JOIN hookwright_subscriptions s ON s.id = due.subscription_id
  CROSS JOIN hookwright_health h ON h.recipient_seq = due.lane
  WHERE due.first IS NOT NULL AND s.enabled = 1 AND (h.hold_until IS NULL OR h.hold_until <= ?3)
  LIMIT ?4 + 0`;

/** Sorts after every number. */
const AFTER_ALL = Number.MAX_SAFE_INTEGER;

/** Lanes looked for beyond those that may be enough, since some may have to be left out: cheaper than to ask again. */
const SPARE = 8;

/** A lane that has something due. */
export type Lane = readonly [seq: number, subscriptionId: string, ordered: number, first: number];

/** A request whose excluded subscriptions can be looked up. */
export interface ClaimSearch extends Omit<ClaimRequest, "exclude"> {
  readonly exclude: ReadonlySet<string>;
}

/**
 * Visits lanes beginning after `start` and going round, some at a time, as long as there is room. Reads only.
 *
 * Excluded lanes are left out here and not in the SQL, where passing a list costs more than the rest of an idle claim. Most of
 * them are never met: a subscription is excluded because it was claimed from of late, so it is the last to come round.
 *
 * @param take - Given lanes in order, answers for how many deliveries there is room still.
 */
export function visitLanes(
  database: Database,
  search: ClaimSearch,
  start: number,
  take: (lanes: readonly Lane[]) => number,
): void {
  const { exclude, now, perSubscription } = search;
  let room = perSubscription < 1 ? 0 : search.limit;
  let most = Math.ceil(room / perSubscription) + SPARE;
  const visit = (from: number, upTo: number): void => {
    for (let after = from; room > 0 && after < upTo; ) {
      // Each lane gives at least one row, so no more than these can be of use.
      most = Math.min(most, room + exclude.size);
      const lanes = database.rows<Lane>(LANES, after, upTo, now, most);
      const wanted = exclude.size === 0 ? lanes : lanes.filter((lane) => !exclude.has(lane[1]));
      if (wanted.length > 0) room = take(wanted);
      after = lanes.length < most ? upTo : (lanes.at(-1)?.[0] ?? upTo);
      most *= 2;
    }
  };
  visit(start, AFTER_ALL);
  visit(0, start);
}
