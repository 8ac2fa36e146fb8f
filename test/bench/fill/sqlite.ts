import Sqlite from "better-sqlite3";

/** Rows of one transaction. */
const CHUNK = 100_000;

/**
 * The same as `postgres.ts`, in a SQLite file. It knows the tables of `src/stores/sqlite/schema.ts`: whoever changes
 * those changes {@link inserts}.
 */
export function fillSqlite(path: string, rows: number, endedAt: number): void {
  const db = new Sqlite(path);
  db.pragma("synchronous = OFF");
  const begunAt = endedAt - rows;
  db.exec(`WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 999)
    INSERT INTO hookwright_recipients (subscription_id) SELECT 'sub_0' || printf('%020d', n) FROM numbers WHERE true
    ON CONFLICT DO NOTHING`);
  for (let first = 0; first < rows; first += CHUNK) {
    const last = Math.min(rows, first + CHUNK) - 1;
    db.transaction(() => {
      for (const text of inserts(first, last, begunAt)) db.exec(text);
    })();
  }
  db.exec("ANALYZE");
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
}

/** The statements that write rows `first` to `last`. The row's own numbers begin behind those of a fresh file. */
function inserts(first: number, last: number, begunAt: number): string[] {
  const numbers = `WITH RECURSIVE numbers (n) AS (SELECT ${first} UNION ALL SELECT n + 1 FROM numbers WHERE n < ${last})`;
  const id = (prefix: string) => `'${prefix}_0' || printf('%020x', n)`;
  const text = (length: number) => `'${"x".repeat(length)}'`;
  return [
    `INSERT INTO hookwright_events (id, type, scope, at, created_at, test, is_named, data)
     ${numbers} SELECT ${id("evt")}, 'bench.event', '', ${begunAt} + n, ${begunAt} + n, 0, 1, '{"text":"' || ${text(200)} || '"}'
     FROM numbers`,
    `INSERT INTO hookwright_deliveries
       (id, recipient_seq, scope, kind, type, format, event_seq, status, attempts, extra_attempts, ordered, created_at,
        first_attempt_at, completed_at, http_status)
     ${numbers} SELECT ${id("dlv")}, r.seq, '', 'event', 'bench.event', 'standard', e.seq, 'delivered', 1, 0, 0,
       ${begunAt} + n, ${begunAt} + n, ${begunAt} + n, 200
     FROM numbers
     CROSS JOIN hookwright_recipients r ON r.subscription_id = 'sub_0' || printf('%020d', n % 1000)
     CROSS JOIN hookwright_events e ON e.id = ${id("evt")}`,
    `INSERT INTO hookwright_attempts (delivery_seq, number, at, duration_ms, document)
     SELECT seq, 1, created_at, 12, '{"request":{"headers":{}},"response":"' || ${text(300)} || '"}'
     FROM hookwright_deliveries WHERE created_at BETWEEN ${begunAt + first} AND ${begunAt + last}`,
  ];
}
