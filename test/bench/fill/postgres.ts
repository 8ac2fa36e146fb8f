import type { Pool } from "pg";

/** Rows of one statement. */
const CHUNK = 100_000;

/** Statements at once, so that both cores have work. */
const TOGETHER = 2;

/**
 * Writes finished deliveries as a service of a year leaves them: an event, a delivery and an attempt each, to a
 * thousand subscriptions, one millisecond after another. They end `endedAt`, epoch milliseconds. It knows the tables of
 * `src/stores/postgres/schema.ts`: whoever changes those changes {@link inserts}.
 */
export async function fillPostgres(pool: Pool, schema: string, rows: number, endedAt: number): Promise<void> {
  const begunAt = endedAt - rows;
  const chunks = Array.from({ length: Math.ceil(rows / CHUNK) }, (_, index) => index * CHUNK);
  const worker = async () => {
    for (let first = chunks.shift(); first !== undefined; first = chunks.shift()) {
      const last = Math.min(rows, first + CHUNK) - 1;
      for (const text of inserts(begunAt))
        await pool.query(
          `INSERT INTO "${schema}".${text} FROM generate_series(${first}::bigint, ${last}::bigint) AS n`,
        );
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
  await pool.query("VACUUM (ANALYZE)");
}

const id = (prefix: string) => `'${prefix}_0' || lpad(to_hex(n), 20, '0')`;
const DOCUMENT = `'{"request":{"headers":{}},"response":"' || repeat('x', 300) || '"}'`;

/** What is inserted for each `n`. */
function inserts(begunAt: number): string[] {
  const at = `${begunAt} + n`;
  const events = `events (id, type, scope, at, created_at, test, data)
    SELECT ${id("evt")}, 'bench.event', '', ${at}, ${at}, false, '{"text":"' || repeat('x', 200) || '"}'`;
  const deliveries = `history
      (id, seq, created_at, first_attempt_at, completed_at, attempts, http_status, subscription_id, scope, kind, type,
       format, event_id, status, attempt_number, attempt_at, attempt_ms, attempt_document)
    OVERRIDING SYSTEM VALUE
    SELECT ${id("dlv")}, n, ${at}, ${at}, ${at}, 1, 200, 'sub_0' || lpad((n % 1000)::text, 20, '0'), '', 'event',
      'bench.event', 'standard', ${id("evt")}, 'delivered', 1, ${at}, 12, ${DOCUMENT}`;
  return [events, deliveries];
}
