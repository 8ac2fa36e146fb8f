import { describe, expect, it } from "vitest";
import { Handover, type HandoverParts } from "../../src/dispatcher/handover.js";
import type { LeasedDelivery, NewDelivery } from "../../src/model/delivery.js";
import type { Entries } from "../../src/model/store.js";
import { clockAt, event, NOW } from "../make.js";

const of = (id: string, change: Partial<NewDelivery> = {}): NewDelivery => ({
  id: `dlv_${id}`,
  subscriptionId: "sub_1",
  scope: "",
  kind: "event",
  type: "order.paid",
  format: "standard",
  eventIds: [id],
  createdAt: NOW,
  dueAt: NOW,
  lease: null,
  ...change,
});

function house(change: { places?: number; known?: readonly string[]; ill?: string; fails?: boolean } = {}) {
  const appended: { entries: Entries; tx: unknown }[] = [];
  const taken: LeasedDelivery[] = [];
  const forgone: string[] = [];
  let places = change.places ?? 100;
  let wakes = 0;
  const parts: HandoverParts<string> = {
    clock: clockAt(),
    store: {
      async append(entries, tx) {
        if (change.fails) throw new Error("away");
        appended.push({ entries, tx });
        return entries.events.map(({ id }) => id).filter((id) => !change.known?.includes(id));
      },
    },
    dispatcher: {
      reserve: () => places-- > 0,
      forgo: (given) => void forgone.push(...(given as readonly NewDelivery[]).map(({ id }) => id)),
      take: async (deliveries) => void taken.push(...deliveries),
    },
    leaseMs: 60_000,
    isWell: (id) => id !== change.ill,
    wake: () => void wakes++,
  };
  return { handover: new Handover<string>(parts), appended, taken, forgone, wakes: () => wakes };
}

const entries = (...deliveries: NewDelivery[]): Entries => ({
  events: [...new Set(deliveries.flatMap(({ eventIds }) => eventIds))].map((id) => event({ id })),
  deliveries,
  pending: [],
});

describe("Handover", () => {
  it("stores a delivery with a lease and takes it as a claim would have answered it", async () => {
    const { handover, appended, taken, wakes } = house();
    expect(await handover.append(entries(of("a")))).toEqual(["a"]);
    const [stored] = appended[0]?.entries.deliveries ?? [];
    expect(stored).toEqual({ ...of("a"), dueAt: NOW + 60_000, lease: expect.stringMatching(/^.{8,}$/) });
    expect(taken).toEqual([
      {
        ...stored,
        status: "pending",
        attempts: 1,
        extraAttempts: 0,
        manualFrom: null,
        firstAttemptAt: stored?.createdAt,
        completedAt: null,
        httpStatus: null,
        error: null,
        event: event({ id: "a" }),
      },
    ]);
    expect(wakes()).toBe(0);
  });

  it("leaves in the store what there is no place for, and says that it is there", async () => {
    const { handover, appended, taken, wakes } = house({ places: 1 });
    await handover.append(entries(of("a"), of("b")));
    expect(appended[0]?.entries.deliveries.map(({ lease }) => lease === null)).toEqual([false, true]);
    expect(appended[0]?.entries.deliveries[1]).toEqual(of("b"));
    expect([taken.map(({ id }) => id), wakes()]).toEqual([["dlv_a"], 1]);
  });

  it("leaves batches, and those who are not known to be well, to a claim", async () => {
    const { handover, appended, taken } = house({ ill: "sub_2" });
    const given = entries(of("a", { kind: "batch" }), of("b", { subscriptionId: "sub_2" }));
    await handover.append(given);
    expect([appended[0]?.entries, taken]).toEqual([given, []]);
  });

  it("hands over nothing in the host's transaction: nobody here learns how it ends", async () => {
    const { handover, appended, taken, wakes } = house();
    const given = entries(of("a"));
    await handover.append(given, "tx");
    expect([appended, taken, wakes()]).toEqual([[{ entries: given, tx: "tx" }], [], 1]);
  });

  it("sends nothing of an event that was known already, and gives its place up", async () => {
    const { handover, taken, forgone } = house({ known: ["a"] });
    await handover.append(entries(of("a"), of("b")));
    expect([taken.map(({ id }) => id), forgone]).toEqual([["dlv_b"], ["dlv_a"]]);
  });

  it("gives all places up when the store fails, and lets out what it throws", async () => {
    const { handover, taken, forgone, wakes } = house({ fails: true });
    await expect(handover.append(entries(of("a"), of("b")))).rejects.toThrow("away");
    expect([taken, forgone, wakes()]).toEqual([[], ["dlv_a", "dlv_b"], 0]);
  });
});
