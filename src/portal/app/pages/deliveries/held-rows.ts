/** A row of a list that runs newest first. */
export interface Row {
  readonly id: string;
  readonly createdAt: string;
}

/**
 * The rows to show while nothing may move: those that are shown, each as it is by now, and below them what is older than
 * all of them. What is new between or above them waits; what is no longer in the list stays as it was. Pure.
 */
export function keepRows<T extends Row>(shown: readonly T[], latest: readonly T[]): readonly T[] {
  const last = shown.at(-1);
  if (last === undefined) return latest;
  const byId = new Map(latest.map((row) => [row.id, row]));
  const known = new Set(shown.map(({ id }) => id));
  const older = latest.filter((row) => !known.has(row.id) && isOlder(row, last));
  return [...shown.map((row) => byId.get(row.id) ?? row), ...older];
}

/** How many of the latest rows are not shown. */
export function heldCount(shown: readonly Row[], latest: readonly Row[]): number {
  const known = new Set(shown.map(({ id }) => id));
  return latest.filter(({ id }) => !known.has(id)).length;
}

/** Lists are sorted by time and, within a moment, by id. */
function isOlder(row: Row, than: Row): boolean {
  const difference = Date.parse(row.createdAt) - Date.parse(than.createdAt);
  return difference === 0 ? row.id < than.id : difference < 0;
}
