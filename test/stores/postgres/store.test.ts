import pg from "pg";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { postgresStore } from "../../../src/stores/postgres/index.js";
import {
  ALL,
  claiming,
  create,
  delivery,
  enqueue,
  entries,
  event,
  pending,
  subscription,
  T0,
} from "../../../src/testing/store/make.js";
import { failure } from "../../make.js";
import { cleanUp, openPool, stopOwnServer } from "../../support/postgres.js";
import { open } from "./helpers.js";

afterEach(cleanUp);
afterAll(stopOwnServer);

describe("options", () => {
  const db = { query: async () => ({ rows: [] }) };

  test.each(["", "Hookwright", "a-b", 'a"b', "1a", "pg_x", "a".repeat(51), "x; DROP", 7 as never])(
    "refuse the schema %j",
    async (schema) => {
      const error = await failure("CONFIGURATION", () => postgresStore({ db, schema }));
      expect(error.issues[0]?.path).toEqual(["schema"]);
    },
  );

  test("accept the longest schema", () => {
    expect(postgresStore({ db, schema: "a".repeat(50) }).persists).toBe(true);
  });

  test.each([undefined, null, "mysql://x", "host=x", {}])("refuse the database %j", async (given) => {
    const error = await failure("CONFIGURATION", () => postgresStore({ db: given as never }));
    expect(error.issues[0]?.path).toEqual(["db"]);
  });
});

describe("errors", () => {
  test("of the driver become STORE_UNAVAILABLE with the driver's as their cause", async () => {
    const cause = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    const store = postgresStore({ db: { query: () => Promise.reject(cause) } });
    const error = await failure("STORE_UNAVAILABLE", () => store.claim(claiming()));
    expect(error.cause).toBe(cause);
    expect(error.message).toMatch(/nothing was written: connect ECONNREFUSED/);
  });

  test("of a closed store say so, and its pool stays open", async () => {
    const { pool, store } = await open();
    await store.close?.();
    expect((await failure("STORE_UNAVAILABLE", () => store.backlog())).message).toMatch(/closed/);
    expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });
});

test("lists of equal times are sorted byte by byte, whatever the database's own order", async () => {
  const { store } = await open();
  const ids = ["a", "B", "_c", "-d", "ab", "A1", "~"];
  const sorted = [...ids].sort((a, b) => (a < b ? -1 : 1));
  await create(store, ...ids.map((id) => subscription(id)));
  await store.append(
    entries({
      events: ids.map((id) => event(id)),
      deliveries: ids.map((id) => delivery(id, "a", { eventIds: [id] })),
      pending: ids.map((id) => pending("a", id)),
    }),
  );
  const found = async (list: Promise<readonly { readonly id: string }[]>) =>
    (await list).map((row) => row.id).reverse();
  expect(await found(store.findSubscriptions(ALL))).toEqual(sorted);
  expect(await found(store.findEvents(ALL))).toEqual(sorted);
  expect(await found(store.findDeliveries(ALL))).toEqual(sorted);
  const waiting = await store.findPending({ subscriptionId: "a", ...ALL });
  expect(waiting.map((row) => row.eventId)).toEqual(sorted);
});

test("what the audit of a removal queues for the subscription removed goes with the rest", async () => {
  const { store } = await open();
  await create(store, subscription("sub_1"), subscription("sub_2"));
  const audit = {
    events: [event("evt_1"), event("evt_2")],
    deliveries: ["sub_1", "sub_2"].map((to) => delivery(`dlv_${to}`, to, { eventIds: ["evt_1"] })),
    pending: [pending("sub_1", "evt_2"), pending("sub_2", "evt_1")],
  };
  expect(await store.removeSubscription("sub_1", T0 + 7, audit)).toBe(true);
  const [mine] = await store.readDeliveries(["dlv_sub_1"]);
  const [other] = await store.readDeliveries(["dlv_sub_2"]);
  expect(mine).toMatchObject({ status: "cancelled", dueAt: null, completedAt: T0 + 7 });
  expect(other).toMatchObject({ status: "pending", dueAt: T0, completedAt: null });
  expect((await store.backlog()).map((row) => row.subscriptionId)).toEqual(["sub_2"]);
  expect(await store.prune({ before: T0 + 1, limit: 9 })).toBe(1);
});

describe("a host's pg settings", () => {
  test("that answer bigint in another way change nothing", async () => {
    const { store, schema } = await open();
    await create(store, subscription("sub_1"));
    await enqueue(store, delivery("dlv_1", "sub_1"));
    await store.append(entries({ events: [event("evt_1")], pending: [pending("sub_1", "evt_1")] }));
    const types = new pg.TypeOverrides();
    types.setTypeParser(20, (text: string) => BigInt(text));
    const other = postgresStore({ db: await openPool({ types }), schema });
    expect(await other.readSubscriptions(["sub_1"])).toEqual(await store.readSubscriptions(["sub_1"]));
    expect(await other.findDeliveries(ALL)).toEqual(await store.findDeliveries(ALL));
    expect(await other.backlog()).toEqual([
      { subscriptionId: "sub_1", lane: "", count: 1, bytes: 10, oldestAt: T0 },
    ]);
    expect((await other.claim(claiming()))[0]?.event?.createdAt).toBe(T0);
  });
});
