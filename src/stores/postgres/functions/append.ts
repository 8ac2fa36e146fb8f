import { NEW_MARK } from "../mark.js";
import { ONE_PLAN } from "./plan.js";

/**
 * Writes entries, see `append.ts`; answers the ids of the events that were known, as a JSON array, or NULL.
 *
 * Events come sorted by id, so that two appends of the same new events wait for each other in one order and cannot
 * deadlock. In the host's transaction it only inserts, but for events of earlier calls (`named`): those get a new mark,
 * whatever the old one was, so that a prune that found one loose a moment ago sees that it changed, and the next one
 * looks again.
 *
 * `links`: a JSON array of the deliveries that have not exactly one event, with their events.
 */
export const APPEND = `CREATE OR REPLACE FUNCTION hookwright.append(
  separator text, event_ids text[], event_types text[], event_scopes text[], event_times bigint[],
  event_creations bigint[], event_tests boolean[], event_marks bigint[], event_data text,
  ids text[], subscriptions text[], scopes text[], kinds text[], types text[], formats text[], events text[],
  creations bigint[], dues bigint[], leases text[], links text,
  waiting_subscriptions text[], waiting_lanes text[], waiting_events text[], waiting_bytes bigint[],
  waiting_times bigint[], named text[], channel text
) RETURNS text ${ONE_PLAN} AS $body$
#variable_conflict use_column
DECLARE
  fresh text[];
  stale text[];
  dropped text[];
BEGIN
  WITH inserted AS (
    INSERT INTO hookwright.events (id, type, scope, at, created_at, test, loose, data)
    SELECT g.id, g.type, g.scope, g.at, g.created_at, g.test, g.loose, coalesce(g.data, '')
    FROM unnest(event_ids, event_types, event_scopes, event_times, event_creations, event_tests, event_marks,
      string_to_array(event_data, separator)) AS g(id, type, scope, at, created_at, test, loose, data)
    ON CONFLICT (id) DO NOTHING RETURNING id
  ) SELECT array_agg(id) INTO fresh FROM inserted;
  IF coalesce(cardinality(fresh), 0) < cardinality(event_ids) THEN
    stale := ARRAY(SELECT unnest(event_ids) EXCEPT SELECT unnest(fresh));
    IF links IS NOT NULL THEN
      dropped := ARRAY(SELECT l.id FROM json_to_recordset(links::json) AS l(id text, "eventIds" json)
        WHERE EXISTS (SELECT FROM json_array_elements_text(l."eventIds") AS e(id) WHERE e.id = ANY(stale)));
    END IF;
  END IF;

  IF cardinality(ids) > 0 THEN
    INSERT INTO hookwright.queue (id, subscription_id, scope, kind, type, format, event_id, created_at, due_at, lease,
      attempts, first_attempt_at, begun, status)
    SELECT d.id, d.subscription_id, d.scope, d.kind, d.type, d.format, d.event_id, d.created_at, d.due_at, d.lease,
      CASE WHEN d.lease IS NULL THEN 0 ELSE 1 END, CASE WHEN d.lease IS NOT NULL THEN d.created_at END,
      d.lease IS NOT NULL, 'pending'
    FROM unnest(ids, subscriptions, scopes, kinds, types, formats, events, creations, dues, leases)
      AS d(id, subscription_id, scope, kind, type, format, event_id, created_at, due_at, lease)
    WHERE stale IS NULL OR NOT (coalesce(d.event_id = ANY(stale), false) OR coalesce(d.id = ANY(dropped), false));
    IF links IS NOT NULL THEN
      INSERT INTO hookwright.delivery_events (delivery_id, position, event_id)
      SELECT l.id, e.n, e.id FROM json_to_recordset(links::json) AS l(id text, "eventIds" json)
      CROSS JOIN LATERAL json_array_elements_text(l."eventIds") WITH ORDINALITY AS e(id, n)
      WHERE dropped IS NULL OR l.id <> ALL(dropped);
    END IF;
    IF stale IS NULL THEN
      PERFORM hookwright.check_new(ids);
    ELSE
      PERFORM hookwright.check_new(ARRAY(SELECT id FROM hookwright.queue WHERE id = ANY(ids)));
    END IF;
  END IF;

  IF cardinality(waiting_events) > 0 THEN
    INSERT INTO hookwright.pending (subscription_id, lane, event_id, bytes, at)
    SELECT p.subscription_id, p.lane, p.event_id, p.bytes, p.at
    FROM unnest(waiting_subscriptions, waiting_lanes, waiting_events, waiting_bytes, waiting_times)
      AS p(subscription_id, lane, event_id, bytes, at)
    WHERE stale IS NULL OR p.event_id <> ALL(stale)
    ON CONFLICT (event_id, subscription_id) DO NOTHING;
  END IF;

  IF cardinality(named) > 0 THEN
    UPDATE hookwright.events SET loose = ${NEW_MARK} WHERE id = ANY(named);
  END IF;
  IF channel IS NOT NULL THEN
    PERFORM pg_notify(channel, '');
  END IF;
  RETURN array_to_json(stale)::text;
END $body$;`;
