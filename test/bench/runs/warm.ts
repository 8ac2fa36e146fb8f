import { expectReceipts } from "./receipts.js";

const CHUNK = 2_000;

/** How much there is to do. */
export interface Amount {
  /** Deliveries that are measured at most. */
  readonly count: number;
  /** Deliveries that warm up at most. */
  readonly warm: number;
  /** About how long either may take; the warming up twice as long, for that is when it is slow. */
  readonly seconds: number;
}

/** Least deliveries of a sample: the first thousands cost twice what later ones do, for V8 compiles still. */
const LEAST = 4_000;

/**
 * Warms up with as many deliveries as asked for, or as many as there is time for.
 *
 * @param deliver - Sets so many deliveries going, of which `first` went before.
 * @returns How many to measure: all that were asked for, or as many as the time allows at the speed that was seen.
 */
export async function warmUp(
  receiver: string,
  { count, warm, seconds }: Amount,
  deliver: (count: number, first: number) => Promise<unknown>,
): Promise<number> {
  const begun = performance.now();
  let rate = 0;
  for (let done = 0; done < warm && performance.now() - begun < 2 * seconds * 1000; done += CHUNK) {
    const from = performance.now();
    const finished = await expectReceipts(receiver, CHUNK);
    await deliver(CHUNK, done);
    await finished();
    // The best: each ends by waiting for its last delivery, which the measured part does once.
    rate = Math.max(rate, (CHUNK / (performance.now() - from)) * 1000);
  }
  const possible = Math.ceil((rate * seconds) / CHUNK) * CHUNK;
  return Math.min(count, Math.max(LEAST, possible));
}
