import type { House } from "./house.js";

/** Rows of one statement. */
const CHUNK = 250_000;

/**
 * Writes finished deliveries as a service of a year leaves them: an event, a delivery and an attempt each, to a
 * thousand subscriptions, one millisecond after another. They end `endedAt`, epoch milliseconds.
 */
export async function fillHistory(house: House, rows: number, endedAt: number): Promise<void> {
  const { pool, schema } = house;
  const begunAt = endedAt - rows;
  const id = (prefix: string) => `'${prefix}_0' || lpad(to_hex(n), 20, '0')`;
  const error = "NULL::text";
  for (let first = 0; first < rows; first += CHUNK) {
    const last = Math.min(rows, first + CHUNK) - 1;
    const numbers = `generate_series(${first}::bigint, ${last}::bigint) AS n`;
    await Promise.all([
      pool.query(`INSERT INTO "${schema}".events (id, type, scope, at, created_at, test, data)
        SELECT ${id("evt")}, 'bench.event', '', ${begunAt} + n, ${begunAt} + n, false, '{"text":"' || repeat('x', 200) || '"}'
        FROM ${numbers}`),
      pool.query(`INSERT INTO "${schema}".deliveries
        (id, created_at, first_attempt_at, completed_at, attempts, http_status, subscription_id, scope, kind, type,
          format, event_id, status, error)
        SELECT ${id("dlv")}, ${begunAt} + n, ${begunAt} + n, ${begunAt} + n, 1, 200,
          'sub_0' || lpad((n % 1000)::text, 20, '0'), '', 'event', 'bench.event', 'standard', ${id("evt")}, 'delivered',
          ${error}
        FROM ${numbers}`),
      pool.query(`INSERT INTO "${schema}".attempts (delivery_id, number, at, duration_ms, document)
        SELECT ${id("dlv")}, 1, ${begunAt} + n, 12, '{"request":{"headers":{}},"response":"' || repeat('x', 300) || '"}'
        FROM ${numbers}`),
    ]);
  }
  for (const table of ["events", "deliveries", "attempts"])
    await pool.query(`VACUUM (ANALYZE) "${schema}".${table}`);
}
