import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";

/** One step, timed. */
export interface Phase {
  readonly ms: number;
  /** The longest time in which the event loop did nothing else. */
  readonly stallMs: number;
}

const BLOCK_MS = 100;
const PAUSE_MS = 20;

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();

/**
 * Times a step. The pauses let the probe fire, before and after: reset, it counts from its next tick, and would miss
 * what blocks at once.
 */
export async function phase(work: () => Promise<unknown>): Promise<Phase> {
  globalThis.gc?.();
  delay.reset();
  await sleep(PAUSE_MS);
  const begun = performance.now();
  await work();
  const ms = performance.now() - begun;
  await sleep(PAUSE_MS);
  return { ms, stallMs: delay.max / 1e6 };
}

/**
 * Blocks the event loop once, to see that it is seen.
 *
 * @throws Error when it is not.
 */
export async function checkProbe(): Promise<void> {
  const { stallMs } = await phase(async () => {
    for (const until = performance.now() + BLOCK_MS; performance.now() < until; );
  });
  if (stallMs < 0.9 * BLOCK_MS)
    throw new Error(`The probe missed a block of ${BLOCK_MS} ms: it saw ${stallMs}.`);
}
