import { afterAll, afterEach, describe, expect, test } from "vitest";
import { postgresStore } from "../../../src/stores/postgres/index.js";
import {
  ALL,
  claimOne,
  create,
  delivery,
  enqueue,
  entries,
  event,
  failure,
  idsOf,
  LEASE_MS,
  outcome,
  pending,
  read,
  sealing,
  subscription,
  T0,
  wait,
} from "../../../src/testing/store/make.js";
import { cleanUp, stopOwnServer } from "../../support/postgres.js";
import { inTransaction, type Opened, open, someoneWaits } from "./helpers.js";

afterEach(cleanUp);
afterAll(stopOwnServer);

/** One delivery, `dlv_1`, that is open. */
async function openWithOne(): Promise<Opened> {
  const opened = await open();
  await create(opened.store, subscription("sub_1"));
  await enqueue(opened.store, delivery("dlv_1", "sub_1"));
  return opened;
}

/** Does the one in a transaction, begins the other, which waits for it, and answers what the other did once it is over. */
async function behind<T>(
  { pool, schema, store }: Opened,
  first: (store: Opened["store"]) => Promise<unknown>,
  second: (store: Opened["store"]) => Promise<T>,
): Promise<T> {
  let answer: Promise<T> | undefined;
  await inTransaction(pool, "COMMIT", async (tx) => {
    await first(postgresStore({ db: tx, schema }));
    answer = second(store);
    await someoneWaits(pool, schema);
  });
  return answer as Promise<T>;
}

const again = { ids: ["dlv_1"], mode: "manual", dueAt: T0 + 9, now: T0 } as const;

describe("a delivery that moves while another waits for it", () => {
  test("is closed by the one, and has the attempt of the other's settle recorded", async () => {
    const opened = await openWithOne();
    const done = outcome(await claimOne(opened.store));
    const settled = await behind(
      opened,
      (store) => store.cancel(["dlv_1"], T0 + 3),
      (store) => store.settle([done], []),
    );
    expect(settled.refused).toEqual(["dlv_1"]);
    expect(await opened.store.readAttempts("dlv_1")).toEqual([done.attempt]);
    expect((await read(opened.store, "dlv_1")).status).toBe("cancelled");
  });

  test("is closed by the one, and made due again by the other", async () => {
    const opened = await openWithOne();
    const count = await behind(
      opened,
      (store) => store.cancel(["dlv_1"], T0 + 3),
      (store) => store.requeue(again),
    );
    expect(count).toBe(1);
    expect(await read(opened.store, "dlv_1")).toMatchObject({ status: "pending", manualFrom: "cancelled" });
  });

  test("is made due again by the one, and then only moved by the other", async () => {
    const opened = await openWithOne();
    await opened.store.cancel(["dlv_1"], T0 + 3);
    const count = await behind(
      opened,
      (store) => store.requeue(again),
      (store) => store.requeue({ ...again, dueAt: T0 + 20 }),
    );
    expect(count).toBe(1);
    expect(await read(opened.store, "dlv_1")).toMatchObject({ dueAt: T0 + 20, extraAttempts: 1 });
  });

  test("is always in one table and never in two", async () => {
    const { pool, schema, store } = await openWithOne();
    let isOver = false;
    const moving = (async () => {
      for (let round = 0; round < 50; round++) {
        await store.cancel(["dlv_1"], T0);
        await store.requeue({ ...again, mode: "restart" });
      }
      isOver = true;
    })();
    const seen = new Set<number>();
    while (!isOver) {
      seen.add((await store.findDeliveries(ALL)).length);
      seen.add((await store.readDeliveries(["dlv_1"])).length);
      seen.add((await store.findDeliveries({ ...ALL, eventId: "evt_dlv_1" })).length);
    }
    await moving;
    expect([...seen]).toEqual([1]);
    const { rows } = await pool.query(`SELECT id FROM "${schema}".history`);
    expect(rows).toEqual([]);
  });
});

test("an id that a finished delivery has is taken, wherever the new one comes from", async () => {
  const { store } = await openWithOne();
  await store.cancel(["dlv_1"], T0);
  const before = await store.findDeliveries(ALL);
  const taken = { cause: { code: "23505" } };
  await expect(enqueue(store, delivery("dlv_1", "sub_1", { eventIds: ["evt_2"] }))).rejects.toMatchObject(
    taken,
  );
  await wait(store, pending("sub_1", "evt_3"));
  await expect(store.seal(sealing("sub_1", "dlv_1"))).rejects.toMatchObject(taken);
  await enqueue(store, delivery("dlv_2", "sub_1"));
  const leased = await claimOne(store);
  const replacements = [delivery("dlv_1", "sub_1")];
  await expect(store.settle([outcome(leased, { replacements })], [])).rejects.toMatchObject(taken);
  expect((await store.findDeliveries(ALL)).filter((row) => row.id !== "dlv_2")).toEqual(before);
  expect(await store.readEvents(["evt_2"])).toEqual([]);
});

test("attempts stay with their delivery, each number once, wherever it goes", async () => {
  const { pool, schema, store } = await openWithOne();
  const slow = outcome(await claimOne(store, { lease: "slow" }));
  const first = failure(await claimOne(store, { lease: "quick", now: T0 + LEASE_MS }), T0 + LEASE_MS);
  await store.settle([first], []);
  const last = outcome(await claimOne(store, { now: T0 + LEASE_MS }));
  await store.settle([last], []);
  await store.settle([slow, { ...last, attempt: last.attempt && { ...last.attempt, document: "{}" } }], []);
  const expected = [slow.attempt, first.attempt, last.attempt];
  expect(await store.readAttempts("dlv_1")).toEqual(expected);
  expect(await store.requeue(again)).toBe(1);
  expect(await store.readAttempts("dlv_1")).toEqual(expected);
  const manual = outcome(await claimOne(store, { now: T0 + 9 }));
  await store.settle([manual], []);
  expect(await store.readAttempts("dlv_1")).toEqual([...expected, manual.attempt]);
  expect(await store.prune({ before: T0 + 1e6, limit: 9 })).toBe(2);
  const { rows } = await pool.query(`SELECT delivery_id AS id FROM "${schema}".earlier_attempts`);
  expect(idsOf(rows)).toEqual([]);
});

test("texts that hold what stands between texts come back as they were", async () => {
  const { store } = await open();
  await create(store, subscription("sub_1"));
  const separator = `${"\u001f".repeat(7)}\u001e`;
  const texts = [
    separator,
    `\u001f${separator}`,
    `${separator}${separator}`,
    "",
    '{"a,b"}',
    '\\"{},NULL',
    "é\u001e",
  ];
  const ids = texts.map((_, n) => `evt_${n}`);
  await store.append(
    entries({
      events: texts.map((data, n) => event(`evt_${n}`, { data, type: `t${data}`, scope: data })),
      deliveries: ids.map((id) =>
        delivery(`dlv_${id}`, "sub_1", { eventIds: [id], type: "NULL", lease: `l"\\${id}` }),
      ),
    }),
  );
  await store.append(entries({ events: [event("evt_alone", { data: "" })] }));
  const events = await store.readEvents([...ids, "evt_alone"]);
  for (const [n, id] of ids.entries())
    expect(events.find((one) => one.id === id)).toMatchObject({
      data: texts[n],
      type: `t${texts[n]}`,
      scope: texts[n],
    });
  expect(events.find((one) => one.id === "evt_alone")).toMatchObject({ data: "" });
  const done = ids.map((id, n) =>
    outcome(
      { id: `dlv_${id}`, lease: `l"\\${id}`, attempts: 1 },
      {
        error: { code: "X", message: texts[n] ?? "" },
        attempt: { number: 1, at: T0, durationMs: 0.5, document: texts[n] ?? "" },
      },
    ),
  );
  expect((await store.settle(done, [])).refused).toEqual([]);
  for (const [n, id] of ids.entries()) {
    expect((await store.readAttempts(`dlv_${id}`))[0]?.document).toBe(texts[n]);
    expect((await read(store, `dlv_${id}`)).error?.message).toBe(texts[n]);
  }
});

test("a delivery that is brought back stands where it stood", async () => {
  const { store } = await open();
  await create(store, subscription("sub_1", { ordered: true }));
  await enqueue(
    store,
    delivery("dlv_0", "sub_1"),
    delivery("dlv_1", "sub_1", { eventIds: ["evt_1", "evt_2"] }),
  );
  await enqueue(store, delivery("dlv_9", "sub_1"));
  await store.cancel(["dlv_0"], T0);
  const replacements = ["dlv_8", "dlv_7"].map((id, n) =>
    delivery(id, "sub_1", { eventIds: [`evt_${n + 1}`] }),
  );
  await store.settle([outcome(await claimOne(store), { status: "cancelled", replacements })], []);
  await store.cancel(["dlv_7", "dlv_8"], T0);
  expect(await store.requeue({ ...again, ids: ["dlv_7", "dlv_0", "dlv_8"], mode: "restart" })).toBe(3);
  const order: string[] = [];
  for (let n = 0; n < 4; n++) {
    const leased = await claimOne(store, { now: T0 + 9 });
    order.push(leased.id);
    await store.settle([outcome(leased)], []);
  }
  expect(order).toEqual(["dlv_0", "dlv_8", "dlv_7", "dlv_9"]);
});

test("of two attempts of one number, the later of which finished the delivery, the first is kept", async () => {
  const { store } = await openWithOne();
  const back = { ...failure(await claimOne(store), T0), uncount: true };
  await store.settle([back], []);
  const done = outcome(await claimOne(store), {
    attempt: { number: 1, at: T0 + 1, durationMs: 1, document: "[]" },
  });
  expect((await store.settle([done], [])).refused).toEqual([]);
  expect(await store.readAttempts("dlv_1")).toEqual([back.attempt]);
  await store.requeue(again);
  expect(await store.readAttempts("dlv_1")).toEqual([back.attempt]);
});
