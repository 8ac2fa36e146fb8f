import { memoryStore } from "hookwright/stores/memory";
import { afterEach, describe, expect, it, test } from "vitest";
import * as z from "zod";
import { schemasOf } from "../../src/http/openapi/schemas.js";
import { problemOf } from "../../src/http/problem.js";
import { answering, documentedSchemas } from "../../src/http/schemas/documented.js";
import * as schemas from "../../src/http/schemas/index.js";
import { WebhookError } from "../../src/model/errors.js";
import { cleanAll, flowOn, HOUR, only } from "../flow/harness.js";
import { judge } from "./documents.js";

afterEach(cleanAll);

describe("the compiler", () => {
  interface Thing {
    readonly id: string;
    readonly kind: "a" | "b" | null;
    readonly note?: string;
    readonly tags: readonly string[];
  }
  const info = { id: "Thing", description: "A thing." };
  const id = z.string();
  const kind = z.enum(["a", "b"]).nullable();
  const note = z.string().exactOptional();
  const tags = z.array(z.string());

  it("takes a schema that is the type, and refuses each drift", () => {
    answering<Thing>()(info, z.object({ id, kind, note, tags }));
    // @ts-expect-error -- a field less
    answering<Thing>()(info, z.object({ id, kind, note }));
    // @ts-expect-error -- an optional field less
    answering<Thing>()(info, z.object({ id, kind, tags }));
    // @ts-expect-error -- a field more
    answering<Thing>()(info, z.object({ id, kind, note, tags, more: z.string() }));
    // @ts-expect-error -- an optional field more
    answering<Thing>()(info, z.object({ id, kind, note, tags, more: z.string().exactOptional() }));
    // @ts-expect-error -- a value less
    answering<Thing>()(info, z.object({ id, kind: z.enum(["a"]).nullable(), note, tags }));
    // @ts-expect-error -- a value more
    answering<Thing>()(info, z.object({ id, kind: z.enum(["a", "b", "c"]).nullable(), note, tags }));
    // @ts-expect-error -- never null
    answering<Thing>()(info, z.object({ id, kind: z.enum(["a", "b"]), note, tags }));
    // @ts-expect-error -- required
    answering<Thing>()(info, z.object({ id, kind, note: z.string(), tags }));
    // @ts-expect-error -- of another type, inside
    answering<Thing>()(info, z.object({ id, kind, note, tags: z.array(z.number()) }));
    // @ts-expect-error -- anything
    answering<Thing>()(info, z.object({ id: z.any(), kind, note, tags }));
    expect(documentedSchemas.get(answering<string>()(info, z.string()))).toEqual(info);
  });
});

describe("what the library answers is what the schemas say, field for field", () => {
  const strict = (schema: z.ZodType) => judge(schema, true);
  /** As it goes over the wire. */
  const wire = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

  it("subscriptions, with all settings and with none", async () => {
    const { webhooks, pass, answer, subscribe } = flowOn(memoryStore);
    await webhooks.migrate();
    const made = await webhooks.subscriptions.create(
      {
        name: "All settings",
        url: "https://user:pass@hooks.example.com/in",
        events: ["order.*"],
        type: "batch",
        batch: { maxEvents: 2 },
        headers: { "X-A": "1" },
        retry: { schedule: [0, "1m"], timeout: "5s" },
        autoDisable: { failingFor: "5d" },
        metadata: { a: [1] },
        signing: { scheme: "standard-ed25519" },
        enabled: true,
      },
      { actor: { type: "user", id: "u" } },
    );
    expect(strict(schemas.subscriptionWithSecretAnswer)(wire(made))).toEqual([]);
    const { id } = await subscribe({ autoDisable: { consecutive: 1 } });
    answer(503);
    await webhooks.publish("order.paid", { n: 1 });
    await pass(0);
    const disabled = await webhooks.subscriptions.get(id);
    expect(disabled.disabledReason).toBe("consecutive");
    const bare = await webhooks.subscriptions.create({ name: "Bare" });
    const page = await webhooks.subscriptions.list();
    expect(page.items).toHaveLength(3);
    expect(strict(schemas.pageOf(schemas.subscriptionAnswer))(wire(page))).toEqual([]);
    expect(strict(schemas.subscriptionWithSecretAnswer)(wire(bare))).toEqual([]);
    const rotated = await webhooks.subscriptions.rotateSecret(id);
    expect(strict(schemas.subscriptionWithSecretAnswer)(wire(rotated))).toEqual([]);
  });

  it("deliveries, attempts, events, and what waits", async () => {
    const { webhooks, pass, answer, subscribe } = flowOn(memoryStore);
    const { id } = await subscribe();
    const batch = await subscribe({ type: "batch" });
    const published = await webhooks.publish("order.paid", { n: 1 });
    expect(strict(schemas.publishedAnswer)(wire(published))).toEqual([]);
    const pending = await webhooks.subscriptions.pendingEvents(batch.id);
    expect(pending.items).toHaveLength(1);
    expect(strict(schemas.pageOf(schemas.pendingEventAnswer))(wire(pending))).toEqual([]);
    answer({ status: 500, headers: { "x-a": "b" }, body: "no" });
    await pass(0);
    answer({ kind: "failure", reason: "tls", message: "", ms: 1 });
    await pass(HOUR);
    answer(200);
    await pass(HOUR);
    const page = await webhooks.deliveries.list({ subscriptionId: id });
    expect(strict(schemas.pageOf(schemas.deliveryAnswer))(wire(page))).toEqual([]);
    const details = await webhooks.deliveries.get(only(page.items).id);
    expect(details.attemptLog).toHaveLength(3);
    expect(strict(schemas.deliveryDetailsAnswer)(wire(details))).toEqual([]);
    const test = await webhooks.subscriptions.sendTest(id);
    expect(strict(schemas.deliveryAnswer)(wire(test))).toEqual([]);
    const events = await webhooks.events.list();
    expect(events.items).toHaveLength(2);
    expect(strict(schemas.pageOf(schemas.eventAnswer))(wire(events))).toEqual([]);
  });

  it("the catalogue", () => {
    const { catalogue } = flowOn(memoryStore).webhooks;
    const { events } = catalogue.describe({ at: "signin" });
    const answer = { scope: "", kind: "signin", groups: catalogue.groups({ at: "signin" }), events };
    expect(strict(schemas.catalogueAnswer)(wire(answer))).toEqual([]);
    expect(strict(schemas.catalogueAnswer)(wire({ ...answer, more: 1 }))).not.toEqual([]);
  });

  it("problems", () => {
    const check = strict(schemas.problemAnswer);
    const issues = [{ path: ["a", 1], message: "Bad." }];
    for (const isQuery of [true, false]) {
      const error = new WebhookError("INVALID_ARGUMENT", "No.", { issues });
      expect(check(wire(problemOf(error, { isConditional: false, isQuery }).problem))).toEqual([]);
    }
    expect(check(wire(problemOf(new Error("x"), { isConditional: false, isQuery: true }).problem))).toEqual(
      [],
    );
    expect(check({ code: "NO_SUCH_CODE", title: "", status: 400, detail: "" })).not.toEqual([]);
  });

  it("counts", () => {
    expect(strict(schemas.countAnswer)({ events: 3 })).toEqual([]);
    expect(strict(schemas.countAnswer)({ events: -1 })).not.toEqual([]);
  });
});

const answers = Object.entries(schemas).flatMap(([name, value]): [string, z.ZodType][] =>
  name.endsWith("Answer") && value instanceof z.ZodType ? [[name, value]] : [],
);

describe.each(answers)("%s", (_, schema) => {
  it("has a name and a description", () => {
    expect(documentedSchemas.get(schema)?.id).toMatch(/^[A-Z][A-Za-z]+$/);
    expect(documentedSchemas.get(schema)?.description).toMatch(/\.$/);
  });

  it("has examples that it takes itself", () => {
    for (const example of documentedSchemas.get(schema)?.examples ?? []) {
      expect(judge(schema, true)(example)).toEqual([]);
    }
  });

  it("is open: fields to come are no error for whoever reads", () => {
    const { named } = schemasOf([schema]);
    const objects = Object.values(named).filter(({ type }) => type === "object");
    expect(objects.length).toBeGreaterThan(0);
    for (const one of objects) expect(one.additionalProperties).toBeUndefined();
  });

  it("leaves zod's global registry to the host", () => {
    expect(z.globalRegistry.get(schema)?.id).toBeUndefined();
  });
});

describe("pageOf", () => {
  it("gives the same page of the same schema, with one name", () => {
    const page = schemas.pageOf(schemas.deliveryAnswer);
    expect(schemas.pageOf(schemas.deliveryAnswer)).toBe(page);
    expect(documentedSchemas.get(page)?.id).toBe("DeliveryPage");
    expect(documentedSchemas.get(schemas.pageOf(z.string()))).toBeUndefined();
  });
});

describe("queries", () => {
  test.each<[z.ZodObject, Record<string, string>, Record<string, unknown>]>([
    [schemas.pageQuery, {}, {}],
    [schemas.pageQuery, { limit: "1", cursor: "c" }, { limit: 1, cursor: "c" }],
    [schemas.pageQuery, { limit: "200" }, { limit: 200 }],
    [
      schemas.listSubscriptionsQuery,
      { scope: "a:b", descendants: "false", enabled: "true" },
      { scope: "a:b", descendants: false, enabled: true },
    ],
    [
      schemas.listDeliveriesQuery,
      { subscriptionId: "s", eventId: "e", scope: "", status: "failed" },
      { subscriptionId: "s", eventId: "e", scope: "", status: "failed" },
    ],
    [
      schemas.listEventsQuery,
      { type: "a.b", since: "2026-01-01T00:00:00+01:00" },
      { type: "a.b", since: "2026-01-01T00:00:00+01:00" },
    ],
    [schemas.listEventsQuery, { since: "2026-01-01" }, { since: "2026-01-01" }],
    [schemas.statisticsQuery, { bucket: "15m", until: "2026-01-01" }, { bucket: "15m", until: "2026-01-01" }],
    [schemas.statisticsQuery, { bucket: "60000" }, { bucket: 60_000 }],
    [schemas.catalogueQuery, { scope: "a:b" }, { scope: "a:b" }],
  ])("take %#", (schema, given, expected) => {
    expect(schema.parse(given)).toEqual(expected);
  });

  test.each<[string, z.ZodObject, Record<string, string>]>([
    ["limit", schemas.pageQuery, { limit: "0" }],
    ["limit", schemas.pageQuery, { limit: "201" }],
    ["limit", schemas.pageQuery, { limit: "1.5" }],
    ["limit", schemas.pageQuery, { limit: "" }],
    ["limit", schemas.pageQuery, { limit: "0x10" }],
    ["limit", schemas.pageQuery, { limit: "-1" }],
    ["limit", schemas.pageQuery, { limit: "9".repeat(400) }],
    ["descendants", schemas.listSubscriptionsQuery, { descendants: "yes" }],
    ["enabled", schemas.listSubscriptionsQuery, { enabled: "" }],
    ["enabled", schemas.listSubscriptionsQuery, { enabled: "TRUE" }],
    ["status", schemas.listDeliveriesQuery, { status: "lost" }],
    ["since", schemas.listEventsQuery, { since: "yesterday" }],
    ["since", schemas.listEventsQuery, { since: "2026-01-01T00:00:00" }],
    ["until", schemas.statisticsQuery, { until: "" }],
  ])("refuse a bad %s, case %#", (name, schema, given) => {
    const { success, error } = schema.safeParse(given);
    expect(success).toBe(false);
    const issue = only(error?.issues ?? []);
    expect(issue.path).toEqual([name]);
    expect(issue.message).toMatch(/\.$|Invalid option/);
  });

  it("refuse a parameter that there is none of", () => {
    expect(schemas.catalogueQuery.safeParse({ limit: "1" }).success).toBe(false);
  });

  it("take as large a page as the library, and no larger", async () => {
    const { webhooks } = flowOn(memoryStore);
    await expect(webhooks.events.list({ limit: 200 })).resolves.toBeDefined();
    await expect(webhooks.events.list({ limit: 201 })).rejects.toThrow("limit");
  });
});
