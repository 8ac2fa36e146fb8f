import { newId } from "../../../src/model/id.js";
import { delivery, entries, event, outcome, saving, subscription } from "../../../src/testing/store/make.js";
import { summary } from "../measure.js";
import { fillHistory } from "./fill.js";
import { type House, openHouse } from "./house.js";

const LANES = 50;
const STEP_ROWS = 200;

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

/** Takes the same steps on both schemas by turns. */
export async function compareLogs(url: string, rows: number, turns: number): Promise<LogSample> {
  const now = Date.now();
  const empty = await openHouse(url);
  const full = await openHouse(url);
  await fillHistory(full, rows, now - 60_000);
  const steps = { empty: newSteps(), full: newSteps() };
  for (const house of [empty, full])
    for (let lane = 0; lane < LANES; lane++)
      await house.store.saveSubscription(saving(subscription(`sub_${lane}`)));
  for (let turn = -10; turn < turns; turn++) {
    for (const [name, house] of [
      ["empty", empty],
      ["full", full],
    ] as const)
      await step(house, turn < 0 ? newSteps() : steps[name]);
  }
  const prune = await timePruning(full, now - rows / 2);
  await empty.close();
  await full.close();
  return { ...steps, prune };
}

const newSteps = (): Steps => ({ append: [], claim: [], settle: [] });

function newRows(now: number) {
  const events = Array.from({ length: STEP_ROWS }, () =>
    event(newId("evt", now), { at: now, createdAt: now, data: JSON.stringify({ text: "x".repeat(900) }) }),
  );
  const deliveries = events.map(({ id }, index) =>
    delivery(newId("dlv", now), `sub_${index % LANES}`, { eventIds: [id], createdAt: now, dueAt: now }),
  );
  return entries({ events, deliveries });
}

async function step({ store }: House, times: Steps): Promise<void> {
  const now = Date.now();
  const rows = newRows(now);
  await timed(times.append, () => store.append(rows));
  const claimed = await timed(times.claim, () =>
    store.claim({
      lease: newId("lease", now),
      leaseMs: 60_000,
      limit: STEP_ROWS,
      perSubscription: STEP_ROWS,
      exclude: [],
      now: now + 1,
    }),
  );
  if (claimed.length !== STEP_ROWS)
    throw new Error(`${claimed.length} deliveries claimed, not ${STEP_ROWS}.`);
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
async function timePruning({ store }: House, before: number): Promise<LogSample["prune"]> {
  const append: number[] = [];
  let isDone = false;
  const appending = (async () => {
    while (!isDone) {
      const rows = newRows(Date.now());
      await timed(append, () => store.append(rows));
    }
  })();
  const chunks: number[] = [];
  let gone = 0;
  const begun = performance.now();
  while (performance.now() - begun < 15_000) {
    const pruned = await timed(chunks, () => store.prune({ before, limit: 1_000 }));
    gone += pruned;
    if (pruned < 1_000) break;
  }
  const seconds = (performance.now() - begun) / 1000;
  isDone = true;
  await appending;
  return { perSecond: gone / seconds, longestMs: summary(chunks).most, append };
}
