import type { Webhooks } from "hookwright";
import { afterEach, describe, expect, it } from "vitest";
import { failure } from "../make.js";
import { cleanAll, flowOn, only, START, STORES, type TestCatalogue } from "./harness.js";

afterEach(cleanAll);

const MINE = "organization:mine";
const BELOW = `${MINE}/signin:lobby`;
/** Begins as mine does, and is another's all the same. */
const OTHER = "organization:mine-not";

type Call = (webhooks: Webhooks<TestCatalogue>, ids: Ids, within: string | undefined) => Promise<unknown>;

interface Ids {
  readonly subscription: string;
  readonly delivery: string;
  readonly event: string;
}

/** Every verb that takes an id, in an order in which each can still do what it does. */
const CALLS: readonly (readonly [string, Call])[] = [
  ["subscriptions.get", (w, { subscription: id }, within) => w.subscriptions.get(id, { within })],
  [
    "subscriptions.update",
    (w, { subscription: id }, within) => w.subscriptions.update(id, { name: "new" }, { within }),
  ],
  ["subscriptions.disable", (w, { subscription: id }, within) => w.subscriptions.disable(id, { within })],
  ["subscriptions.enable", (w, { subscription: id }, within) => w.subscriptions.enable(id, { within })],
  [
    "subscriptions.rotateSecret",
    (w, { subscription: id }, within) => w.subscriptions.rotateSecret(id, {}, { within }),
  ],
  ["subscriptions.sendTest", (w, { subscription: id }, within) => w.subscriptions.sendTest(id, { within })],
  [
    "subscriptions.pendingEvents",
    (w, { subscription: id }, within) => w.subscriptions.pendingEvents(id, { within }),
  ],
  ["subscriptions.flush", (w, { subscription: id }, within) => w.subscriptions.flush(id, { within })],
  [
    "subscriptions.statistics",
    (w, { subscription: id }, within) => w.subscriptions.statistics(id, { within }),
  ],
  [
    "subscriptions.recover",
    (w, { subscription: id }, within) => w.subscriptions.recover(id, { since: START, within }),
  ],
  ["events.get", (w, { event: id }, within) => w.events.get(id, { within })],
  ["deliveries.get", (w, { delivery: id }, within) => w.deliveries.get(id, { within })],
  ["deliveries.retry", (w, { delivery: id }, within) => w.deliveries.retry(id, { within })],
  ["deliveries.cancel", (w, { delivery: id }, within) => w.deliveries.cancel(id, { within })],
  ["subscriptions.delete", (w, { subscription: id }, within) => w.subscriptions.delete(id, { within })],
];

describe.each(STORES)("within a scope, on %s", (_, makeStore) => {
  async function set() {
    const flow = flowOn(makeStore);
    const { id } = await flow.subscribe({ scope: BELOW });
    flow.answer(500);
    const { id: event } = await flow.webhooks.publish("order.paid", { n: 1 }, { scope: BELOW });
    await flow.webhooks.runUntilIdle();
    const delivery = only((await flow.webhooks.deliveries.list()).items);
    return { ...flow, ids: { subscription: id, delivery: delivery.id, event } };
  }

  it.each(CALLS)("%s finds what is there or below", async (_name, call) => {
    for (const within of [undefined, "", MINE, BELOW]) {
      const { webhooks, ids } = await set();
      await call(webhooks, ids, within);
    }
  });

  it.each(CALLS)(
    "%s finds nothing elsewhere, says what it says of an unknown id, and changes nothing",
    async (_name, call) => {
      const { webhooks, ids, requests } = await set();
      const before = await webhooks.subscriptions.get(ids.subscription);
      const unknown = { subscription: "sub_none", delivery: "dlv_none", event: "evt_none" };
      const expected = await failure("NOT_FOUND", () => call(webhooks, unknown, MINE));
      for (const within of [
        OTHER,
        `${BELOW}/signin:x`,
        `${MINE}/signin:bar`,
        "organization:min",
        "nonsense",
      ]) {
        const found = await failure("NOT_FOUND", () => call(webhooks, ids, within));
        expect([found.message, found.issues]).toEqual([expected.message, expected.issues]);
      }
      await webhooks.runUntilIdle();
      expect(await webhooks.subscriptions.get(ids.subscription)).toEqual(before);
      expect(requests).toHaveLength(1);
      expect(only((await webhooks.deliveries.list()).items).status).toBe("failed");
    },
  );

  it.each(CALLS)("%s takes no scope that is no text", async (_name, call) => {
    const { webhooks, ids } = await set();
    await failure("INVALID_ARGUMENT", () => call(webhooks, ids, 7 as never));
  });
});

describe.each(STORES)("a subscription created with a key, on %s", (_, makeStore) => {
  const input = { name: "Splunk", scope: MINE };
  const actor = { type: "user", id: "ada" } as const;

  it("is made once, and tells its secret once", async () => {
    const { webhooks } = flowOn(makeStore);
    const context = { actor, idempotencyKey: "k1" };
    const [first, ...others] = await Promise.all(
      [1, 2, 3].map(() => webhooks.subscriptions.create(input, context)),
    );
    expect(others.map(({ subscription }) => subscription)).toEqual([
      first?.subscription,
      first?.subscription,
    ]);
    const secrets = [first, ...others].map((made) => made?.secret);
    expect(secrets.filter((secret) => secret !== null)).toHaveLength(1);
    const again = await webhooks.subscriptions.create({ ...input, name: "Another" }, context);
    expect([again.subscription.name, again.secret]).toEqual(["Splunk", null]);
    expect((await webhooks.subscriptions.list()).items).toHaveLength(1);
  });

  it("is another one for another key, scope or actor, and again once it is deleted", async () => {
    const { webhooks } = flowOn(makeStore);
    const { create } = webhooks.subscriptions;
    const made = [
      await create(input, { actor, idempotencyKey: "k1" }),
      await create(input, { actor, idempotencyKey: "k2" }),
      await create({ ...input, scope: OTHER }, { actor, idempotencyKey: "k1" }),
      await create(input, { actor: { type: "user", id: "bob" }, idempotencyKey: "k1" }),
      await create(input, { actor: { type: "system", id: "ada" }, idempotencyKey: "k1" }),
      await create(input, { idempotencyKey: "k1" }),
    ];
    const ids = made.map(({ subscription }) => subscription.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.join()).not.toContain("k1");
    await webhooks.subscriptions.delete(ids[0] ?? "");
    const { secret } = await create(input, { actor, idempotencyKey: "k1" });
    expect(secret).toEqual(expect.any(String));
  });

  it("refuses a key that is none", async () => {
    const { webhooks } = flowOn(makeStore);
    for (const idempotencyKey of ["", "x".repeat(256), 7 as never]) {
      await failure("INVALID_ARGUMENT", () => webhooks.subscriptions.create(input, { idempotencyKey }));
    }
    expect((await webhooks.subscriptions.list()).items).toEqual([]);
  });
});

describe.each(STORES)("deleting for a version, on %s", (_, makeStore) => {
  it("leaves what was changed meanwhile", async () => {
    const { webhooks, subscribe } = flowOn(makeStore);
    const { id } = await subscribe();
    await webhooks.subscriptions.update(id, { name: "newer" });
    await failure("VERSION_CONFLICT", () => webhooks.subscriptions.delete(id, { ifVersion: 1 }));
    expect((await webhooks.subscriptions.get(id)).name).toBe("newer");
    await webhooks.subscriptions.delete(id, { ifVersion: 2 });
    await failure("NOT_FOUND", () => webhooks.subscriptions.get(id));
  });
});
