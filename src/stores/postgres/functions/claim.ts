import { ONE_PLAN } from "./plan.js";

/** The ends of `bigint`. */
const FIRST = "-9223372036854775808";
const LAST = "9223372036854775807";

/** Whole keys of the two indexes that claims search, in their own words; see `schema.ts`. */
const OPEN_KEY = (row: string) => `${row}.subscription_id, ${row}.begun, ${row}.due_at, ${row}.seq`;
const PLACE_KEY = (row: string) =>
  `${row}.subscription_id COLLATE "POSIX", coalesce(${row}.place, ${row}.seq), ${row}.seq`;

// Hops from one subscription that has open rows to the next: Index Only Scan using queue_due (subscription_id > ...),
// one row each. A recursive step is run when a row is asked for, so LIMIT ends the hopping.
const LANES = (name: string, first: string, next: string) => `${name} (id) AS (
  SELECT (
    SELECT d.subscription_id FROM hookwright.queue d ${first} ORDER BY ${OPEN_KEY("d")} LIMIT 1
  )
  UNION ALL
  SELECT (
    SELECT d.subscription_id FROM hookwright.queue d WHERE d.subscription_id > ${name}.id ${next}
    ORDER BY ${OPEN_KEY("d")} LIMIT 1
  ) FROM ${name} WHERE ${name}.id IS NOT NULL
)`;

// Born leased, a row has no lease_end: it is due when its lease ends.
const IS_FREE = "(d.lease_end IS NULL OR d.lease_end <= moment)";

// The planner has no idea how many rows of a lane are due. Asked for a range of whole index keys in the order of the
// index, it has one way to do it: Index Scan using queue_due (ROW(subscription_id, begun, due_at, seq) >= ... AND
// <= ...), no sort. It passes over what is leased and under way.
const DUE = (begun: boolean) => `SELECT * FROM (
  SELECT d.id FROM hookwright.queue d
  WHERE NOT s.ordered AND ${IS_FREE}
    AND (${OPEN_KEY("d")}) >= (lane.id, ${begun}, ${FIRST}, ${FIRST})
    AND (${OPEN_KEY("d")}) <= (lane.id, ${begun}, moment, ${LAST})
  ORDER BY ${OPEN_KEY("d")} LIMIT share FOR NO KEY UPDATE SKIP LOCKED
) due_${begun}`;

// Index Scan using queue_placed (ROW(...) >= ... AND <= ...), one row, then queue_pkey. The oldest is looked up first
// and locked after: with SKIP LOCKED in one step, a second process would take the second oldest.
const OLDEST = `SELECT * FROM (
  SELECT d.id FROM hookwright.queue d
  WHERE s.ordered AND d.due_at <= moment AND ${IS_FREE} AND d.id = (
    SELECT o.id FROM hookwright.queue o
    WHERE (${PLACE_KEY("o")}) >= (lane.id, '-infinity'::double precision, ${FIRST})
      AND (${PLACE_KEY("o")}) <= (lane.id, 'infinity'::double precision, ${LAST})
    ORDER BY ${PLACE_KEY("o")} LIMIT 1
  ) FOR NO KEY UPDATE OF d SKIP LOCKED
) oldest`;

// Hashed once a claim: `<> ALL(excluded)` compares each lane with each, which was half of what a claim
// cost among 10 000 subscriptions.
const IS_WANTED = "id IS NOT NULL AND id NOT IN (SELECT unnest(excluded))";

/**
 * The statement of a claim, in which the arguments of {@link CLAIM} stand by their names.
 *
 * Lanes first, and of each at most its share, so that neither a paused nor a deep backlog hides another's work. The
 * lanes are those that have open rows, beginning after `start` and going round: a claim costs what it passes and takes,
 * whatever the number of subscriptions, of finished rows and of rows that wait behind.
 *
 * What a claim changes is in no index, and pages of `queue` have room for it: nothing is written but the row. So
 * `due_at` stays while a delivery is leased, and `begun` until it is settled. One whose claim was lost is found where it was:
 * with those that were never attempted, if that was its first, and no one of them is due longer.
 */
export const CLAIM_STATEMENT = `
  WITH RECURSIVE ${LANES("ahead", "WHERE d.subscription_id > start", "")},
  ${LANES("behind", "WHERE d.subscription_id <= start", "AND d.subscription_id <= start")},
  picked AS MATERIALIZED (
    SELECT id, row_number() OVER () AS n FROM (
      SELECT due.id
      FROM (
        SELECT id FROM ahead WHERE ${IS_WANTED} UNION ALL SELECT id FROM behind WHERE ${IS_WANTED}
      ) lane
      CROSS JOIN LATERAL (
        SELECT s.ordered FROM hookwright.subscriptions s
        WHERE s.id = lane.id AND s.enabled AND (s.hold_until IS NULL OR s.hold_until <= moment)
        OFFSET 0
      ) s
      CROSS JOIN LATERAL (${DUE(true)} UNION ALL ${DUE(false)} UNION ALL ${OLDEST} LIMIT share) due
      LIMIT most
    ) found
  ), leased AS (
    UPDATE hookwright.queue
    SET lease = new_lease, attempts = attempts + 1, extra_attempts = extra_attempts + (lease IS NOT NULL)::int,
      first_attempt_at = coalesce(first_attempt_at, moment), lease_end = ends
    WHERE id = ANY(ARRAY(SELECT id FROM picked)) RETURNING *
  )
  SELECT d.id, d.subscription_id, d.scope, d.kind, d.type, d.format, d.event_id, d.status, d.attempts, d.extra_attempts,
    d.manual_from, d.created_at, d.first_attempt_at, d.lease_end, d.completed_at, d.http_status, d.error,
    CASE WHEN d.event_id IS NULL THEN array_to_json(ARRAY(
      SELECT x.event_id FROM hookwright.delivery_events x WHERE x.delivery_id = d.id ORDER BY x.position
    ))::text END AS event_ids,
    e.id AS e_id, e.type AS e_type, e.scope AS e_scope, e.at AS e_at, e.created_at AS e_created_at, e.test AS e_test,
    e.data AS e_data
  FROM leased d JOIN picked p ON p.id = d.id LEFT JOIN hookwright.events e ON e.id = ANY(ARRAY[d.event_id])
  ORDER BY p.n`;

/** Leases due deliveries, see `claim.ts`, and answers them with their events. */
export const CLAIM = `CREATE OR REPLACE FUNCTION hookwright.claim(
  start text, moment bigint, excluded text[], most bigint, share bigint, new_lease text, ends bigint
) RETURNS TABLE (
  id text, subscription_id text, scope text, kind text, type text, format text, event_id text, status text,
  attempts integer, extra_attempts integer, manual_from text, created_at bigint, first_attempt_at bigint, due_at bigint,
  completed_at bigint, http_status integer, error text, event_ids text, e_id text, e_type text, e_scope text,
  e_at bigint, e_created_at bigint, e_test boolean, e_data text
) ${ONE_PLAN} AS $body$
#variable_conflict use_column
BEGIN
  RETURN QUERY ${CLAIM_STATEMENT};
END $body$;`;
