/** A promise that was broken. */
export interface Fault {
  readonly promise: string;
  /** What to look at. */
  readonly evidence: string;
}

/** Says that a promise was broken, and what to look at. */
export type Report = (promise: string, evidence: string) => void;

/** The items by what `keyOf` answers, in their order. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
