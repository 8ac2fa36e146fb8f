import type { Store } from "hookwright";
import { afterEach, describe, expect, it } from "vitest";
import { ROUTES } from "../../src/http/routes/index.js";
import { cleanAll, STORES, there } from "../flow/harness.js";
import {
  type Caller,
  type House,
  headersOf,
  house,
  type Ids,
  type Init,
  idsOf,
  type Reply,
  ROUTE_TABLE,
  type Seeds,
  sampleOf,
  seed,
} from "./support.js";

afterEach(cleanAll);

/**
 * Tenants who share a store. The scope of the one who looks is the beginning of the other's, as text; each has a scope
 * below its own. Whatever belongs to another carries a word that nobody else may ever read.
 */
const MINE = "organization:acme";
const THEIRS = "organization:acme-canary";
const MY_LOBBY = `${MINE}/signin:lobby`;
const THEIR_LOBBY = `${THEIRS}/signin:lobby`;
const WORD = "canary";

interface Town {
  readonly place: House;
  /** At my scope and below it. */
  readonly mine: Seeds;
  readonly myLobby: Seeds;
  readonly theirs: Seeds;
  readonly theirLobby: Seeds;
  readonly root: Seeds;
}

async function town(makeStore: () => Store): Promise<Town> {
  const place = await house({ store: makeStore() });
  const theirs = await seed(place, THEIRS, WORD);
  const theirLobby = await seed(place, THEIR_LOBBY, `${WORD}-lobby`);
  const mine = await seed(place, MINE, "mine");
  const myLobby = await seed(place, MY_LOBBY, "my-lobby");
  const root = await seed(place, "", `${WORD}-root`);
  // Something that is given up, and something called off.
  const { webhooks, clock } = place;
  const { subscription } = await webhooks.subscriptions.create({
    name: `${WORD} given up`,
    scope: THEIRS,
    url: "https://canary.example.com/bad",
    events: ["order.shipped"],
    retry: { schedule: ["1m"] },
    autoDisable: "never",
    enabled: true,
  });
  const publish = () => webhooks.publish("order.shipped", { text: WORD }, { scope: THEIRS });
  await publish();
  await webhooks.runUntilIdle();
  clock.advance("2m");
  await webhooks.runUntilIdle();
  await publish();
  const open = await webhooks.deliveries.list({ subscriptionId: subscription.id, status: "pending" });
  await webhooks.deliveries.cancel(there(open.items[0]).id);
  return { place, mine, myLobby, theirs, theirLobby, root };
}

/** Ids of that kind that exist outside the scope, and how to write one that does not. */
async function foreignIds({ webhooks }: House, scope: string) {
  const isMine = (other: string) => other === scope || other.startsWith(`${scope}/`);
  const { items: subscriptions } = await webhooks.subscriptions.list({ limit: 200 });
  const { items: events } = await webhooks.events.list({ limit: 200 });
  const { items: deliveries } = await webhooks.deliveries.list({ limit: 200 });
  const theirs = new Set(subscriptions.filter((one) => !isMine(one.scope)).map(({ id }) => id));
  const foreign = deliveries.filter(({ subscriptionId }) => theirs.has(subscriptionId));
  const byStatus = new Map(foreign.map(({ status, id }) => [status, id]));
  expect([...byStatus.keys()].sort()).toEqual(["cancelled", "delivered", "exhausted", "failed", "pending"]);
  return {
    subscriptions: [...theirs],
    deliveries: [...byStatus.values()],
    events: events.filter((one) => !isMine(one.scope)).map(({ id }) => id),
    /** All of them, of which the others are some. */
    all: foreign.map(({ id }) => id),
  };
}

function made(id: string): string {
  return `${id.slice(0, -6)}${id.endsWith("zzzzzz") ? "yyyyyy" : "zzzzzz"}`;
}

function shown(reply: Reply) {
  return { status: reply.status, headers: headersOf(reply), text: reply.text };
}

/** Whoever looks, and what of others must not be in what they see. */
function watched(caller: Caller, words: readonly string[]): Caller {
  return {
    async send(method, path, init) {
      const reply = await caller.send(method, path, init);
      const all = `${reply.text}${JSON.stringify([...reply.headers])}`;
      for (const word of words)
        if (all.includes(word)) throw new Error(`${method} ${path} shows ${word}: ${all}`);
      return reply;
    },
  };
}

describe.each(STORES)("on %s", (_, makeStore) => {
  /** Who looks, from where, and what they have. */
  const LOOKERS = [
    ["a tenant at another", MINE, (all: Town) => all.mine, [WORD]],
    ["a scope at its parent and its neighbours", MY_LOBBY, (all: Town) => all.myLobby, [WORD, "mine"]],
  ] as const;

  describe.each(LOOKERS)("%s", (__, scope, own, words) => {
    async function look() {
      const all = await town(makeStore);
      const { place } = all;
      const foreign = await foreignIds(place, scope);
      const hidden = [...words, ...foreign.subscriptions, ...foreign.all, ...foreign.events];
      const caller = watched(place.as("eve", { scope }), hidden);
      const before = await place.dump();
      const unchanged = async (what: string) => expect(await place.dump(), what).toBe(before);
      return { all, place, foreign, caller, unchanged, ids: await idsOf(place, own(all)) };
    }

    const withId = ROUTE_TABLE.filter(([, { path }]) => path.includes("{id}"));

    it.each(withId)("%s: a foreign id answers as an unknown one", async (_name, route) => {
      const { foreign, caller, unchanged, ids } = await look();
      let key = 0;
      const some = [...foreign.subscriptions, ...foreign.deliveries, ...foreign.events.slice(0, 4)];
      for (const id of some) {
        const inits: Init[] = [
          {},
          sampleOf(route, ids).init,
          { headers: { "if-match": '"1"' } },
          { headers: { "if-match": '"99"' } },
          ...(route.method === "GET" ? [] : [{ body: { bad: "field" } }]),
        ];
        if (route.method === "POST") {
          inits.push({ ...sampleOf(route, ids).init, headers: { "idempotency-key": `${++key}` } });
        }
        for (const init of inits) {
          const path = (one: string) => route.path.replace("{id}", one);
          const answer = shown(await caller.send(route.method, path(id), init));
          const isKeyed = init.headers?.["idempotency-key"] !== undefined;
          const again = isKeyed ? { ...init, headers: { "idempotency-key": `${++key}` } } : init;
          const unknown = shown(await caller.send(route.method, path(made(id)), again));
          expect(answer, `${id} ${JSON.stringify(init)}`).toEqual(unknown);
          expect(answer.status).toBeGreaterThanOrEqual(400);
        }
      }
      await unchanged(route.id);
    });

    it("the check can fail: to the root all of this is there", async () => {
      for (const [, route] of withId) {
        const { place, theirs } = await town(makeStore);
        const { method, path, init } = sampleOf(route, await idsOf(place, theirs));
        expect((await place.as("root").send(method, path, init)).status, route.id).toBe(route.answer.status);
      }
    });

    const lists = ROUTE_TABLE.filter(([, route]) => route.query !== undefined);

    it.each(lists)("%s: nothing of others, whatever is asked for", async (_name, route) => {
      const { foreign, caller, unchanged, ids } = await look();
      const { path } = sampleOf(route, ids);
      const names = Object.keys(route.query?.shape ?? {});
      const get = (search: string) => caller.send("GET", `${path}?${search}`);
      expect((await get("")).status).toBe(200);
      if (names.includes("limit")) expect((await get("limit=200")).status).toBe(200);
      const filters = {
        subscriptionId: foreign.subscriptions,
        eventId: foreign.events,
      } as const;
      for (const [name, some] of Object.entries(filters)) {
        if (!names.includes(name)) continue;
        for (const id of some) {
          const answer = shown(await get(`${name}=${id}`));
          expect(answer, id).toEqual(shown(await get(`${name}=${made(id)}`)));
          expect(JSON.parse(answer.text)).toEqual({ items: [], next: null });
        }
      }
      if (names.includes("scope")) {
        const nobody = shown(await get("scope=organization:nobody"));
        expect([nobody.status, JSON.parse(nobody.text).code]).toEqual([403, "FORBIDDEN"]);
        const others = [
          "",
          THEIRS,
          THEIR_LOBBY,
          "organization:",
          "organization:acm",
          `${THEIRS}/`,
          `${MINE}-canary/signin:lobby`,
          "organization:*",
          "organization:acme%25",
          "organization:acm_",
          `${scope}%00`,
          ` ${scope}`,
          scope.toUpperCase(),
          ...(scope === MINE ? [] : [MINE, `${MINE}/signin:other`]),
        ];
        for (const other of others) {
          const answer = shown(await get(`scope=${other.replaceAll(" ", "%20")}`));
          expect(answer, other).toEqual(nobody);
        }
        for (const below of [
          `${scope}/../${THEIRS}`,
          `${scope}/`,
          `${scope}/%2e%2e`,
          `${scope}/organization:x`,
        ]) {
          expect((await get(`scope=${below}`)).status, below).toBe(400);
        }
      }
      await unchanged(route.id);
    });

    const paged = ROUTE_TABLE.filter(([, route]) => route.query?.shape.cursor !== undefined);

    it.each(paged)("%s: a foreign cursor opens nothing", async (_name, route) => {
      const { all, place, caller, unchanged, ids } = await look();
      const { path } = sampleOf(route, ids);
      const root = place.as("root");
      const parent = place.as("them", { scope: THEIRS });
      const theirIds: Ids = await idsOf(place, all.theirs);
      const theirPath = sampleOf(route, theirIds).path;
      const garbage = shown(await caller.send("GET", `${path}?cursor=garbage`));
      const cursors: string[] = [];
      for (const [who, search] of [
        [root, "?limit=1"],
        [parent, "?limit=1"],
        [parent, "?limit=2"],
      ] as const) {
        const { next } = (await who.send("GET", theirPath + search)).as<{ next: string | null }>();
        cursors.push(there(next));
      }
      for (const cursor of cursors) {
        expect(shown(await caller.send("GET", `${path}?cursor=${cursor}`))).toEqual(garbage);
      }
      // Forged: my own list, a place of theirs in it.
      const own = (await caller.send("GET", `${path}?limit=1`)).as<{ next: string | null }>().next;
      const [print] = JSON.parse(Buffer.from(there(own), "base64url").toString()) as unknown[];
      for (const cursor of cursors) {
        const [, at, id] = JSON.parse(Buffer.from(cursor, "base64url").toString()) as unknown[];
        const forged = Buffer.from(JSON.stringify([print, at, id])).toString("base64url");
        expect((await caller.send("GET", `${path}?cursor=${forged}`)).status).toBe(200);
      }
      await unchanged(route.id);
    });

    it("nothing is made at a foreign scope, whether there is anything or not", async () => {
      const { caller, unchanged } = await look();
      const bodies = [
        ["/subscriptions", { name: "Mole", url: "https://evil.example/", events: ["*"], enabled: true }],
        ["/events", { type: "order.paid", data: { n: 1 } }],
      ] as const;
      for (const [path, body] of bodies) {
        const nobody = shown(
          await caller.send("POST", path, { body: { ...body, scope: "organization:nobody" } }),
        );
        expect([nobody.status, JSON.parse(nobody.text).code]).toEqual([403, "FORBIDDEN"]);
        const scopes = ["", THEIRS, THEIR_LOBBY, `${THEIRS}/`, ...(scope === MINE ? [] : [MINE])];
        for (const foreign of scopes) {
          const answer = shown(await caller.send("POST", path, { body: { ...body, scope: foreign } }));
          expect(answer, JSON.stringify(foreign)).toEqual(nobody);
        }
      }
      for (const [path, body] of bodies) {
        for (const odd of [[THEIRS], { scope: THEIRS }, 0, false, `${scope}/../${THEIRS}`, `${scope}/`]) {
          const { status } = await caller.send("POST", path, { body: { ...body, scope: odd } });
          expect(status, JSON.stringify(odd)).toBe(422);
        }
      }
      await unchanged("creating and publishing");
    });

    it("a subscription cannot be moved out, nor an event given another's id", async () => {
      const { caller, unchanged, ids, foreign } = await look();
      const moved = await caller.send("PATCH", `/subscriptions/${ids.subscriptions}`, {
        body: { scope: THEIRS },
      });
      expect(moved.status).toBe(422);
      for (const id of [there(foreign.events[0]), "evt_mine"]) {
        const body = { type: "order.paid", data: { n: 1 }, id };
        expect((await caller.send("POST", "/events", { body })).status).toBe(422);
      }
      await unchanged("moving");
    });
  });

  it("all that is mine is mine: every route succeeds, and shows and changes no other's", async () => {
    for (const route of ROUTES) {
      const all = await town(makeStore);
      const { place } = all;
      const foreign = await foreignIds(place, MINE);
      const hidden = [WORD, ...foreign.subscriptions, ...foreign.all, ...foreign.events];
      const me = watched(place.as("me", { scope: MINE }), hidden);
      const theirs = async () => (await place.dump()).split("\n").filter((line) => line.includes(WORD));
      const before = await theirs();
      for (const seeds of [all.mine, all.myLobby]) {
        const { method, path, init } = sampleOf(route, await idsOf(place, seeds));
        expect((await me.send(method, path, init)).status, route.id).toBe(route.answer.status);
      }
      expect(await theirs(), route.id).toEqual(before);
    }
  });

  it("what was not given a scope is made at one's own", async () => {
    const { place } = await town(makeStore);
    const me = place.as("me", { scope: MINE });
    const { subscription } = (await me.send("POST", "/subscriptions", { body: { name: "One" } })).as<{
      subscription: { scope: string };
    }>();
    expect(subscription.scope).toBe(MINE);
    const nulled = await me.send("POST", "/subscriptions", { body: { name: "Two", scope: null } });
    expect(nulled.as<{ subscription: { scope: string } }>().subscription.scope).toBe(MINE);
    const event = await me.send("POST", "/events", { body: { type: "order.paid", data: { n: 1 } } });
    expect(event.as<{ scope: string }>().scope).toBe(MINE);
    const catalogue = (await me.send("GET", "/catalogue")).as<{ scope: string; kind: string }>();
    expect([catalogue.scope, catalogue.kind]).toEqual([MINE, "organization"]);
    expect((await me.send("GET", "/catalogue?scope=")).status).toBe(403);
  });

  it("a scope sees what is below it, and the root sees all", async () => {
    const { place, mine, myLobby, theirs, theirLobby, root } = await town(makeStore);
    const seen = async (scope: string, path: string) => {
      const reply = await place.as(`at${scope}`, { scope }).send("GET", `${path}?limit=200`);
      return new Set(reply.as<{ items: { id: string }[] }>().items.map(({ id }) => id));
    };
    const kinds = ["subscriptions", "deliveries", "events"] as const;
    for (const kind of kinds) {
      const everything = await seen("", `/${kind}`);
      for (const seeds of [mine, myLobby, theirs, theirLobby, root]) {
        for (const id of seeds[kind]) expect(everything.has(id), id).toBe(true);
      }
      const ours = await seen(MINE, `/${kind}`);
      for (const seeds of [mine, myLobby]) for (const id of seeds[kind]) expect(ours.has(id), id).toBe(true);
      for (const seeds of [theirs, theirLobby, root]) {
        for (const id of seeds[kind]) expect(ours.has(id), id).toBe(false);
      }
      const below = await seen(MY_LOBBY, `/${kind}`);
      for (const id of myLobby[kind]) expect(below.has(id), id).toBe(true);
      for (const id of mine[kind]) expect(below.has(id), id).toBe(false);
    }
  });

  it("a key of theirs does not answer mine", async () => {
    const { place, mine, theirs } = await town(makeStore);
    const same = { actor: { type: "user", id: "ada" } } as const;
    const them = place.as("them", { scope: THEIRS, ...same });
    const me = watched(place.as("me", { scope: MINE, ...same }), [WORD]);
    for (const route of ROUTES.filter(({ method }) => method === "POST")) {
      const headers = { "idempotency-key": route.id };
      const theirSample = sampleOf(route, await idsOf(place, theirs));
      const mySample = sampleOf(route, await idsOf(place, mine));
      const first = await them.send(theirSample.method, theirSample.path, { ...theirSample.init, headers });
      const second = await me.send(mySample.method, mySample.path, { ...mySample.init, headers });
      expect([first.status, second.status], route.id).toEqual([route.answer.status, route.answer.status]);
      if (route.id === "createSubscription") {
        const made = second.as<{ subscription: { scope: string }; secret: string | null }>();
        expect([made.subscription.scope, made.secret === null]).toEqual([MINE, false]);
      }
      if (route.id === "publishEvent") expect(second.as<{ duplicate: boolean }>().duplicate).toBe(false);
    }
  });

  it("what I publish reaches those who hear my scope, and nobody else", async () => {
    const { place, mine, theirs, theirLobby } = await town(makeStore);
    const me = place.as("me", { scope: MINE });
    const { id } = (await me.send("POST", "/events", { body: { type: "order.paid", data: { n: 5 } } })).as<{
      id: string;
    }>();
    await place.webhooks.runUntilIdle();
    const { items } = await place.webhooks.deliveries.list({ eventId: id });
    const hearers = items.map(({ subscriptionId }) => subscriptionId);
    expect(hearers).toContain(mine.subscriptions[0]);
    for (const other of [...theirs.subscriptions, ...theirLobby.subscriptions])
      expect(hearers).not.toContain(other);
    const { items: pending } = await place.webhooks.subscriptions.pendingEvents(
      there(theirs.subscriptions[2]),
    );
    expect(pending.map((event) => event.id)).not.toContain(id);
  });

  it("statistics count my deliveries only", async () => {
    const { place, mine } = await town(makeStore);
    const me = place.as("me", { scope: MINE });
    const path = `/subscriptions/${mine.subscriptions[0]}/statistics`;
    const before = await me.send("GET", path);
    expect(before.status).toBe(200);
    await place.webhooks.publish("order.paid", { n: 1 }, { scope: THEIRS });
    await place.webhooks.runUntilIdle();
    expect((await me.send("GET", path)).text).toBe(before.text);
    await place.webhooks.publish("order.paid", { n: 1 }, { scope: MINE });
    await place.webhooks.runUntilIdle();
    expect((await me.send("GET", path)).text).not.toBe(before.text);
  });
});
