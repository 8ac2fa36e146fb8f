import { ONE_PLAN } from "./plan.js";

/**
 * Refuses ids of new deliveries that finished ones have; `queue` refuses those of open ones by itself. Called after they
 * were inserted: one that moves at this moment has then come to its end, and is seen.
 */
export const CHECK_NEW = `CREATE OR REPLACE FUNCTION hookwright.check_new(ids text[]) RETURNS void ${ONE_PLAN} AS $body$
BEGIN
  IF EXISTS (SELECT FROM hookwright.history WHERE id = ANY(ids)) THEN
    RAISE EXCEPTION 'a delivery id is taken' USING ERRCODE = 'unique_violation';
  END IF;
END $body$;`;
