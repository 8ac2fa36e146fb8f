import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Recorder, type RecorderParts } from "../../src/dispatcher/recorder.js";
import type { Finished } from "../../src/dispatcher/sender.js";
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
  const lost: [unknown, number][] = [];
  const recorder = new Recorder({
    clock: clockAt(),
    store: { settle },
    streak: () => ({ consecutiveFailures: 0, failingSince: null }),
    onSettled: async (all, settled) => void told.push([all.map(({ delivery }) => delivery.id), settled]),
    onLost: (error, all) => void lost.push([error, all.length]),
    ...change,
  });
  return { recorder, told, lost };
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
    const { recorder, told, lost } = recording(async (outcomes) => {
      calls++;
      expect(ids(outcomes)).toEqual(["a"]);
      if (calls < 3) throw new Error("away");
      return NOTHING;
    });
    const recorded = recorder.record(await finished("a"));
    await rounds();
    await vi.advanceTimersByTimeAsync(1_000);
    await recorded;
    expect([calls, told.length, lost]).toEqual([3, 1, []]);
  });

  it("for too long is given up, told, and what comes later is recorded", async () => {
    let away = true;
    const { recorder, told, lost } = recording(async () => {
      if (away) throw new Error("away");
      return NOTHING;
    });
    const recorded = recorder.record(await finished("a"));
    await rounds();
    await vi.advanceTimersByTimeAsync(60_000);
    await recorded;
    expect(lost).toEqual([[new Error("away"), 1]]);
    away = false;
    await recorder.record(await finished("b"));
    expect(told.map(([names]) => names)).toEqual([["b"]]);
  });

  it("goes on after a clock or a listener that throws", async () => {
    let broken = true;
    const { recorder, lost } = recording(async () => NOTHING, {
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
    expect(lost.map(([error]) => error)).toEqual([new Error("no clock"), new Error("no listener")]);
  });
});
