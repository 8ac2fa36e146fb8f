/** Items handled at a stretch: a synchronous store reads as many events in some 3 ms, and all of a batch of 20 000 in 55. */
export const SLICE = 1_000;

/** Lets the event loop go round once: timers, sockets and whoever else waits come in between. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Maps items in slices of 1000, a turn of the event loop before each. Rejects with what `map` throws. */
export async function mapInTurns<T, R>(items: readonly T[], map: (item: T) => R): Promise<R[]> {
  const mapped: R[] = [];
  for (let start = 0; start < items.length; start += SLICE) {
    await turn();
    for (const item of items.slice(start, start + SLICE)) mapped.push(map(item));
  }
  return mapped;
}
