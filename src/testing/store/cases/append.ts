import assert from "node:assert/strict";
import { check, type StoreCase } from "../case.js";
import {
  ALL,
  claiming,
  create,
  delivery,
  entries,
  event,
  idsOf,
  pending,
  read,
  subscription,
  T0,
} from "../make.js";

/** JSON texts that a careless store changes: by parsing them, by its encoding, by its quoting or by a length limit. */
const TEXTS = {
  spacing: '{ "b" : 1,\n\t"a" : 2 }  ',
  "key order and repeated keys": '{"z":1,"a":2,"z":3}',
  numbers: "[1.0,1e2,-0,12345678901234567890,0.1000]",
  escapes: '"\\u0000\\ud800\\u00e9\\/\\\\"',
  unicode: '"é e\u0301 \u{1f600} \u2028\u2029 \ufeff \u200d שלום"',
  quotes: `"it's \\"quoted\\" \`so\` $1 ? :name %s -- ; \\\\"`,
  "a mebibyte": `"${"x€".repeat(2 ** 18)}"`,
} as const;

/** What `append` promises. */
export const appendCases: readonly StoreCase[] = [
  check("append writes events, deliveries and waiting events and answers the new ids", async (store) => {
    const one = event("evt_1", { type: "x.y", scope: "a:1/b:2", at: T0 - 7, data: '{"n":1}', test: true });
    const made = delivery("dlv_1", "sub_1", {
      scope: "a:1",
      kind: "test",
      type: "x.y",
      format: "splunk",
      eventIds: ["evt_1"],
      createdAt: T0 + 1,
      dueAt: T0 + 2,
    });
    const waiting = pending("sub_2", "evt_1", { lane: "topic", bytes: 77, at: T0 + 3 });
    const ids = await store.append({ events: [one], deliveries: [made], pending: [waiting] });

    assert.deepEqual(ids, ["evt_1"]);
    assert.deepEqual(await store.readEvents(["evt_1"]), [one]);
    const { lease: _, ...columns } = made;
    assert.deepEqual(await read(store, "dlv_1"), {
      ...columns,
      status: "pending",
      attempts: 0,
      extraAttempts: 0,
      manualFrom: null,
      firstAttemptAt: null,
      completedAt: null,
      httpStatus: null,
      error: null,
    });
    assert.deepEqual(await store.findPending({ subscriptionId: "sub_2", ...ALL }), [waiting]);
  }),

  check("append of nothing answers nothing", async (store) => {
    assert.deepEqual(await store.append(entries({})), []);
  }),

  check("append skips an event that is known and keeps what is stored", async (store) => {
    await store.append(entries({ events: [event("evt_1", { data: '"first"' })] }));
    const ids = await store.append(
      entries({ events: [event("evt_1", { data: '"second"' }), event("evt_2")] }),
    );
    assert.deepEqual(ids, ["evt_2"]);
    assert.deepEqual(await store.readEvents(["evt_1"]), [event("evt_1", { data: '"first"' })]);
  }),

  check("append skips the deliveries and waiting events of a known event", async (store) => {
    await store.append(entries({ events: [event("evt_1")] }));
    await store.append(
      entries({
        events: [event("evt_1"), event("evt_2")],
        deliveries: [
          delivery("dlv_1", "sub_1", { eventIds: ["evt_1"] }),
          delivery("dlv_2", "sub_1", { eventIds: ["evt_2"] }),
        ],
        pending: [pending("sub_2", "evt_1"), pending("sub_2", "evt_2")],
      }),
    );
    assert.deepEqual(idsOf(await store.findDeliveries(ALL)), ["dlv_2"]);
    const waiting = await store.findPending({ subscriptionId: "sub_2", ...ALL });
    assert.deepEqual(
      waiting.map((row) => row.eventId),
      ["evt_2"],
    );
  }),

  check(
    "append skips an event that stands twice in the call, with what was derived from it",
    async (store) => {
      const ids = await store.append(
        entries({
          events: [event("evt_1", { data: '"first"' }), event("evt_1", { data: '"second"' })],
          deliveries: [
            delivery("dlv_1", "sub_1", { eventIds: ["evt_1"] }),
            delivery("dlv_2", "sub_1", { eventIds: ["evt_1"] }),
          ],
          pending: [pending("sub_2", "evt_1"), pending("sub_2", "evt_1", { bytes: 99 })],
        }),
      );
      assert.deepEqual(ids, ["evt_1"]);
      assert.deepEqual(await store.readEvents(["evt_1"]), [event("evt_1", { data: '"first"' })]);
      assert.deepEqual(idsOf(await store.findDeliveries(ALL)), ["dlv_1"]);
      assert.equal((await store.findPending({ subscriptionId: "sub_2", ...ALL })).length, 1);
    },
  ),

  check("append queues one event for several subscriptions", async (store) => {
    await store.append(
      entries({
        events: [event("evt_1")],
        deliveries: ["sub_1", "sub_2", "sub_3"].map((id) =>
          delivery(`dlv_${id}`, id, { eventIds: ["evt_1"] }),
        ),
      }),
    );
    assert.equal((await store.findDeliveries({ eventId: "evt_1", ...ALL })).length, 3);
  }),

  check("append delivers an event that was stored before, when it is not given again", async (store) => {
    await store.append(entries({ events: [event("evt_1")] }));
    const ids = await store.append(
      entries({
        deliveries: [delivery("dlv_1", "sub_1", { eventIds: ["evt_1"] })],
        pending: [pending("sub_2", "evt_1")],
      }),
    );
    assert.deepEqual(ids, []);
    assert.deepEqual((await read(store, "dlv_1")).eventIds, ["evt_1"]);
    assert.equal((await store.findPending({ subscriptionId: "sub_2", ...ALL })).length, 1);
  }),

  check("append writes all or nothing", async (store) => {
    await store.append(entries({ events: [event("evt_1")], deliveries: [delivery("dlv_1", "sub_1")] }));
    // A delivery id that is taken cannot be written; whatever comes before it in the call must not stay.
    await assert.rejects(
      store.append(
        entries({
          events: [event("evt_2")],
          deliveries: [
            delivery("dlv_2", "sub_1", { eventIds: ["evt_2"] }),
            delivery("dlv_1", "sub_1", { eventIds: ["evt_2"] }),
          ],
          pending: [pending("sub_2", "evt_2")],
        }),
      ),
      "a delivery id that is taken is an error",
    );
    assert.deepEqual(await store.readEvents(["evt_2"]), []);
    assert.deepEqual(idsOf(await store.findDeliveries(ALL)), ["dlv_1"]);
    assert.deepEqual(await store.findPending({ subscriptionId: "sub_2", ...ALL }), []);
  }),

  check("append of the same new event from many callers at once writes it once", async (store) => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        store.append(
          entries({
            events: [event("evt_1")],
            deliveries: [delivery(`dlv_${i}`, "sub_1", { eventIds: ["evt_1"] })],
          }),
        ),
      ),
    );
    assert.deepEqual(answers.flat(), ["evt_1"]);
    assert.equal((await store.findDeliveries(ALL)).length, 1);
  }),

  check("append can insert a delivery already leased, its first attempt counted", async (store) => {
    await create(store, subscription("sub_1"));
    await store.append(
      entries({
        events: [event("evt_dlv_1")],
        deliveries: [delivery("dlv_1", "sub_1", { createdAt: T0, dueAt: T0 + 500, lease: "born" })],
      }),
    );
    const born = await read(store, "dlv_1");
    assert.deepEqual([born.status, born.attempts, born.dueAt], ["pending", 1, T0 + 500]);
    assert.equal(born.firstAttemptAt, T0, "its first attempt began when it was created");
    assert.deepEqual(await store.claim(claiming({ now: T0 + 499 })), [], "the lease keeps others out");
    const [retaken] = await store.claim(claiming({ lease: "other", now: T0 + 500 }));
    assert.deepEqual([retaken?.attempts, retaken?.lease], [2, "other"]);
  }),

  ...Object.entries(TEXTS).map(([what, text]) =>
    check(`text comes back byte for byte: ${what}`, async (store) => {
      await store.append(
        entries({
          events: [event("evt_1", { data: text })],
          deliveries: [delivery("dlv_1", "sub_1", { eventIds: ["evt_1"], lease: "l" })],
        }),
      );
      await create(store, subscription("sub_1", { document: text }));
      const attempt = { number: 1, at: T0, durationMs: 12.5, document: text };
      const error = { code: "E", message: text };
      await store.settle(
        [
          {
            deliveryId: "dlv_1",
            lease: "l",
            status: "failed",
            dueAt: T0,
            completedAt: null,
            httpStatus: null,
            error,
            attempt,
            uncount: false,
            replacements: [],
          },
        ],
        [],
      );

      // Compared without a diff: a megabyte of it would drown the message.
      const [stored] = await store.readEvents(["evt_1"]);
      assert.ok(stored?.data === text, "an event's data");
      assert.ok(
        (await store.readSubscriptions(["sub_1"]))[0]?.document === text,
        "a subscription's document",
      );
      assert.ok((await store.readAttempts("dlv_1"))[0]?.document === text, "an attempt's document");
      assert.ok((await read(store, "dlv_1")).error?.message === text, "an error's message");
      const [claimed] = await store.claim(claiming());
      assert.ok(claimed?.event?.data === text, "the event of a claim");
    }),
  ),

  check("what was given and what was answered can be changed without changing the store", async (store) => {
    const given = event("evt_1");
    const made = delivery("dlv_1", "sub_1", { eventIds: ["evt_1"] });
    await store.append(entries({ events: [given], deliveries: [made] }));
    Object.assign(given, { type: "changed" });
    Object.assign(made, { type: "changed" });

    const [found] = await store.readEvents(["evt_1"]);
    try {
      Object.assign(found ?? {}, { type: "changed" });
      Object.assign(await read(store, "dlv_1"), { type: "changed" });
    } catch (error) {
      assert.ok(error instanceof TypeError, "a frozen record is as good as a copy");
    }
    assert.equal((await store.readEvents(["evt_1"]))[0]?.type, "a.b");
    assert.equal((await read(store, "dlv_1")).type, "a.b");
  }),
];
