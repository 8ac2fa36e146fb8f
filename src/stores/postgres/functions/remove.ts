import { NEW_MARK } from "../mark.js";
import { ONE_PLAN } from "./plan.js";

/**
 * Removes a subscription, cancels its open deliveries and drops its waiting events; false when there is none. Deliveries
 * first and the subscription after them, as settle does, or the two could deadlock.
 *
 * The look at the beginning is for those that are not there: their deliveries stay as they are. One that is being removed
 * elsewhere at this moment is found gone at the end, and what was cancelled is what the other one cancels too.
 */
export const REMOVE = `CREATE OR REPLACE FUNCTION hookwright.remove(subscription text, moment bigint) RETURNS boolean
${ONE_PLAN} AS $body$
#variable_conflict use_column
DECLARE
  dropped text[];
BEGIN
  IF NOT EXISTS (SELECT FROM hookwright.subscriptions WHERE id = subscription) THEN
    RETURN false;
  END IF;
  PERFORM hookwright.cancel(ARRAY(SELECT id FROM hookwright.queue WHERE subscription_id = subscription), moment);
  PERFORM FROM hookwright.pending WHERE subscription_id = subscription ORDER BY lane, at, seq FOR UPDATE;
  DELETE FROM hookwright.subscriptions WHERE id = subscription;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  WITH gone AS (
    DELETE FROM hookwright.pending WHERE subscription_id = subscription RETURNING event_id
  ) SELECT array_agg(event_id) INTO dropped FROM gone;
  PERFORM FROM hookwright.events WHERE id = ANY(dropped) ORDER BY id FOR NO KEY UPDATE;
  UPDATE hookwright.events SET loose = ${NEW_MARK} WHERE id = ANY(dropped);
  RETURN true;
END $body$;`;
