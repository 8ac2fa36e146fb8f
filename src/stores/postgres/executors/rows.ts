import { WebhookError } from "../../../model/errors.js";

type Row = Record<string, unknown>;

/**
 * The rows in an ORM's answer: a list of rows, an object with `rows`, or TypeORM's pair of rows and their count. Hosts
 * set postgres.js and Knex to rename columns (`created_at` to `createdAt`); that is undone, because a column of our
 * statements is only ever called `lower_case`.
 *
 * @throws WebhookError `CONFIGURATION` when the host's settings make something else of an answer.
 */
export function rowsOf(answer: unknown): unknown[] {
  const rows = listIn(answer);
  const names = Object.keys((rows[0] ?? {}) as Row).map((name) => [name, columnName(name)] as const);
  if (names.every(([name, column]) => name === column)) return rows;
  return rows.map((row) => Object.fromEntries(names.map(([name, column]) => [column, (row as Row)[name]])));
}

function listIn(answer: unknown): unknown[] {
  if (Array.isArray(answer)) {
    const [rows, count] = answer as unknown[];
    return Array.isArray(rows) && typeof count === "number" ? rows : answer;
  }
  const { rows } = (answer ?? {}) as { readonly rows?: unknown };
  if (Array.isArray(rows)) return rows;
  throw new WebhookError(
    "CONFIGURATION",
    "The database's answer holds no list of rows. Let the ORM's own processing of responses leave raw queries as they are.",
  );
}

/** `createdAt`, `CreatedAt`, `created-at` and `CREATED_AT` are all `created_at`. */
function columnName(name: string): string {
  if (name === name.toUpperCase()) return name.toLowerCase().replaceAll("-", "_");
  const words = name.replaceAll("-", "_").replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return /^[A-Z]/.test(name) ? words.slice(1) : words;
}
