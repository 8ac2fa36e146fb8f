import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Finished } from "../../src/dispatcher/finished.js";
import { Recorder, type RecorderParts } from "../../src/dispatcher/recorder.js";
import type { Outcome } from "../../src/model/delivery.js";
import type { Settled } from "../../src/model/store.js";
import type { HealthChange } from "../../src/model/subscription.js";
import { clockAt, deferred, leased, NOW, rounds } from "../make.js";
import { answer, senderOf } from "./helpers.js";

const NOTHING: Settled = { refused: [], health: [] };

async function finished(id: string, status = 200): Promise<Finished> {
  const { sender } = senderOf({ transport: { send: async () => answer(status) } });
  return sender.attempt(leased({ id }));
}

/** A recorder over a settle, with all that it reported. */
function recording(settle: RecorderParts["store"]["settle"], change: Partial<RecorderParts> = {}) {
  const told: [string[], Settled][] = [];
  const faults: [unknown, string][] = [];
  const recorder = new Recorder({
    clock: clockAt(),
    store: { settle },
    streak: () => ({ consecutiveFailures: 0, failingSince: null }),
    onSettled: async (all, settled) => void told.push([all.map(({ delivery }) => delivery.id), settled]),
    onFault: (error, message) => void faults.push([error, message]),
    ...change,
  });
  return { recorder, told, faults };
}

const ids = (outcomes: readonly Outcome[]) => outcomes.map(({ deliveryId }) => deliveryId);

describe("Recorder", () => {
  it("settles what ended in one turn at once, and tells before it resolves", async () => {
    const calls: string[][] = [];
    const { recorder, told } = recording(async (outcomes) => {
      calls.push(ids(outcomes));
      return NOTHING;
    });
    await Promise.all([recorder.record(await finished("a")), recorder.record(await finished("b"))]);
    expect(calls).toEqual([["a", "b"]]);
    expect(told).toEqual([[["a", "b"], NOTHING]]);
  });

  it("has one settle in flight; what ends meanwhile is the next", async () => {
    const gates = [deferred<Settled>(), deferred<Settled>()];
    const calls: string[][] = [];
    const { recorder } = recording((outcomes) => {
      calls.push(ids(outcomes));
      return gates[calls.length - 1]?.promise ?? Promise.resolve(NOTHING);
    });
    const first = recorder.record(await finished("a"));
    await rounds();
    const later = [recorder.record(await finished("b")), recorder.record(await finished("c"))];
    await rounds();
    expect(calls).toEqual([["a"]]);
    gates[0]?.resolve(NOTHING);
    await first;
    await rounds();
    expect(calls).toEqual([["a"], ["b", "c"]]);
    gates[1]?.resolve(NOTHING);
    await Promise.all(later);
  });

  it("takes 500 at most at once, in order", async () => {
    const sizes: number[] = [];
    const { recorder } = recording(async (outcomes) => {
      sizes.push(outcomes.length);
      return NOTHING;
    });
    const one = await finished("a");
    await Promise.all(Array.from({ length: 1_001 }, () => recorder.record(one)));
    expect(sizes).toEqual([500, 500, 1]);
  });

  it("sums health, by what is known of the subscription, and leaves out what made no attempt", async () => {
    const changes: HealthChange[] = [];
    const { recorder } = recording(
      async (_, health) => {
        changes.push(...health);
        return NOTHING;
      },
      { streak: () => ({ consecutiveFailures: 30, failingSince: NOW - 100_000 }) },
    );
    const { sender, known } = senderOf();
    known.set("sub_1", null);
    const gone = await sender.attempt(leased());
    await Promise.all([recorder.record(await finished("a", 500)), recorder.record(gone)]);
    expect(changes).toEqual([
      expect.objectContaining({ subscriptionId: "sub_1", add: 1, lastStatus: 500, holdUntil: NOW + 10_000 }),
    ]);
  });
});

describe("Recorder: a store that is away", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is asked again, with the same outcomes, and nothing is lost", async () => {
    let calls = 0;
    const { recorder, told, faults } = recording(async (outcomes) => {
      calls++;
      expect(ids(outcomes)).toEqual(["a"]);
      if (calls < 3) throw new Error("away");
      return NOTHING;
    });
    const recorded = recorder.record(await finished("a"));
    await rounds();
    await vi.advanceTimersByTimeAsync(1_000);
    await recorded;
    expect([calls, told.length, faults]).toEqual([3, 1, []]);
  });

  it("for too long is given up, told, and what comes later is recorded", async () => {
    let away = true;
    const { recorder, told, faults } = recording(async () => {
      if (away) throw new Error("away");
      return NOTHING;
    });
    const recorded = recorder.record(await finished("a"));
    await rounds();
    await vi.advanceTimersByTimeAsync(60_000);
    await recorded;
    expect(faults).toEqual([[new Error("away"), expect.stringContaining("made again")]]);
    away = false;
    await recorder.record(await finished("b"));
    expect(told.map(([names]) => names)).toEqual([["b"]]);
  });

  it("refuses one outcome of eight for good: that one is lost, no other, and each is counted once", async () => {
    const settled: string[] = [];
    let failures = 0;
    const poisoned = async (outcomes: readonly Outcome[], health: readonly HealthChange[]) => {
      if (ids(outcomes).includes("f")) throw new Error("poison");
      settled.push(...ids(outcomes));
      for (const { add } of health) failures += add;
      return NOTHING;
    };
    const { recorder, told, faults } = recording(poisoned);
    const names = [..."abcdefgh"];
    const all = await Promise.all(names.map((name) => finished(name, 500)));
    const recorded = Promise.all(all.map((one) => recorder.record(one)));
    await rounds();
    await vi.advanceTimersByTimeAsync(60_000);
    await recorded;
    const others = names.filter((name) => name !== "f");
    expect(settled).toEqual(others);
    expect(told.flatMap(([told]) => told)).toEqual(others);
    expect([failures, faults]).toEqual([7, [[new Error("poison"), expect.stringContaining("An outcome")]]]);
  });

  it("has its patience tried once, not again by each half", async () => {
    let calls = 0;
    const { recorder, faults } = recording(async () => {
      calls++;
      throw new Error("away");
    });
    const all = await Promise.all(["a", "b", "c", "d"].map((name) => finished(name)));
    const recorded = Promise.all(all.map((one) => recorder.record(one)));
    await rounds();
    await vi.advanceTimersByTimeAsync(60_000);
    await recorded;
    // Nine times as a whole, then two halves and four quarters.
    expect([calls, faults.length]).toEqual([15, 4]);
  });

  it("goes on after a clock or a listener that throws", async () => {
    let broken = true;
    const { recorder, faults } = recording(async () => NOTHING, {
      clock: {
        now() {
          if (broken) throw new Error("no clock");
          return NOW;
        },
      },
      onSettled: () => Promise.reject(new Error("no listener")),
    });
    await recorder.record(await finished("a"));
    broken = false;
    await recorder.record(await finished("b"));
    expect(faults).toEqual([
      [new Error("no clock"), expect.stringContaining("could not be recorded")],
      [new Error("no listener"), expect.stringContaining("are recorded")],
    ]);
  });

  it("settles once, though what follows from it fails", async () => {
    const calls: string[][] = [];
    const { recorder, faults } = recording(
      async (outcomes) => {
        calls.push(ids(outcomes));
        return NOTHING;
      },
      { onSettled: () => Promise.reject(new Error("no listener")) },
    );
    await Promise.all([recorder.record(await finished("a")), recorder.record(await finished("b"))]);
    expect([calls, faults.length]).toEqual([[["a", "b"]], 1]);
  });
});
