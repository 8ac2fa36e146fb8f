import { describe, expect, it } from "vitest";
import { WebhookError } from "../../src/model/errors.js";
import type { Entries } from "../../src/model/store.js";
import type { Hearer } from "../../src/publish/derive.js";
import { type EventInput, Publisher, type PublisherParts } from "../../src/publish/publisher.js";
import { clockAt, failure, NOW, paths, rounds } from "../make.js";

const INSTANT: Hearer = { id: "sub_1", scope: "", type: "event", format: "standard" };
const BATCH: Hearer = { id: "sub_2", scope: "", type: "batch", format: "array" };

/** A publisher over a store that remembers, with all that was asked of its parts. */
function house(change: Partial<PublisherParts<string>> = {}) {
  const seen: string[] = [];
  const known = new Set<string>();
  const appended: { entries: Entries; tx: string | undefined }[] = [];
  const parts: PublisherParts<string> = {
    clock: clockAt(),
    maxEventBytes: 1000,
    validate: (type, data) => {
      seen.push(`validate ${type}`);
      return { value: data };
    },
    checkScope: (scope) => void seen.push(`scope ${scope}`),
    hearers: (scope, type) => {
      seen.push(`match ${type} at ${scope}`);
      return [INSTANT, BATCH];
    },
    lane: () => "",
    append: async (entries, tx) => {
      seen.push("append");
      appended.push({ entries, tx });
      const fresh = entries.events.map(({ id }) => id).filter((id) => !known.has(id));
      for (const id of fresh) known.add(id);
      return fresh;
    },
    ...change,
  };
  return { publisher: new Publisher<string>(parts), seen, appended };
}

const input = (change: Partial<EventInput> = {}): EventInput => ({
  type: "order.paid",
  data: { n: 1 },
  ...change,
});

describe("publishOne", () => {
  it("validates, matches, appends, in that order", async () => {
    const { publisher, seen } = house();
    await publisher.publishOne(input({ scope: "organization:acme" }));
    expect(seen).toEqual([
      "validate order.paid",
      "scope organization:acme",
      "match order.paid at organization:acme",
      "append",
    ]);
  });

  it("answers what became of it", async () => {
    const { publisher } = house();
    expect(await publisher.publishOne(input({ id: "a", at: 0 }))).toEqual({
      id: "a",
      type: "order.paid",
      scope: "",
      at: "1970-01-01T00:00:00.000Z",
      duplicate: false,
      deliveries: 1,
      pending: 1,
    });
    expect(await publisher.publishOne(input({ id: "a" }))).toMatchObject({
      duplicate: true,
      deliveries: 0,
      pending: 0,
    });
  });

  it("stores what validation answered, not what was given", async () => {
    const { publisher, appended } = house({ validate: async () => ({ value: { clean: true } }) });
    await publisher.publishOne(input());
    expect(appended[0]?.entries.events[0]?.data).toBe('{"clean":true}');
  });

  it("waits for hearers that are not known yet", async () => {
    const { publisher } = house({ hearers: async () => [BATCH] });
    expect(await publisher.publishOne(input())).toMatchObject({ deliveries: 0, pending: 1 });
  });

  it.each<[string, Partial<PublisherParts<string>>]>([
    ["validation", { validate: () => Promise.reject(new WebhookError("INVALID_DATA", "no")) }],
    [
      "the scope",
      {
        checkScope: () => {
          throw new WebhookError("UNKNOWN_SCOPE", "no");
        },
      },
    ],
    ["matching", { hearers: () => Promise.reject(new Error("store away")) }],
    ["appending", { append: () => Promise.reject(new Error("disk full")) }],
  ])("rejects and stores nothing when %s fails", async (_, change) => {
    const { publisher, appended } = house(change);
    await expect(publisher.publishOne(input())).rejects.toThrow(/^(no|store away|disk full)$/);
    expect(appended).toEqual([]);
  });

  it("rides in the host's transaction by itself, past the group", async () => {
    const { publisher, appended } = house();
    const both = Promise.all([
      publisher.publishOne(input({ id: "a" }), "tx"),
      publisher.publishOne(input({ id: "b" })),
    ]);
    await both;
    expect(appended.map(({ entries, tx }) => [entries.events.map(({ id }) => id), tx])).toEqual([
      [["a"], "tx"],
      [["b"], undefined],
    ]);
  });

  it("shares an append with those of the same turn, and gives one id to the first", async () => {
    const { publisher, appended } = house();
    const answers = await Promise.all(["a", "b", "a"].map((id) => publisher.publishOne(input({ id }))));
    expect(appended).toHaveLength(1);
    expect(answers.map(({ duplicate }) => duplicate)).toEqual([false, false, true]);
  });
});

describe("publish", () => {
  it("stores many in one append, at one moment", async () => {
    const { publisher, appended } = house();
    const answers = await publisher.publish([input({ id: "a" }), input({ id: "b" }), input({ id: "a" })]);
    expect(answers.map(({ id, duplicate, deliveries }) => [id, duplicate, deliveries])).toEqual([
      ["a", false, 1],
      ["b", false, 1],
      ["a", true, 0],
    ]);
    expect(appended).toHaveLength(1);
    expect(appended[0]?.entries.events.map(({ createdAt }) => createdAt)).toEqual([NOW, NOW]);
  });

  it("tells which ids an earlier call had", async () => {
    const { publisher } = house();
    await publisher.publish([input({ id: "a" })]);
    const answers = await publisher.publish([input({ id: "b" }), input({ id: "a" })]);
    expect(answers.map(({ duplicate, deliveries, pending }) => [duplicate, deliveries, pending])).toEqual([
      [false, 1, 1],
      [true, 0, 0],
    ]);
  });

  it("in the host's transaction tells repeated ids apart just so", async () => {
    const { publisher, appended } = house();
    const answers = await publisher.publish([input({ id: "a" }), input({ id: "a" })], "tx");
    expect(answers.map(({ duplicate }) => duplicate)).toEqual([false, true]);
    expect(appended.map(({ tx }) => tx)).toEqual(["tx"]);
  });

  it("of none does nothing", async () => {
    const { publisher, seen } = house();
    expect(await publisher.publish([])).toEqual([]);
    await rounds();
    expect(seen).toEqual([]);
  });

  it("says which one was bad, and stores none", async () => {
    const { publisher, appended } = house();
    const error = await failure("INVALID_DATA", () =>
      publisher.publish([input(), input({ data: 1n, at: -1 })]),
    );
    expect(error.message).toContain("Event 1");
    expect(paths(error)).toEqual(["1.at", "1.data"]);
    expect(appended).toEqual([]);
  });

  it("counts also an only one, where publishOne has no number to tell", async () => {
    const { publisher } = house();
    const bad = input({ at: -1 });
    expect(paths(await failure("INVALID_DATA", () => publisher.publish([bad])))).toEqual(["0.at"]);
    expect(paths(await failure("INVALID_DATA", () => publisher.publishOne(bad)))).toEqual(["at"]);
  });

  it("takes 10 000 at once and no more", async () => {
    const { publisher, appended } = house();
    const many = Array.from({ length: 10_000 }, () => input());
    expect(await publisher.publish(many)).toHaveLength(10_000);
    const error = await failure("INVALID_ARGUMENT", () => publisher.publish([...many, input()]));
    expect(error.issues).toEqual([{ path: [], message: "10001 events" }]);
    expect(appended).toHaveLength(1);
  });

  it.each([undefined, null, "events", {}])("refuses %j in place of events", async (many) => {
    const { publisher } = house();
    await failure("INVALID_ARGUMENT", () => publisher.publish(many as unknown as EventInput[]));
  });

  it.each([undefined, null, "order.paid", 7])("refuses %j in place of one of them", async (one) => {
    const { publisher, appended } = house();
    const error = await failure("INVALID_ARGUMENT", () =>
      publisher.publish([input(), one as unknown as EventInput]),
    );
    expect(paths(error)).toEqual(["1"]);
    expect(appended).toEqual([]);
  });
});

describe("draft", () => {
  it("makes the event and stores nothing", () => {
    const { publisher, seen } = house();
    const drafted = publisher.draft(input({ id: "a", at: 5, data: { n: 1.5 } }), 7);
    expect(drafted).toMatchObject({ id: "a", at: 5, createdAt: 7, data: '{"n":1.5}' });
    expect(seen).toEqual(["validate order.paid", "scope "]);
  });

  it("keeps a text that is given, and bounds its bytes", async () => {
    const { publisher } = house();
    const text = '{"n": 10000000000000000000000001}';
    expect(publisher.draft(input(), 0, text)).toMatchObject({ data: text });
    expect(paths(await failure("INVALID_DATA", () => publisher.draft(input(), 0, "1".repeat(1001))))).toEqual(
      ["data"],
    );
  });
});
