import fc from "fast-check";
import { expect, test } from "vitest";
import type { ClaimRequest } from "../../../src/model/store.js";
import { sqliteStore } from "../../../src/stores/sqlite/index.js";
import {
  claiming,
  create,
  delivery,
  enqueue,
  failed,
  outcome,
  subscription,
  T0,
} from "../../../src/testing/store/make.js";

/** A subscription with a backlog. */
interface Some {
  readonly state: "free" | "free" | "ordered" | "disabled" | "held";
  /** When each of its deliveries is due, in the order of appending: before or after {@link T0}. */
  readonly due: readonly number[];
}

const state = fc.constantFrom<Some["state"]>("free", "free", "free", "ordered", "disabled", "held");
const some = fc.record<Some>({ state, due: fc.array(fc.integer({ min: -3, max: 1 }), { maxLength: 4 }) });
const request = fc.record({
  limit: fc.integer({ min: 0, max: 30 }),
  perSubscription: fc.integer({ min: 0, max: 3 }),
  excluded: fc.array(fc.integer({ min: 0, max: 49 }), { maxLength: 60, size: "max" }),
});

const isDue = (due: number) => due <= 0;

/** What the claims answer, told without SQL: each goes round the subscriptions in the order they were made. */
function expected(
  all: readonly Some[],
  requests: readonly Pick<ClaimRequest, "limit" | "perSubscription" | "exclude">[],
) {
  const left = all.map(({ due }) => due.map((at, number) => ({ at, number })));
  const ordered = all.map(({ due }) => due.map((_, number) => number));
  // The last claims before these were for those that are to be held.
  let last = all.findLastIndex(({ state }) => state === "held");
  return requests.map(({ limit, perSubscription, exclude }) => {
    const taken: { lane: number; numbers: number[] }[] = [];
    let room = perSubscription < 1 ? 0 : limit;
    for (let step = 1; step <= all.length && room > 0; step++) {
      const lane = (last + step + all.length) % all.length;
      const { state, due } = all[lane] as Some;
      if (state === "disabled" || state === "held" || exclude.includes(`sub_${lane}`)) continue;
      const rows = left[lane] ?? [];
      const oldest = ordered[lane]?.[0];
      const found =
        state === "ordered"
          ? rows.filter(({ number }) => number === oldest && isDue(due[number] ?? 1)).slice(0, 1)
          : rows
              .filter(({ at }) => isDue(at))
              .sort((a, b) => a.at - b.at || a.number - b.number)
              .slice(0, Math.min(perSubscription, room));
      if (found.length === 0) continue;
      left[lane] = rows.filter((row) => !found.includes(row));
      room -= found.length;
      taken.push({ lane, numbers: found.map(({ number }) => number) });
    }
    last = taken.at(-1)?.lane ?? last;
    // Deliveries are appended round by round, see below: the lane whose first one was appended first comes first.
    const place = ({ lane, numbers }: { lane: number; numbers: number[] }) => (numbers[0] ?? 0) * 1000 + lane;
    taken.sort((a, b) => place(a) - place(b));
    return taken.flatMap(({ lane, numbers }) => numbers.map((number) => `dlv_${lane}_${number}`));
  });
}

test("claims go round the lanes, each gives its share, and none is passed over or met twice", async () => {
  const scene = fc.record({
    all: fc.array(some, { minLength: 1, maxLength: 50, size: "max" }),
    requests: fc.array(request, { minLength: 1, maxLength: 5 }),
  });
  const property = fc.asyncProperty(scene, async ({ all, requests }) => {
    const store = sqliteStore(":memory:");
    const make = ({ state }: Some, lane: number) =>
      subscription(`sub_${lane}`, { enabled: state !== "disabled", ordered: state === "ordered" });
    await create(store, ...all.map(make));
    for (const [lane, { state }] of all.entries()) {
      if (state !== "held") continue;
      await enqueue(store, delivery(`dlv_held_${lane}`, `sub_${lane}`));
      const exclude = all.map((_, other) => `sub_${other}`).filter((id) => id !== `sub_${lane}`);
      const held = await store.claim(claiming({ exclude }));
      const until = failed(`sub_${lane}`, { holdUntil: T0 + 1000 });
      await store.settle(
        held.map((row) => outcome(row)),
        [until],
      );
    }
    const rounds = [0, 1, 2, 3].flatMap((number) =>
      all.flatMap(({ due }, lane) => {
        const at = due[number];
        return at === undefined ? [] : [delivery(`dlv_${lane}_${number}`, `sub_${lane}`, { dueAt: T0 + at })];
      }),
    );
    await enqueue(store, ...rounds);
    const asked = requests.map(({ excluded, ...rest }) => ({
      ...rest,
      exclude: excluded.map((lane) => `sub_${lane}`),
    }));
    const answers: string[][] = [];
    for (const one of asked) answers.push((await store.claim(claiming(one))).map((row) => row.id));
    await store.close?.();
    expect(answers).toEqual(expected(all, asked));
  });
  await fc.assert(property, { numRuns: 150 });
});
