/** Bytes of data that the function takes: as much as `limits.eventBytes` can be set to. More would not fit through a worker. */
const LARGEST_DATA = 64 * 1024 * 1024;

/** The digit of a number's last five bits, as `model/id.ts` writes it. */
const DIGIT = (number: string) =>
  `substr('0123456789abcdefghjkmnpqrstvwxyz', ((${number}) & 31)::integer + 1, 1)`;
const counting = (value: string, digits: number) =>
  Array.from({ length: digits }, (_, i) => DIGIT(`(${value}) >> ${5 * (digits - 1 - i)}`)).join(" || ");

/** Bytes of a version 4 UUID whose last five bits are random: all but number 6; number 8 is not needed. */
const RANDOM_BYTES = [0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 12, 13, 14, 15];
const RANDOM = RANDOM_BYTES.map((byte) => DIGIT(`get_byte(noise, ${byte})`)).join(" || ");

/**
 * `publish`, which triggers and other languages call in their own transaction. It only inserts, so it waits for nobody,
 * unless another open transaction publishes the same id.
 *
 * - Runs as the owner of the schema, whose tables its callers need not see; so the search path is fixed and every name
 *   of ours is written out, and nobody may call it whom the owner has not allowed to.
 * - The id sorts as those of `model/id.ts` do: ten digits of milliseconds, two of the microseconds within, fourteen
 *   random ones (70 bits).
 * - `data` becomes text here and stays as it is.
 * - A repeated id is skipped, unless it was refused: that was never published, so what comes now takes its place. Two
 *   statements, because `DO UPDATE` would lock a waiting row too, until the host's transaction ends, and the taker
 *   would wait for that.
 * - Commits that notify queue behind one lock of the whole server, so only the transaction that holds an advisory lock
 *   at the time notifies; what the others publish meanwhile is found by that wake, or by polling. Publishes a second, a
 *   row of 1 KB a transaction, 20 connections, PostgreSQL 18 that syncs to disk, two cores shared with the clients and
 *   busy with other work, median of five rounds: 3 980 without notifying, 415 when each notifies, 4 070 like this (two
 *   other runs: 2 950, 386, 3 230 and 1 860, 244, 2 110). A plain INSERT: 3 390.
 */
export const PUBLISH_FUNCTION = `
  CREATE FUNCTION hookwright.publish(type text, data jsonb, scope text DEFAULT '', id text DEFAULT NULL)
  RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $publish$
  #variable_conflict use_column
  DECLARE
    body text := publish.data::text;
    event_id text := publish.id;
    moment bigint := floor(extract(epoch FROM now()) * 1000);
    micros bigint;
    noise bytea;
  BEGIN
    IF publish.type IS NULL THEN
      RAISE EXCEPTION 'hookwright.publish: type is NULL' USING ERRCODE = 'null_value_not_allowed',
        HINT = 'Give the name of an event type of the catalogue.';
    ELSIF body IS NULL THEN
      RAISE EXCEPTION 'hookwright.publish: data is NULL' USING ERRCODE = 'null_value_not_allowed',
        HINT = 'For an event without data give ''{}'' or ''null''::jsonb, whichever its schema takes.';
    ELSIF publish.scope IS NULL THEN
      RAISE EXCEPTION 'hookwright.publish: scope is NULL' USING ERRCODE = 'null_value_not_allowed',
        HINT = 'Leave scope out, or give '''', for an event of the root. Text joined to NULL is NULL.';
    ELSIF octet_length(body) > ${LARGEST_DATA} THEN
      RAISE EXCEPTION 'hookwright.publish: data is larger than ${LARGEST_DATA} bytes'
        USING ERRCODE = 'program_limit_exceeded', HINT = 'Publish a reference to it instead.';
    ELSIF event_id IS NULL THEN
      micros := floor(extract(epoch FROM clock_timestamp()) * 1000000);
      noise := uuid_send(gen_random_uuid());
      event_id := 'evt_' || ${counting("micros / 1000", 10)}
        || ${counting("micros % 1000", 2)}
        || ${RANDOM};
    ELSIF event_id COLLATE "C" !~ '^[A-Za-z0-9_~-]{1,128}$' THEN
      RAISE EXCEPTION 'hookwright.publish: id is not acceptable' USING ERRCODE = 'invalid_parameter_value',
        HINT = 'Use 1 to 128 letters, digits, ''_'', ''~'' and ''-'', or leave id out.';
    END IF;

    INSERT INTO hookwright.inbox (id, type, scope, at, data)
    VALUES (event_id, publish.type, publish.scope, moment, body)
    ON CONFLICT (id) DO NOTHING;
    IF NOT FOUND THEN
      UPDATE hookwright.inbox
      SET seq = DEFAULT, type = publish.type, scope = publish.scope, at = moment, data = body, due_at = 0, refused_at = NULL, error = NULL
      WHERE id = event_id AND refused_at IS NOT NULL;
      IF NOT FOUND THEN
        RETURN event_id;
      END IF;
    END IF;

    IF pg_try_advisory_xact_lock(hashtextextended('hookwright publish $schema$', 0)) THEN
      PERFORM pg_notify('$schema$_wake', '');
    END IF;
    RETURN event_id;
  END
  $publish$;
  REVOKE ALL ON FUNCTION hookwright.publish(text, jsonb, text, text) FROM PUBLIC;
`;
