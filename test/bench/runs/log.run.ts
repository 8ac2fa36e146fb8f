// Takes the store's steps on an empty and on a full history by turns, then prunes the full one.
import type { Store } from "hookwright";
import { newId } from "../../../src/model/id.js";
import { outcome, saving, subscription } from "../../../src/testing/store/make.js";
import type { CaseInput, StoreSpec } from "../spec.js";
import { summary } from "../summary.js";
import { runCase } from "./case.js";
import { openStore } from "./house.js";
import { rowsFor } from "./rows.js";

interface Input extends CaseInput {
  readonly empty: StoreSpec;
  readonly full: StoreSpec;
  /** Rows of the full one, a millisecond apart. */
  readonly rows: number;
  readonly turns: number;
}

/** Milliseconds of each step on an empty and on a full history, and what pruning the full one did. */
export interface LogSample {
  readonly empty: Steps;
  readonly full: Steps;
  /** Rows a second that went, the longest chunk in ms, and append in ms while it went on. */
  readonly prune: {
    readonly perSecond: number;
    readonly longestMs: number;
    readonly append: readonly number[];
  };
}

/** Milliseconds of `append`, `claim` and `settle` of 200 deliveries. */
export interface Steps {
  readonly append: number[];
  readonly claim: number[];
  readonly settle: number[];
}

const STEP_ROWS = 200;
const PRUNE_MS = 15_000;
const LANES = Array.from({ length: 50 }, (_, lane) => `sub_${lane}`);
const STEP_LANES = Array.from({ length: STEP_ROWS }, (_, index) => LANES[index % LANES.length] ?? "");

await runCase(async ({ empty, full, rows, turns }: Input): Promise<LogSample> => {
  const begun = Date.now();
  const houses = { empty: openStore(empty).store, full: openStore(full).store };
  const steps = { empty: newSteps(), full: newSteps() };
  for (const store of Object.values(houses))
    for (const lane of LANES) await store.saveSubscription(saving(subscription(lane)));
  for (let turn = -10; turn < turns; turn++)
    for (const name of ["empty", "full"] as const)
      await step(houses[name], turn < 0 ? newSteps() : steps[name]);
  return { ...steps, prune: await timePruning(houses.full, begun - rows / 2) };
});

function newSteps(): Steps {
  return { append: [], claim: [], settle: [] };
}

async function step(store: Store<never>, times: Steps): Promise<void> {
  const now = Date.now();
  const rows = rowsFor(STEP_LANES, now);
  await timed(times.append, () => store.append(rows));
  const claimed = await timed(times.claim, () =>
    store.claim({
      ...{ lease: newId("lease", now), leaseMs: 60_000, now: now + 1 },
      ...{ limit: STEP_ROWS, perSubscription: STEP_ROWS, exclude: [] },
    }),
  );
  if (claimed.length !== STEP_ROWS) throw new Error(`${claimed.length} claimed, not ${STEP_ROWS}.`);
  await timed(times.settle, () =>
    store.settle(
      claimed.map((one) => outcome(one, { completedAt: now })),
      [],
    ),
  );
}

async function timed<T>(times: number[], work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const result = await work();
  times.push(performance.now() - begun);
  return result;
}

/** Prunes for fifteen seconds, or until nothing is left, while another connection appends. */
async function timePruning(store: Store<never>, before: number): Promise<LogSample["prune"]> {
  const append: number[] = [];
  let isDone = false;
  const appending = (async () => {
    while (!isDone) await timed(append, () => store.append(rowsFor(STEP_LANES, Date.now())));
  })();
  const chunks: number[] = [];
  let gone = 0;
  const begun = performance.now();
  while (performance.now() - begun < PRUNE_MS) {
    const pruned = await timed(chunks, () => store.prune({ before, limit: 1_000 }));
    gone += pruned;
    if (pruned < 1_000) break;
  }
  const seconds = (performance.now() - begun) / 1000;
  isDone = true;
  await appending;
  return { perSecond: gone / seconds, longestMs: summary(chunks).most, append };
}
