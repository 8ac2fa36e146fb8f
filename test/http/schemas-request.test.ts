import fc from "fast-check";
import { memoryStore } from "hookwright/stores/memory";
import { afterEach, describe, expect, it, test } from "vitest";
import * as schemas from "../../src/http/schemas/index.js";
import { isWebhookError } from "../../src/model/errors.js";
import { FIELDS } from "../../src/subscriptions/fields.js";
import type { SubscriptionInput, SubscriptionPatch } from "../../src/subscriptions/input.js";
import { cleanAll, flowOn } from "../flow/harness.js";
import { judge } from "./documents.js";

afterEach(cleanAll);

const creating = judge(schemas.subscriptionInput);
const patching = judge(schemas.subscriptionPatch);

const text = fc.string({ unit: "binary", maxLength: 8 });
const number = fc.oneof(
  fc.integer({ min: -2, max: 100 }),
  fc.constantFrom(0.5, 999, 1000, 1024, 20_000, 20_001, 60_000, 86_400, 604_800_000, 1e12),
);
const duration = fc.oneof(
  number,
  fc.constantFrom("15s", "1m", "0s", "1.5h", "7d", "8d", "365d", "1 s", "s", "-1s", "1S", "60s", "1ms", "١s"),
);
const garbage = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>,
  fc.constantFrom<unknown>(null, true, false, 0, "", [], {}),
);
const maybe = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 6, arbitrary: value }, { weight: 1, arbitrary: garbage });
const some = (fields: Record<string, fc.Arbitrary<unknown>>) => fc.record(fields, { requiredKeys: [] });
const few = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 3 });

/** What people send: mostly right, each field now and then wrong. */
const fields: Record<keyof typeof FIELDS, fc.Arbitrary<unknown>> = {
  name: maybe(
    fc.oneof(
      text,
      fc.constantFrom("Splunk", "𝒜𝒜", "𝒜a", "ab", "a b", " abc", "é".repeat(125), "𝒜".repeat(63)),
    ),
  ),
  description: maybe(fc.oneof(text, fc.constantFrom("x".repeat(500), "𝒜".repeat(250), "x".repeat(501)))),
  type: maybe(fc.constantFrom("event", "batch")),
  url: maybe(
    fc.constantFrom(
      "https://hooks.example.com/in",
      "https://u:p@hooks.example.com/",
      "https:/",
      "https://hooks.example.com/𝒜",
      `https://hooks.example.com/${"a".repeat(474)}`,
    ),
  ),
  credentials: maybe(fc.constant(false)),
  events: maybe(few(maybe(fc.constantFrom("order.paid", "order.*", "*", "nothing", "x".repeat(131))))),
  contentType: maybe(fc.constantFrom("application/json", 'a/b;c="d \\" e"', "a/b ; c=d", "json", "a/b;")),
  headers: maybe(
    fc.dictionary(fc.constantFrom("X-A", "x-b", "Host", "a b", "__proto__"), maybe(text), { maxKeys: 3 }),
  ),
  format: maybe(fc.constantFrom("standard", "array", "none")),
  signing: maybe(some({ scheme: maybe(fc.constantFrom("standard", "github", "none")), secret: maybe(text) })),
  retry: maybe(some({ schedule: maybe(few(maybe(duration))), timeout: maybe(duration) })),
  autoDisable: maybe(
    fc.oneof(
      fc.constantFrom("exhausted", "never", "sometimes"),
      some({ consecutive: maybe(number) }),
      some({ failingFor: maybe(duration) }),
      some({ consecutive: number, failingFor: duration }),
    ),
  ),
  tls: maybe(some({ verify: maybe(fc.boolean()) })),
  ordered: maybe(fc.boolean()),
  metadata: maybe(fc.dictionary(text, garbage, { maxKeys: 2 })),
  batch: maybe(some({ maxEvents: maybe(number), intervalMinutes: maybe(number), maxBytes: maybe(number) })),
  enabled: maybe(fc.boolean()),
};

/** A few fields at a time: with all of them, hardly an input would be without a mistake. */
function inputs(all: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> {
  const pairs = Object.entries(all).map(([key, value]) => value.map((made) => [key, made] as const));
  return fc
    .uniqueArray(fc.oneof(...pairs), { maxLength: 3, selector: ([key]) => key })
    .map(Object.fromEntries);
}

async function isTaken(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (!isWebhookError(error)) throw error;
    return false;
  }
}

describe("what the schema refuses the library refuses, so that what the library takes the schema takes", () => {
  it("creating", async () => {
    const { webhooks } = flowOn(memoryStore);
    await webhooks.migrate();
    const counts = { taken: 0, refused: 0 };
    const { credentials, name, ...others } = fields;
    const scope = maybe(fc.constantFrom<unknown>("", "organization:acme", "nowhere"));
    const named = fc.tuple(inputs({ ...others, scope }), name, fc.integer({ min: 0, max: 9 }));
    await fc.assert(
      fc.asyncProperty(named, async ([rest, given, dice]) => {
        const input: unknown = dice === 0 ? rest : { name: dice < 4 ? given : "Endpoint", ...rest };
        const refusals = creating(input);
        const taken = await isTaken(() => webhooks.subscriptions.create(input as SubscriptionInput));
        if (taken) expect(refusals).toEqual([]);
        counts.taken += Number(taken);
        counts.refused += Number(refusals.length > 0);
      }),
      { numRuns: 1500 },
    );
    expect(counts.taken).toBeGreaterThan(150);
    expect(counts.refused).toBeGreaterThan(150);
  });

  it("changing", async () => {
    const { webhooks, subscribe } = flowOn(memoryStore);
    const { id } = await subscribe({ enabled: false });
    const counts = { taken: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(inputs(fields), async (patch) => {
        const refusals = patching(patch);
        const taken = await isTaken(() => webhooks.subscriptions.update(id, patch as SubscriptionPatch));
        if (taken) expect(refusals).toEqual([]);
        counts.taken += Number(taken);
        counts.refused += Number(refusals.length > 0);
      }),
      { numRuns: 1500 },
    );
    expect(counts.taken).toBeGreaterThan(150);
    expect(counts.refused).toBeGreaterThan(150);
  });
});

describe("the library takes, and so does the schema", () => {
  const all = {
    description: null,
    url: null,
    events: null,
    contentType: null,
    headers: null,
    format: null,
    retry: null,
    autoDisable: null,
    tls: null,
    metadata: null,
    batch: null,
  };
  test.each<[string, Record<string, unknown>]>([
    ["null wherever it clears something", all],
    ["the shortest name", { name: "𝒜aa" }],
    ["the longest name", { name: "𝒜".repeat(125) }],
    ["the longest description", { description: "x".repeat(500) }],
    ["the root", { scope: "" }],
    ["no scope", { scope: null }],
    [
      "as many headers as there may be",
      { headers: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`x-${i}`, ""])) },
    ],
    ["as many events as there may be", { events: Array.from({ length: 200 }, () => "*") }],
    ["the longest schedule", { retry: { schedule: Array.from({ length: 20 }, () => "7d"), timeout: "60s" } }],
    ["the shortest schedule", { retry: { schedule: [0], timeout: 1000 } }],
    ["half a minute of an hour", { retry: { schedule: ["0.5m", "1.5h", "250ms", 0.5] } }],
    ["nothing of retry", { retry: { schedule: null, timeout: null } }],
    ["a rule by name", { autoDisable: "never" }],
    ["a rule by count", { autoDisable: { consecutive: 1_000_000 } }],
    ["a rule by time", { autoDisable: { failingFor: "365d" } }],
    ["the smallest batch", { batch: { maxEvents: 2, intervalMinutes: 1, maxBytes: 1024 } }],
    [
      "the largest batch",
      { batch: { maxEvents: 20_000, intervalMinutes: 86_400, maxBytes: 64 * 1024 * 1024 } },
    ],
    ["a media type with parameters", { contentType: 'a/b ;c="d \\" e"; f=g' }],
    ["metadata", { metadata: { a: [1, null, { b: true }] } }],
    ["a scheme", { signing: { scheme: "none" } }],
  ])("%s", async (_, change) => {
    const input = { name: "Endpoint", ...change };
    const { webhooks } = flowOn(memoryStore);
    await webhooks.migrate();
    await webhooks.subscriptions.create(input as SubscriptionInput);
    expect(creating(input)).toEqual([]);
  });
});

describe("the schema refuses", () => {
  test.each<[string, Record<string, unknown>]>([
    ["no name", {}],
    ["a short name", { name: "a" }],
    ["a name of two code points", { name: "𝒜a" }],
    ["a name with other characters", { name: "a/bc" }],
    ["credentials when creating", { name: "abc", credentials: false }],
    ["an unknown field", { name: "abc", retries: 3 }],
    ["a scope that is no text", { name: "abc", scope: 1 }],
    ["a list of headers", { name: "abc", headers: [] }],
    ["a header that is no text", { name: "abc", headers: { a: 1 } }],
    ["events that are no list", { name: "abc", events: "*" }],
    ["too many events", { name: "abc", events: Array.from({ length: 201 }, () => "*") }],
    ["an empty schedule", { name: "abc", retry: { schedule: [] } }],
    ["a wait of nine days", { name: "abc", retry: { schedule: [9 * 86_400_000] } }],
    ["a wait that is none", { name: "abc", retry: { schedule: ["soon"] } }],
    ["a short time-out", { name: "abc", retry: { timeout: 10 } }],
    ["an unknown part of retry", { name: "abc", retry: { tries: 1 } }],
    ["an unknown rule", { name: "abc", autoDisable: "sometimes" }],
    ["two rules", { name: "abc", autoDisable: { consecutive: 1, failingFor: "1d" } }],
    ["no failures at all", { name: "abc", autoDisable: { consecutive: 0 } }],
    ["no rule", { name: "abc", autoDisable: {} }],
    ["half a batch", { name: "abc", batch: { maxEvents: 2.5 } }],
    ["metadata that is a list", { name: "abc", metadata: [] }],
    ["a media type that is none", { name: "abc", contentType: "json" }],
  ])("%s, as the library does", async (_, input) => {
    expect(creating(input)).not.toEqual([]);
    const { webhooks } = flowOn(memoryStore);
    expect(await isTaken(() => webhooks.subscriptions.create(input as unknown as SubscriptionInput))).toBe(
      false,
    );
  });
});

const withoutName = Object.keys(FIELDS).filter((key) => key !== "name" && key !== "credentials");

it("knows every field, and describes those that are functions", () => {
  for (const key of withoutName) {
    const refusals = creating({ name: "abc", [key]: 7 });
    expect([key, refusals.length > 0]).toEqual([key, true]);
    expect([key, refusals.some((refusal) => refusal.includes("additional"))]).toEqual([key, false]);
  }
});

describe("bodies of calls", () => {
  test.each<[string, Parameters<typeof judge>[0], unknown, boolean]>([
    ["rotate: nothing", schemas.rotateBody, {}, true],
    ["rotate: all", schemas.rotateBody, { secret: "x", overlap: "1h" }, true],
    ["rotate: milliseconds", schemas.rotateBody, { overlap: 0 }, true],
    ["rotate: too long", schemas.rotateBody, { overlap: 31 * 86_400_000 }, false],
    ["rotate: unknown", schemas.rotateBody, { now: true }, false],
    ["test: nothing", schemas.testBody, {}, true],
    ["test: a type", schemas.testBody, { type: "a.b" }, true],
    ["test: no text", schemas.testBody, { type: 1 }, false],
    ["recover: a date", schemas.recoverBody, { since: "2026-01-01" }, true],
    ["recover: milliseconds", schemas.recoverBody, { since: 0, until: 1 }, true],
    ["recover: nothing", schemas.recoverBody, {}, false],
    ["recover: no moment", schemas.recoverBody, { since: true }, false],
    ["publish: all", schemas.publishBody, { type: "a.b", data: null, scope: "", at: 0 }, true],
    ["publish: no data", schemas.publishBody, { type: "a.b" }, false],
    ["publish: unknown", schemas.publishBody, { type: "a.b", data: 1, tx: 1 }, false],
  ])("%s", (_, schema, body, isTaken) => {
    expect(judge(schema)(body).length === 0).toBe(isTaken);
  });
});
