import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { NewDelivery, Outcome } from "../../src/model/delivery.js";
import type { Store } from "../../src/model/store.js";
import { memoryStore } from "../../src/stores/memory/index.js";
import { postgresStore } from "../../src/stores/postgres/index.js"; import { openPool, newSchema, cleanUp } from "../support/postgres.js";
import {
  ALL,
  claiming,
  create,
  delivery,
  entries,
  event,
  failed,
  pending,
  saving,
  sealing,
  subscription,
  T0,
} from "../../src/testing/store/make.js";

/**
 * The same random commands on the memory store and on SQLite must leave the same data and give the same answers. The
 * two share little code, so a wrong index in one or a wrong condition in the other shows here.
 */

const EVENTS = Array.from({ length: 16 }, (_, i) => `evt_${String(i).padStart(2, "0")}`);
const SUBSCRIPTIONS = ["sub_0", "sub_1", "sub_2"];
const DELIVERIES = Array.from({ length: 60 }, (_, i) => `dlv_${String(i).padStart(2, "0")}`);
const SCOPES = ["", "a:1", "a:1/b:1", "a:12"];

/** What the commands refer to that the arbitraries cannot know: leases given out so far. */
interface World {
  readonly store: Store;
  readonly leases: { id: string; lease: string; attempts: number }[];
}

type Command = (world: World) => Promise<unknown>;

const time = fc.integer({ min: 0, max: 12 }).map((n) => T0 + n * 1000);
const eventIds = fc.uniqueArray(fc.constantFrom(...EVENTS), { maxLength: 3 });
const subscriptionId = fc.constantFrom(...SUBSCRIPTIONS);
const scope = fc.constantFrom(...SCOPES);
const deliveryIds = fc.uniqueArray(fc.constantFrom(...DELIVERIES), { minLength: 1, maxLength: 12 });

const newDelivery: fc.Arbitrary<NewDelivery> = fc
  .record({
    id: fc.constantFrom(...DELIVERIES),
    subscriptionId,
    scope,
    eventIds: eventIds.filter((ids) => ids.length > 0),
    createdAt: time,
    dueAt: time,
    lease: fc.constantFrom(null, null, null, "born"),
  })
  .map(({ id, subscriptionId, ...change }) => delivery(id, subscriptionId, change));

const newPending = fc
  .record({
    subscriptionId,
    lane: fc.constantFrom("", "x"),
    eventId: fc.constantFrom(...EVENTS),
    bytes: fc.nat(30),
    at: time,
  })
  .map(({ subscriptionId, eventId, ...change }) => pending(subscriptionId, eventId, change));

const newEntries = fc
  .record({
    events: fc.array(
      fc
        .record({ id: fc.constantFrom(...EVENTS), scope, createdAt: time, test: fc.boolean() })
        .map(({ id, ...change }) => event(id, change)),
      { maxLength: 4 },
    ),
    deliveries: fc.uniqueArray(newDelivery, {
      minLength: 1,
      maxLength: 5,
      selector: (row) => row.id,
      size: "max",
    }),
    pending: fc.array(newPending, { maxLength: 4 }),
  })
  .map(entries);

/** Rows name only events that exist: stores may count on that. */
async function withKnownEvents(store: Store, given: ReturnType<typeof entries>) {
  const known = new Set((await store.readEvents(EVENTS)).map((row) => row.id));
  for (const { id } of given.events) known.add(id);
  return {
    events: given.events,
    deliveries: given.deliveries.filter((row) => row.eventIds.every((id) => known.has(id))),
    pending: given.pending.filter((row) => known.has(row.eventId)),
  };
}

const append: fc.Arbitrary<Command> = newEntries.map((given) => async ({ store, leases }) => {
  const known = await withKnownEvents(store, given);
  const ids = await store.append(known);
  for (const { id, lease } of known.deliveries) if (lease !== null) leases.push({ id, lease, attempts: 1 });
  return ids;
});

const save: fc.Arbitrary<Command> = fc
  .record({
    id: subscriptionId,
    enabled: fc.boolean(),
    ordered: fc.boolean(),
    scope,
    createdAt: time,
    isStale: fc.boolean(),
    resetHealth: fc.boolean(),
    audit: fc.option(newEntries, { freq: 2 }),
  })
  .map(({ id, isStale, resetHealth, audit, ...change }) => async ({ store }) => {
    const [stored] = await store.readSubscriptions([id]);
    const version = stored?.version ?? 0;
    const replaces = isStale && version > 1 ? version - 1 : stored ? version : null;
    const given = audit && (await withKnownEvents(store, audit));
    return store.saveSubscription(
      saving(subscription(id, { ...change, version: version + 1 }), { replaces, resetHealth, audit: given }),
    );
  });

const remove: fc.Arbitrary<Command> = fc.tuple(subscriptionId, time).map(
  ([id, now]) =>
    ({ store }) =>
      store.removeSubscription(id, now, null),
);

// A limit above the work there is: which lanes a smaller one leaves out is each store's own choice.
const claim: fc.Arbitrary<Command> = fc
  .record({
    now: time,
    perSubscription: fc.constant(1000),
    exclude: fc.constantFrom([], [], ["sub_0"]),
    lease: fc.constantFrom("l1", "l2", "l3"),
    leaseMs: fc.constantFrom(1, 3000),
  })
  .map((request) => async ({ store, leases }) => {
    const claimed = [...(await store.claim(claiming(request)))].sort((a, b) => (a.id < b.id ? -1 : 1));
    leases.push(...claimed.map(({ id, lease, attempts }) => ({ id, lease, attempts })));
    return claimed;
  });

const settle: fc.Arbitrary<Command> = fc
  .record({
    picks: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
    status: fc.constantFrom("delivered", "failed", "exhausted"),
    at: time,
    uncount: fc.boolean(),
    hold: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: time }),
    reset: fc.boolean(),
    replacements: fc.option(newDelivery, { freq: 3 }),
  })
  .map(({ picks, status, at, uncount, hold, reset, replacements }) => async ({ store, leases }) => {
    if (leases.length === 0) return null;
    const outcomes = picks.map((pick): Outcome => {
      const leased = leases[pick % leases.length] as World["leases"][number];
      return {
        deliveryId: leased.id,
        lease: leased.lease,
        status: status as "failed",
        dueAt: status === "failed" ? at : null,
        completedAt: status === "failed" ? null : at,
        httpStatus: 200,
        error: uncount ? { code: "E", message: "é" } : null,
        attempt: { number: leased.attempts, at, durationMs: 1.5, document: `"${leased.lease}"` },
        uncount,
        replacements: [],
      };
    });
    const [first] = outcomes;
    const known = new Set((await store.readEvents(EVENTS)).map((row) => row.id));
    if (first && replacements?.eventIds.every((id) => known.has(id)))
      outcomes[0] = { ...first, replacements: [replacements] };
    const changes = SUBSCRIPTIONS.map((id) =>
      failed(id, { reset, add: reset ? 0 : 1, lastAttemptAt: at, holdUntil: hold }),
    );
    return store.settle(outcomes, changes);
  });

const requeue: fc.Arbitrary<Command> = fc
  .record({ ids: deliveryIds, mode: fc.constantFrom("manual", "restart"), dueAt: time, now: time })
  .map(
    (request) =>
      ({ store }) =>
        store.requeue({ ...request, mode: request.mode as "manual" }),
  );

const cancel: fc.Arbitrary<Command> = fc.tuple(deliveryIds, time).map(
  ([ids, now]) =>
    ({ store }) =>
      store.cancel(ids, now),
);

const seal: fc.Arbitrary<Command> = fc
  .record({
    subscriptionId,
    id: fc.constantFrom(...DELIVERIES),
    lane: fc.constantFrom("", "x"),
    limit: fc.integer({ min: 1, max: 4 }),
    maxBytes: fc.nat(60),
    flushBefore: time,
  })
  .map(
    ({ subscriptionId, id, ...change }) =>
      ({ store }) =>
        store.seal(sealing(subscriptionId, id, change)),
  );

// Without a limit that bites: which rows go first is each store's own choice.
const prune: fc.Arbitrary<Command> = time.map(
  (before) =>
    ({ store }) =>
      store.prune({ before, limit: 10_000 }),
);

const commands = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: append },
    { weight: 6, arbitrary: claim },
    { weight: 5, arbitrary: settle },
    { weight: 3, arbitrary: save },
    { weight: 2, arbitrary: requeue },
    { weight: 2, arbitrary: seal },
    { weight: 1, arbitrary: cancel },
    { weight: 1, arbitrary: remove },
    { weight: 1, arbitrary: prune },
  ),
  { minLength: 10, maxLength: 50, size: "max" },
);

/** All that can be seen of a store. */
async function view(store: Store) {
  const deliveries = await store.findDeliveries(ALL);
  const lanes = (await store.backlog()).map((row) => JSON.stringify(Object.entries(row).sort()));
  return {
    deliveries,
    lanes: lanes.sort(),
    events: await store.findEvents(ALL),
    subscriptions: await store.findSubscriptions(ALL),
    below: [
      await store.findDeliveries({ ...ALL, under: "a:1" }),
      await store.findEvents({ ...ALL, under: "a:1" }),
    ],
    naming: await Promise.all(EVENTS.map((eventId) => store.findDeliveries({ ...ALL, eventId }))),
    pending: await Promise.all(SUBSCRIPTIONS.map((id) => store.findPending({ subscriptionId: id, ...ALL }))),
    attempts: await Promise.all(deliveries.map((row) => store.readAttempts(row.id))),
  };
}

/** The answer, or the code of the error. */
async function answer(command: Command, world: World): Promise<unknown> {
  try {
    return await command(world);
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

const opened: Store[] = [];
afterAll(async () => {
  for (const store of opened) await store.close?.();
});

test("SQLite and memory agree whatever is done to them", { timeout: 900_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(commands, async (script) => {
      const memory: World = { store: memoryStore(), leases: [] };
      const sqlite: World = { store: await fresh(), leases: [] };
      opened.push(sqlite.store);
      for (const world of [memory, sqlite])
        await create(
          world.store,
          subscription("sub_0"),
          subscription("sub_1", { ordered: true, scope: "a:1" }),
        );
      for (const [i, command] of script.entries()) {
        const dump = async () => ({ m: (await memory.store.findEvents(ALL)).map((e) => [e.id, e.createdAt - T0]), md: (await memory.store.findDeliveries(ALL)).map((d) => [d.id, d.eventIds, d.status, d.createdAt - T0, d.subscriptionId, d.completedAt]), p: (await thePool.query(`select id, loose, created_at from ${sch}.events`)).rows.map((r) => `${r.id} ${r.loose} ${r.created_at}`) , pd: (await thePool.query(`select * from ${sch}.pending`)).rows});
        const b4 = await dump();
        const pa = await answer(command, sqlite); const ma = await answer(command, memory);
        if (JSON.stringify(pa) !== JSON.stringify(ma) && (typeof pa === "number")) { console.log(pa, ma, JSON.stringify(b4, null, 0), "AFTER", JSON.stringify(await dump())); }
        expect(pa).toEqual(ma);
        if (i % 5 === 0) expect(await view(sqlite.store)).toEqual(await view(memory.store));
      }
      expect(await view(sqlite.store)).toEqual(await view(memory.store));
      await sqlite.store.close?.();
    }),
    { numRuns: 400, endOnFailure: true },
  );
});
let theOne: Store | null = null; let thePool: Awaited<ReturnType<typeof openPool>>; let sch = "";
async function fresh(): Promise<Store> {
  if (!theOne) { thePool = await openPool(); sch = newSchema(); theOne = postgresStore({ db: thePool, schema: sch }); await theOne.migrate?.(); }
  await thePool.query(["subscriptions","events","deliveries","delivery_events","attempts","pending"].map((t) => `TRUNCATE ${sch}.${t}`).join(";"));
  return { ...theOne, close: async () => {} };
}
afterAll(cleanUp);
