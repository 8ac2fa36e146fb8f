import { describe, expect, it } from "vitest";
import { hasInbox, Intake, type IntakeParts } from "../../src/intake/intake.js";
import { WebhookError } from "../../src/model/errors.js";
import type { EventRecord } from "../../src/model/event.js";
import type { Entries, Inbox, InboxEvent, Refusal } from "../../src/model/store.js";
import { delivery, pending } from "../../src/testing/store/make.js";
import { clockAt, deferred, event, NOW, rounds } from "../make.js";

function given(id: string, change: Partial<InboxEvent> = {}): InboxEvent {
  return { id, type: "order.paid", scope: "", at: NOW - 5, data: '{"n":1}', ...change };
}

const stored = ({ id, data }: InboxEvent, now: number): EventRecord => event({ id, data, createdAt: now });
const alone = (one: EventRecord): Entries => ({ events: [one], deliveries: [], pending: [] });

/** An intake over an inbox in memory, with all that was asked of its parts, in order. */
function house(
  events: readonly InboxEvent[],
  change: Partial<IntakeParts> = {},
  faults: Partial<Inbox> = {},
) {
  const seen: string[] = [];
  const refusals: Refusal[] = [];
  const reported: WebhookError[] = [];
  const appended: Entries[] = [];
  let waiting = [...events];
  const store: Required<Inbox> = {
    async takeInbox({ limit, maxBytes, leaseMs, now }) {
      seen.push(`take at ${now - NOW} for ${leaseMs}`);
      expect(maxBytes).toBeGreaterThan(1_000_000);
      return waiting.slice(0, limit);
    },
    async clearInbox(ids) {
      seen.push(`clear ${ids.join()}`);
      waiting = waiting.filter(({ id }) => !ids.includes(id));
    },
    async refuseInbox(refused, now) {
      seen.push(`refuse ${refused.map(({ id }) => id).join()} at ${now - NOW}`);
      refusals.push(...refused);
      waiting = waiting.filter(({ id }) => !refused.some((one) => one.id === id));
    },
    ...faults,
  };
  const clock = clockAt();
  const intake = new Intake({
    clock,
    store,
    draft: stored,
    derive: alone,
    async append(entries) {
      seen.push(`append ${entries.events.map(({ id }) => id).join()}`);
      appended.push(entries);
    },
    onRefused: (error) => void reported.push(error),
    ...change,
  });
  return { intake, seen, refusals, reported, appended, clock, waiting: () => waiting.map(({ id }) => id) };
}

const invalid = () => {
  const issues = [{ path: ["n"], message: "Expected a number." }];
  return new WebhookError("INVALID_DATA", "The data is not acceptable.", { issues });
};

/** Throws for the event "evt_bad" and drafts the others. */
const refusing =
  (fail: () => EventRecord | Promise<EventRecord>): IntakeParts["draft"] =>
  (one, now) =>
    one.id === "evt_bad" ? fail() : stored(one, now);

describe("Intake", () => {
  it("takes, appends and clears, in that order", async () => {
    const { intake, seen, appended } = house([given("evt_1"), given("evt_2")]);
    expect(await intake.tick()).toBe(2);
    expect(seen).toEqual(["take at 0 for 10000", "append evt_1,evt_2", "clear evt_1,evt_2"]);
    expect(appended[0]?.events.map(({ createdAt }) => createdAt)).toEqual([NOW, NOW]);
  });

  it("does nothing where nothing waits", async () => {
    const { intake, seen } = house([]);
    expect(await intake.tick()).toBe(0);
    expect(seen).toEqual(["take at 0 for 10000"]);
  });

  it("keeps deliveries and waiting events in the order of their events", async () => {
    const { intake, appended } = house([given("evt_2"), given("evt_1")], {
      derive: (one) => ({
        events: [one],
        deliveries: [delivery(`dlv_${one.id}`, "sub_1", { eventIds: [one.id] })],
        pending: [pending("sub_2", one.id)],
      }),
    });
    await intake.tick();
    expect(appended[0]?.deliveries.map(({ id }) => id)).toEqual(["dlv_evt_2", "dlv_evt_1"]);
    expect(appended[0]?.pending.map(({ eventId }) => eventId)).toEqual(["evt_2", "evt_1"]);
  });

  it("keeps the order where schemas answer in another", async () => {
    const answers = new Map(["evt_1", "evt_2", "evt_3"].map((id) => [id, deferred<EventRecord>()]));
    const { intake, appended } = house(
      [...answers.keys()].map((id) => given(id)),
      {
        draft: ({ id }) => answers.get(id)?.promise ?? event(),
      },
    );
    const done = intake.tick();
    await rounds();
    for (const id of ["evt_3", "evt_1", "evt_2"]) answers.get(id)?.resolve(event({ id }));
    await done;
    expect(appended.flatMap(({ events }) => events.map(({ id }) => id))).toEqual(["evt_1", "evt_2", "evt_3"]);
  });

  it("makes an append before the rows are too many, and clears what it holds", async () => {
    const ids = Array.from({ length: 7 }, (_, i) => `evt_${i}`);
    const { intake, seen } = house(
      ids.map((id) => given(id)),
      {
        derive: (one) => ({
          events: [one],
          deliveries: Array.from({ length: 400 }, (_, i) =>
            delivery(`dlv_${i}_${one.id}`, `sub_${i}`, { eventIds: [one.id] }),
          ),
          pending: [],
        }),
      },
    );
    expect(await intake.tick()).toBe(7);
    expect(seen.slice(1)).toEqual([
      "append evt_0,evt_1,evt_2",
      "clear evt_0,evt_1,evt_2",
      "append evt_3,evt_4,evt_5",
      "clear evt_3,evt_4,evt_5",
      "append evt_6",
      "clear evt_6",
    ]);
  });

  it.each([
    ["many", Array.from({ length: 200 }, (_, i) => given(`evt_${i}`))],
    ["large", Array.from({ length: 4 }, (_, i) => given(`evt_${i}`, { data: `"${"x".repeat(200_000)}"` }))],
  ])("lets the event loop go round between slices of what is %s", async (_, events) => {
    let turns = 0;
    let running = true;
    const count = () => {
      turns++;
      if (running) setImmediate(count);
    };
    setImmediate(count);
    const { intake, appended } = house(events);
    expect(await intake.tick()).toBe(events.length);
    running = false;
    expect(turns).toBeGreaterThanOrEqual(3);
    expect(appended.flatMap((entries) => entries.events)).toHaveLength(events.length);
  });

  describe("refuses", () => {
    it("what is invalid, and publishes what is around it", async () => {
      const { intake, seen, refusals, reported } = house([given("evt_1"), given("evt_bad"), given("evt_2")], {
        draft: refusing(() => {
          throw invalid();
        }),
      });
      expect(await intake.tick()).toBe(3);
      expect(seen.slice(1)).toEqual(["append evt_1,evt_2", "clear evt_1,evt_2", "refuse evt_bad at 0"]);
      expect(reported).toHaveLength(1);
      expect(reported[0]).toMatchObject({
        code: "INVALID_DATA",
        message: 'The event "evt_bad", published from SQL, was refused: The data is not acceptable.',
        issues: [{ path: ["n"], message: "Expected a number." }],
      });
      expect(JSON.parse(refusals[0]?.error ?? "")).toEqual({
        code: "INVALID_DATA",
        message: reported[0]?.message,
        issues: reported[0]?.issues,
      });
    });

    it("what is refused alone, without an append", async () => {
      const { intake, seen } = house([given("evt_bad")], {
        draft: refusing(() => Promise.reject(invalid())),
      });
      expect(await intake.tick()).toBe(1);
      expect(seen).toEqual(["take at 0 for 10000", "refuse evt_bad at 0"]);
    });

    it.each<[string, () => EventRecord | Promise<EventRecord>]>([
      [
        "throws an error that quotes the data",
        () => {
          throw new RangeError("bad value: s3cret");
        },
      ],
      ["rejects with no error", () => Promise.reject("s3cret")],
      ["rejects with null", () => Promise.reject(null)],
      [
        "throws an object that cannot be looked at",
        () => {
          throw new Proxy({}, { get: () => expect.fail("s3cret") });
        },
      ],
    ])("an event whose validation %s, and tells nothing of the data", async (_, fail) => {
      const { intake, seen, refusals, reported } = house([given("evt_bad"), given("evt_2")], {
        draft: refusing(fail),
      });
      await intake.tick();
      expect(seen).toContain("append evt_2");
      expect(reported).toMatchObject([{ code: "INVALID_DATA" }]);
      expect(reported[0]?.cause).toBeUndefined();
      expect(reported[0]?.message).toMatch(/"evt_bad".*Validating it threw/);
      expect(refusals[0]?.error).not.toContain("s3cret");
      expect(reported[0]?.message).not.toContain("s3cret");
    });

    it("an event whose schema does not answer in time", async () => {
      const { intake, seen, reported } = house([given("evt_bad"), given("evt_2")], {
        draft: refusing(() => new Promise(() => {})),
        patienceMs: 1,
      });
      await intake.tick();
      expect(seen).toContain("append evt_2");
      expect(reported).toMatchObject([
        { code: "INVALID_DATA", message: expect.stringMatching(/within 1 ms/) },
      ]);
    });

    it("an event whose hearers cannot be read, not those whose store is away", async () => {
      const unreadable = new WebhookError("CONFIGURATION", "unreadable");
      const { intake, seen, reported } = house([given("evt_1"), given("evt_2")], {
        derive: async (one) => (one.id === "evt_1" ? Promise.reject(unreadable) : alone(one)),
      });
      await intake.tick();
      expect(seen).toContain("append evt_2");
      expect(reported).toMatchObject([{ code: "CONFIGURATION" }]);
    });

    it("with at most twenty issues kept", async () => {
      const issues = Array.from({ length: 50 }, (_, i) => ({ path: [i], message: "no" }));
      const { intake, refusals, reported } = house([given("evt_bad")], {
        draft: refusing(() => {
          throw new WebhookError("INVALID_DATA", "no", { issues });
        }),
      });
      await intake.tick();
      expect(JSON.parse(refusals[0]?.error ?? "").issues).toHaveLength(20);
      expect(reported[0]?.issues).toHaveLength(50);
    });
  });

  describe("leaves events to be taken again", () => {
    const away = new WebhookError("STORE_UNAVAILABLE", "away");

    it("when the hearers cannot be asked for", async () => {
      const { intake, seen, waiting, reported } = house([given("evt_1")], {
        derive: () => Promise.reject(away),
      });
      await expect(intake.tick()).rejects.toBe(away);
      expect(seen).toEqual(["take at 0 for 10000"]);
      expect([waiting(), reported]).toEqual([["evt_1"], []]);
    });

    it("when the append fails, refused ones too", async () => {
      const { intake, waiting, reported, refusals } = house([given("evt_1"), given("evt_bad")], {
        draft: refusing(() => {
          throw invalid();
        }),
        append: () => Promise.reject(away),
      });
      await expect(intake.tick()).rejects.toBe(away);
      expect([waiting(), reported, refusals]).toEqual([["evt_1", "evt_bad"], [], []]);
    });

    it("when they cannot be cleared: the append is made again, with the same ids", async () => {
      let failures = 1;
      const { intake, seen } = house(
        [given("evt_1")],
        {},
        {
          async clearInbox() {
            if (failures-- > 0) throw away;
          },
        },
      );
      await expect(intake.tick()).rejects.toBe(away);
      await intake.tick();
      expect(seen.filter((step) => step.startsWith("append"))).toEqual(["append evt_1", "append evt_1"]);
    });

    it("and reports a refusal only once it is kept", async () => {
      const { intake, reported } = house(
        [given("evt_bad")],
        {
          draft: refusing(() => {
            throw invalid();
          }),
        },
        { refuseInbox: () => Promise.reject(away) },
      );
      await expect(intake.tick()).rejects.toBe(away);
      expect(reported).toEqual([]);
    });
  });
});

describe("hasInbox", () => {
  const all: Required<Inbox> = {
    takeInbox: async () => [],
    clearInbox: async () => {},
    refuseInbox: async () => {},
  };

  it("asks for all three methods", () => {
    expect(hasInbox(all)).toBe(true);
    for (const name of ["takeInbox", "clearInbox", "refuseInbox"] as const) {
      const { [name]: _, ...rest } = all;
      expect(hasInbox(rest)).toBe(false);
    }
  });
});
