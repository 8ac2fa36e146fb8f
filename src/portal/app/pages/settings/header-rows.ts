/** The request headers as they are edited. Values that are stored are never shown; `[redacted]` keeps one. */

/** Stands for a stored value in a patch: see `SubscriptionFields.headers`. */
const KEEP = "[redacted]";

/** One header. */
export interface HeaderRow {
  /** Tells rows apart, whatever is typed. */
  readonly key: string;
  /** The name under which a value is stored; `null` for a row that was added. */
  readonly stored: string | null;
  readonly name: string;
  /** What was typed. Empty in a row with a stored value: that one is kept. */
  readonly value: string;
}

/** Why a row cannot be sent. */
export type RowProblem = "nameless" | "twice" | "renamed";

/** The rows of what is stored. */
export function rowsOf(headers: Readonly<Record<string, unknown>>): HeaderRow[] {
  return Object.keys(headers).map((name) => ({ key: `stored:${name}`, stored: name, name, value: "" }));
}

/** Whether the row stands for a value that is stored, which it can only under its own name. */
export function isKept({ stored, name, value }: HeaderRow): boolean {
  return stored !== null && value === "" && name.trim().toLowerCase() === stored.toLowerCase();
}

/** Whether nothing has been typed into an added row. */
function isBlank({ stored, name, value }: HeaderRow): boolean {
  return stored === null && name.trim() === "" && value === "";
}

/** Whether both say the same. */
export function sameRows(a: readonly HeaderRow[], b: readonly HeaderRow[]): boolean {
  const said = (rows: readonly HeaderRow[]) =>
    JSON.stringify(
      rows.filter((row) => !isBlank(row)).map(({ stored, name, value }) => [stored, name, value]),
    );
  return said(a) === said(b);
}

/**
 * The headers to send, and what hinders it, by row. Where the webhook moves to another server, kept values cannot
 * follow and are left out.
 */
export function headersOf(
  rows: readonly HeaderRow[],
  moved: boolean,
): {
  readonly headers: Readonly<Record<string, string>>;
  readonly problems: ReadonlyMap<string, RowProblem>;
} {
  const entries: [string, string][] = [];
  const problems = new Map<string, RowProblem>();
  for (const row of rows) {
    if (isBlank(row)) continue;
    const name = row.name.trim();
    // An object would keep the last of two in silence.
    if (name === "") problems.set(row.key, "nameless");
    else if (entries.some(([other]) => other === name)) problems.set(row.key, "twice");
    else if (row.stored !== null && row.value === "" && !isKept(row)) problems.set(row.key, "renamed");
    else if (!isKept(row)) entries.push([name, row.value]);
    else if (!moved) entries.push([name, KEEP]);
  }
  return { headers: Object.fromEntries(entries), problems };
}
