/** What `events.loose` becomes where something begins or ceases to name an event: another value at each time. */
export const NEW_MARK = "pg_current_xact_id()::text::bigint";
