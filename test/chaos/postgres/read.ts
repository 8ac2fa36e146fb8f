import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import type {
  Begun,
  Ended,
  Operation,
  Received,
  StoredAttempt,
  StoredDelivery,
  StoredEvent,
  Testimony,
  Witnessed,
} from "./facts.js";
import { REQUEST_HEADER, type Setting, SUBSCRIPTIONS } from "./house.js";

/** The lines of a file. The last one may have been cut off by a kill. */
function linesOf<T>(path: string): T[] {
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.slice(0, -1).map((line) => JSON.parse(line) as T);
}

/** What the publishers wrote down. */
export function readOperations(folder: string): Operation[] {
  const operations = new Map<string, Operation>();
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".ops"))) {
    for (const line of linesOf<Begun | Ended>(join(folder, name))) {
      const known = operations.get(line.op);
      if (line.line === "begun") {
        const { line: _, ...begun } = line;
        operations.set(line.op, { ...begun, end: null });
      } else if (known) {
        const { line: _, op: __, ...end } = line;
        operations.set(line.op, { ...known, end });
      }
    }
  }
  return [...operations.values()].sort((a, b) => a.at - b.at);
}

/** What the receiver wrote down. */
export function readRequests(folder: string): Received[] {
  return linesOf<Received>(join(folder, "requests.log")).sort((a, b) => a.sentAt - b.sentAt);
}

/** What the workers saw the store do, in order. */
export function readTestimonies(folder: string): Testimony[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".did"));
  return files
    .flatMap((file) => {
      const worker = file.replace(/\.did$/, "");
      return linesOf<Witnessed>(join(folder, file)).map((line) => ({ ...line, worker }));
    })
    .sort((a, b) => a.at - b.at);
}

/** What the workers complained of, for whoever looks for a cause. */
export function readComplaints(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => file.startsWith("worker-") && file.endsWith(".log"));
  return files.flatMap((file) => readFileSync(join(folder, file), "utf8").split("\n").filter(Boolean));
}

/** The path of each subscription, by its id. */
export async function readPaths(pool: pg.Pool, schema: string): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ id: string; document: string }>(
    `SELECT id, document FROM "${schema}".subscriptions`,
  );
  return new Map(
    rows.map(({ id, document }) => {
      const { name } = JSON.parse(document) as { name: string };
      return [id, SUBSCRIPTIONS.find(({ path }) => path.slice(1) === name)?.path ?? name];
    }),
  );
}

/** How much is left to do. Throws while the server is away. */
export async function openWork(pool: pg.Pool, schema: string): Promise<{ open: number; waiting: number }> {
  const inbox = await pool.query<{ name: string | null }>("SELECT to_regclass($1)::text AS name", [
    `"${schema}".inbox`,
  ]);
  const taken = inbox.rows[0]?.name ? `+ (SELECT count(*) FROM "${schema}".inbox)` : "";
  const { rows } = await pool.query<{ open: string; waiting: string }>(
    `SELECT (SELECT count(*) FROM "${schema}".deliveries WHERE due_at IS NOT NULL) AS open,
      (SELECT count(*) FROM "${schema}".pending) ${taken} AS waiting`,
  );
  return { open: Number(rows[0]?.open), waiting: Number(rows[0]?.waiting) };
}

/** What is in the database. */
export async function readStored(pool: pg.Pool, { schema, origin, speed }: Setting) {
  const paths = await readPaths(pool, schema);
  const all = async <Row extends object>(sql: string): Promise<Row[]> =>
    (await pool.query<Row>(sql.replaceAll("hookwright.", `"${schema}".`))).rows;
  const events = await all<StoredEvent>(
    "SELECT id, type, scope, data::json->>'key' AS key FROM hookwright.events",
  );
  const deliveries = await all<Omit<StoredDelivery, "path"> & { subscription: string }>(
    `SELECT id, subscription_id AS subscription, status, CASE WHEN event_id IS NOT NULL THEN ARRAY[event_id] ELSE ARRAY(
       SELECT x.event_id FROM hookwright.delivery_events x WHERE x.delivery_id = d.id ORDER BY x.position
     ) END AS "eventIds" FROM hookwright.deliveries d`,
  );
  const attempts = await all<StoredAttempt & { at: string; serial: string | null }>(
    `SELECT delivery_id AS "deliveryId", number, at, (document::json->'response'->>'status')::integer AS status,
       document::json->'response'->'headers'->>'${REQUEST_HEADER}' AS serial,
       document::json->'error'->>'message' AS error FROM hookwright.attempts`,
  );
  const hostRows = await all<{ key: string }>("SELECT key FROM hookwright.host_rows");
  return {
    events,
    deliveries: deliveries.map(({ subscription, ...row }) => ({
      ...row,
      path: paths.get(subscription) ?? subscription,
    })),
    attempts: attempts.map((row) => ({
      ...row,
      at: origin + (Number(row.at) - origin) / speed,
      serial: row.serial === null ? null : Number(row.serial),
    })),
    hostRows: new Set(hostRows.map(({ key }) => key)),
  };
}
