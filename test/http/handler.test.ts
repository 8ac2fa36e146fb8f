import { createWebhooks } from "hookwright";
import { memoryStore } from "hookwright/stores/memory";
import { sqliteStore } from "hookwright/stores/sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Authorization } from "../../src/http/authorize.js";
import { createHandler } from "../../src/http/handler.js";
import { ROUTES } from "../../src/http/routes/index.js";
import type { Subscription } from "../../src/subscriptions/present.js";
import { cleanAll, cleanUp, KEY, STORES, there } from "../flow/harness.js";
import {
  ask,
  type Caller,
  catalogue,
  checkProblem,
  type House,
  house,
  idsOf,
  ORIGIN,
  type Reply,
  ROUTE_TABLE,
  sampleOf,
  seed,
} from "./support.js";

afterEach(cleanAll);

const URL_OK = "https://hooks.example.com/ok";
const ADA = { type: "user", id: "ada" } as const;

interface Made {
  readonly subscription: Subscription;
  readonly secret: string | null;
}

async function create(caller: Caller, change: Record<string, unknown> = {}): Promise<Subscription> {
  const body = { name: "Splunk", url: URL_OK, events: ["order.*"], enabled: true, ...change };
  const reply = await caller.send("POST", "/subscriptions", { body });
  expect(reply.status, reply.text).toBe(201);
  return reply.as<Made>().subscription;
}

describe.each(STORES)("every route on %s", (_, makeStore) => {
  it.each(ROUTE_TABLE)("%s succeeds, with an answer of its schema", async (__, route) => {
    const place = await house({ store: makeStore() });
    const ids = await idsOf(place, await seed(place, "organization:a", "tag"));
    const { method, path, init } = sampleOf(route, ids);
    const reply = await place.as("ada").send(method, path, init);
    expect(reply.status, reply.text).toBe(route.answer.status);
    expect(place.faults).toEqual([]);
    if (route.answer.schema === null) expect(reply.text).toBe("");
    else expect(reply.text.length).toBeGreaterThan(2);
  });

  it("what is answered of each thing in each state is of its schema, too", async () => {
    const place = await house({ store: makeStore() });
    const ada = place.as("ada");
    const seeds = await seed(place, "organization:a", "tag");
    const open = (await idsOf(place, seeds)).deliveries;
    await ada.send("POST", `/deliveries/${open}/cancel`);
    await create(ada, { url: "https://x.example.com/bad", retry: { schedule: ["1s"] } });
    await create(ada, { url: "https://u:p@x.example.com/", headers: { "X-A": "b" }, tls: { verify: true } });
    await create(ada, { autoDisable: { consecutive: 3 }, metadata: { a: [1] }, signing: { scheme: "none" } });
    await create(ada, { autoDisable: { failingFor: "1h" }, signing: { scheme: "standard-ed25519" } });
    await create(ada, { type: "batch", format: "topic", batch: { maxEvents: 2 } });
    await ada.send("POST", "/events", { body: { type: "order.shipped", data: null } });
    await ada.send("POST", "/events", { body: { type: "order.shipped", data: { a: [{}] } } });
    await place.webhooks.runUntilIdle();
    place.clock.advance("1h");
    await place.webhooks.runUntilIdle();
    const seen = new Set<string>();
    for (const kind of ["subscriptions", "deliveries", "events"]) {
      const { items } = (await ada.send("GET", `/${kind}?limit=200`)).as<{
        items: { id: string; status?: string }[];
      }>();
      for (const { id, status } of items) {
        if (status !== undefined) seen.add(status);
        expect((await ada.send("GET", `/${kind}/${id}`)).status).toBe(200);
        if (kind !== "subscriptions") continue;
        await ada.send("GET", `/subscriptions/${id}/pending-events`);
        await ada.send("GET", `/subscriptions/${id}/statistics`);
      }
    }
    expect([...seen]).toEqual(expect.arrayContaining(["delivered", "exhausted", "cancelled"]));
    for (const scope of ["", "organization:a", "organization:a/signin:b"]) {
      const reply = await ada.send("GET", `/catalogue?scope=${scope}`);
      expect(reply.as<{ scope: string }>().scope).toBe(scope);
    }
  });
});

describe("a subscription's life", () => {
  let place: House;
  let ada: Caller;
  beforeEach(async () => {
    place = await house();
    ada = place.as("ada");
  });

  it("create, configure, enable, publish, look, retry, rotate, delete", async () => {
    const made = await ada.send("POST", "/subscriptions", { body: { name: "Splunk" } });
    const { subscription, secret } = made.as<Made>();
    const path = `/subscriptions/${subscription.id}`;
    expect(made.headers.get("location")).toBe(path);
    expect(made.headers.get("etag")).toBe('"1"');
    expect(secret).toMatch(/^whsec_/);
    expect(subscription).toMatchObject({ enabled: false, createdBy: ADA, scope: "" });

    const patch = { url: URL_OK, events: ["order.*"] };
    const configured = await ada.send("PATCH", path, { body: patch, headers: { "if-match": '"1"' } });
    expect([configured.status, configured.headers.get("etag")]).toEqual([200, '"2"']);
    expect(configured.as<Subscription>()).toMatchObject({ ...patch, version: 2 });
    const enabled = await ada.send("PATCH", path, { body: { enabled: true } });
    expect(enabled.as<Subscription>()).toMatchObject({ enabled: true, version: 3 });
    const read = await ada.send("GET", path);
    expect([read.headers.get("etag"), read.as()]).toEqual(['"3"', enabled.as()]);

    const event = await ada.send("POST", "/events", { body: { type: "order.paid", data: { n: 1 } } });
    const { id, deliveries } = event.as<{ id: string; deliveries: number }>();
    expect([event.headers.get("location"), deliveries]).toEqual([`/events/${id}`, 1]);
    await place.webhooks.runUntilIdle();
    const list = await ada.send("GET", `/deliveries?subscriptionId=${subscription.id}`);
    const [delivery] = list.as<{ items: { id: string; status: string }[] }>().items;
    expect(delivery?.status).toBe("delivered");
    const details = await ada.send("GET", `/deliveries/${delivery?.id}`);
    expect(details.as<{ attemptLog: unknown[] }>().attemptLog).toHaveLength(1);
    expect(details.as<{ payload: string }>().payload).toBe(there(place.requests[0]).body);

    await ada.send("POST", `/deliveries/${delivery?.id}/retry`);
    await place.webhooks.runUntilIdle();
    expect(place.requests).toHaveLength(2);

    const rotated = await ada.send("POST", `${path}/rotate-secret`);
    expect(rotated.as<Made>().secret).toMatch(/^whsec_/);
    expect(rotated.as<Made>().secret).not.toBe(secret);
    expect(rotated.headers.get("etag")).toBe('"4"');

    const gone = await ada.send("DELETE", path);
    expect([gone.status, gone.text]).toEqual([204, ""]);
    for (const method of ["GET", "DELETE"]) expect((await ada.send(method, path)).status).toBe(404);
  });

  it("the actor of each change is in the audit", async () => {
    const at = place.as("bob", { scope: "organization:a", actor: { type: "user", id: "bob", name: "Bob" } });
    const { id } = await create(at);
    await at.send("PATCH", `/subscriptions/${id}`, { body: { description: "x" } });
    await at.send("POST", `/subscriptions/${id}/rotate-secret`);
    await at.send("DELETE", `/subscriptions/${id}`);
    const { items } = (await at.send("GET", "/events?type=organization.audit")).as<{
      items: { data: unknown }[];
    }>();
    expect(items).toHaveLength(4);
    for (const { data } of items) {
      expect(data).toMatchObject({ actor: { type: "user", id: "bob", name: "Bob" } });
    }
  });

  it('{"enabled": true} brings back one that was disabled by itself', async () => {
    place.answer(() => 410);
    const { id } = await create(ada);
    await ada.send("POST", "/events", { body: { type: "order.paid", data: { n: 1 } } });
    await place.webhooks.runUntilIdle();
    const path = `/subscriptions/${id}`;
    const disabled = (await ada.send("GET", path)).as<Subscription>();
    expect(disabled).toMatchObject({ enabled: false, disabledReason: "gone" });
    place.answer(() => 200);
    const body = { enabled: true };
    expect((await ada.send("PATCH", path, { body })).as<Subscription>()).toMatchObject({
      enabled: true,
      disabledReason: null,
      disabledMessage: null,
    });
    await ada.send("POST", "/events", { body: { type: "order.paid", data: { n: 2 } } });
    await place.webhooks.runUntilIdle();
    expect((await ada.send("GET", path)).as<Subscription>().health.status).toBe("healthy");
  });

  it("a test, a flush and a recovery do what they say", async () => {
    const { id } = await create(ada, { type: "batch", events: ["order.*"] });
    await ada.send("POST", "/events", { body: { type: "order.paid", data: { n: 1 } } });
    const pending = await ada.send("GET", `/subscriptions/${id}/pending-events`);
    expect(pending.as<{ items: unknown[] }>().items).toMatchObject([{ type: "order.paid", data: { n: 1 } }]);
    expect((await ada.send("POST", `/subscriptions/${id}/flush`)).as()).toEqual({ events: 1 });
    expect((await ada.send("POST", `/subscriptions/${id}/flush`)).as()).toEqual({ events: 0 });
    await place.webhooks.runUntilIdle();
    const test = await ada.send("POST", `/subscriptions/${id}/test`, { body: { type: "order.shipped" } });
    expect(test.as()).toMatchObject({ kind: "test", type: "order.shipped", status: "delivered" });
    await ada.send("PATCH", `/subscriptions/${id}`, { body: { enabled: false } });
    await ada.send("POST", "/events", { body: { type: "order.paid", data: { n: 2 } } });
    const since = new Date(place.clock.now()).toISOString();
    const recovered = await ada.send("POST", `/subscriptions/${id}/recover`, { body: { since } });
    expect(recovered.as()).toEqual({ events: 1 });
    const flush = await ada.send("POST", `/subscriptions/${id}/flush`);
    expect([flush.status, flush.problem.code]).toEqual([409, "INVALID_STATE"]);
  });

  it("pages follow one another to the end", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.unshift((await create(ada)).id);
    const seen: string[] = [];
    let next: string | null = "";
    while (next !== null) {
      const address = `/subscriptions?limit=2${next === "" ? "" : `&cursor=${next}`}`;
      const page: { items: { id: string }[]; next: string | null } = (await ada.send("GET", address)).as();
      seen.push(...page.items.map(({ id }) => id));
      next = page.next;
    }
    expect(seen).toEqual(ids);
  });

  it("lists are filtered", async () => {
    const { id } = await create(ada, { scope: "organization:a" });
    const lobby = await create(ada, { scope: "organization:a/signin:b", enabled: false });
    const idsAt = async (search: string) =>
      (await ada.send("GET", `/subscriptions?${search}`))
        .as<{ items: { id: string }[] }>()
        .items.map((one) => one.id);
    expect(await idsAt("scope=organization:a")).toEqual([lobby.id, id]);
    expect(await idsAt("scope=organization:a&descendants=false")).toEqual([id]);
    expect(await idsAt("enabled=false")).toEqual([lobby.id]);
    expect(await idsAt("enabled=true")).toEqual([id]);
    expect(await idsAt("scope=organization:b")).toEqual([]);
  });
});

describe("compare-and-set", () => {
  let place: House;
  let ada: Caller;
  let path: string;
  beforeEach(async () => {
    place = await house();
    ada = place.as("ada");
    path = `/subscriptions/${(await create(ada)).id}`;
    await ada.send("PATCH", path, { body: { description: "second" } });
  });

  const patch = (tag?: string) =>
    ada.send("PATCH", path, {
      body: { description: `by ${tag}` },
      ...(tag === undefined ? {} : { headers: { "if-match": tag } }),
    });
  const version = async () => (await ada.send("GET", path)).as<Subscription>().version;

  it.each(['"1"', '"3"', 'W/"2"', '"x"'])("%s is not the stored version", async (tag) => {
    const reply = await patch(tag);
    expect([reply.status, reply.problem.code]).toEqual([412, "VERSION_CONFLICT"]);
    expect(await version()).toBe(2);
  });

  it.each(['"2"', "*", undefined])("%s is", async (tag) => {
    expect((await patch(tag)).status).toBe(200);
    expect(await version()).toBe(3);
  });

  it.each(['"1", "2"', "2", '"2'])("%s is no tag", async (tag) => {
    expect((await patch(tag)).status).toBe(400);
    expect(await version()).toBe(2);
  });

  it("holds for rotating, too", async () => {
    const rotate = (tag: string) =>
      ada.send("POST", `${path}/rotate-secret`, { headers: { "if-match": tag } });
    expect((await rotate('"1"')).status).toBe(412);
    expect(await version()).toBe(2);
    expect((await rotate('"2"')).headers.get("etag")).toBe('"3"');
  });

  it("of two who read the same, one comes too late", async () => {
    const both = await Promise.all([patch('"2"'), patch('"2"')]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect(await version()).toBe(3);
  });

  it("without If-Match changes of different fields are all kept, and a conflict is told as 409", async () => {
    const store = memoryStore();
    const other = await house({ store });
    const bob = other.as("bob");
    const { id } = await create(bob);
    const fields = { description: "one", ordered: true, metadata: { two: 2 } };
    const replies = await Promise.all(
      Object.entries(fields).map(([name, value]) =>
        bob.send("PATCH", `/subscriptions/${id}`, { body: { [name]: value } }),
      ),
    );
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await bob.send("GET", `/subscriptions/${id}`)).as()).toMatchObject({ ...fields, version: 4 });
    vi.spyOn(store, "saveSubscription").mockResolvedValue(false);
    const late = await bob.send("PATCH", `/subscriptions/${id}`, { body: { description: "two" } });
    expect([late.status, late.problem.code]).toEqual([409, "VERSION_CONFLICT"]);
  });

  it("no complaint points at what the body does not have", async () => {
    const conflict = await patch('"1"');
    const unknown = await ada.send("PATCH", "/subscriptions/sub_x", { body: { description: "x" } });
    const unread = await ada.send("GET", "/subscriptions/sub_x");
    for (const { problem } of [conflict, unknown, unread]) {
      const places = (problem.errors ?? []).filter((error) => "pointer" in error || "parameter" in error);
      expect(places, JSON.stringify(problem)).toEqual([]);
    }
  });
});

describe("rights", () => {
  const rights = (...permissions: Authorization["permissions"]) => ({ permissions });

  it.each(ROUTE_TABLE)("%s takes its permission", async (_, route) => {
    const place = await house();
    const ids = await idsOf(place, await seed(place, "organization:a", "tag"));
    const { method, path, init } = sampleOf(route, ids);
    const before = await place.dump();
    const status = async (name: string, ...permissions: Authorization["permissions"]) =>
      (await place.as(name, rights(...permissions)).send(method, path, init)).status;
    expect(await status("nobody")).toBe(403);
    expect(await status("revealer", "reveal")).toBe(403);
    expect(await status("reader", "read", "reveal")).toBe(route.permission === "read" ? 200 : 403);
    expect(await place.dump()).toBe(before);
    expect(await status("writer", "write")).toBe(route.answer.status);
  });

  it("every route that changes anything takes write, and no other", () => {
    for (const { method, permission, id } of ROUTES)
      expect(permission, id).toBe(method === "GET" ? "read" : "write");
  });

  it("secrets are shown to those who may see them, and to them twice only", async () => {
    const place = await house();
    const seeing = place.as("seeing", rights("write", "reveal"));
    const blind = place.as("blind", rights("write"));
    const given = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
    const headers = { "X-Token": "header-secret-0815" };
    const body = { name: "One", url: "https://user:pass-word-4711@x.example.com/ok", headers };
    const made = (await seeing.send("POST", "/subscriptions", { body })).as<Made>();
    const path = `/subscriptions/${made.subscription.id}`;
    const rotated = (await seeing.send("POST", `${path}/rotate-secret`)).as<Made>();
    const chosen = (
      await seeing.send("POST", `${path}/rotate-secret`, { body: { secret: given } })
    ).as<Made>();
    expect(chosen.secret).toBe(given);
    const hidden = await blind.send("POST", "/subscriptions", { body });
    expect(hidden.as<Made>().secret).toBeNull();
    const hiddenRotation = await blind.send("POST", `${path}/rotate-secret`);
    expect(hiddenRotation.as<Made>().secret).toBeNull();

    await seeing.send("PATCH", path, { body: { enabled: true, events: ["*"] } });
    await seeing.send("POST", "/events", { body: { type: "order.paid", data: { n: 1 } } });
    await place.webhooks.runUntilIdle();
    const replies: Reply[] = [hidden, hiddenRotation];
    const ids = (await seeing.send("GET", "/deliveries")).as<{ items: { id: string }[] }>().items;
    expect(ids.length).toBeGreaterThan(0);
    const addresses = ["/subscriptions", path, "/deliveries", "/events", "/catalogue", "/openapi.json"];
    for (const address of [...addresses, ...ids.map(({ id }) => `/deliveries/${id}`)]) {
      replies.push(await seeing.send("GET", address));
    }
    replies.push(await seeing.send("PATCH", path, { body: { description: "x" } }));
    replies.push(await seeing.send("POST", `${path}/test`));
    // Refusals, too: nothing that is sent comes back.
    replies.push(await seeing.send("POST", `${path}/rotate-secret`, { body: { secret: given } }));
    replies.push(await seeing.send("POST", `${path}/rotate-secret`, { body: { secret: `${given}!` } }));
    replies.push(await seeing.send("PATCH", path, { body: { signing: { secret: `${given}!` } } }));
    replies.push(await seeing.send("PATCH", path, { body: { url: "ftp://user:pass-word-4711@x" } }));
    expect(replies.filter(({ status }) => status >= 400)).toHaveLength(4);
    const secrets = [made.secret, rotated.secret, given, headers["X-Token"], "pass-word-4711"].map(there);
    const basic = Buffer.from("user:pass-word-4711").toString("base64");
    for (const { text } of replies) {
      for (const secret of [...secrets, basic, KEY])
        expect(text.includes(secret), text.slice(0, 100)).toBe(false);
    }
  });
});

describe("who is calling", () => {
  const webhooks = () => createWebhooks({ catalogue, store: memoryStore(), encryptionKeys: [KEY] });

  it.each<unknown>([
    undefined,
    null,
    {},
    { authorize: null },
    { authorize: "yes" },
    { authorize: () => null, basPath: "/x" },
    { authorize: () => null, basePath: "a b" },
    { authorize: () => null, basePath: "//" },
    { authorize: () => null, basePath: "https://x" },
    { authorize: () => null, basePath: "/a/../b" },
    { authorize: () => null, basePath: "/{id}" },
    { authorize: () => null, publish: "yes" },
    { authorize: () => null, maxBodyBytes: 0 },
    { authorize: () => null, allowedOrigins: ["*"] },
    { authorize: () => null, allowedOrigins: ["https://x.example/"] },
    { authorize: () => null, allowedOrigins: "https://x.example" },
    { authorize: () => null, onError: "log" },
    { authorize: () => null, clock: {} },
  ])("is not mounted with %j", (options) => {
    expect(() => createHandler(webhooks(), options as never)).toThrow(
      expect.objectContaining({ code: "CONFIGURATION", issues: [expect.anything()] }),
    );
  });

  it.each(ROUTE_TABLE)("%s: nobody is answered 401, and nothing is done", async (_, route) => {
    const place = await house();
    const ids = await idsOf(place, await seed(place, "organization:a", "tag"));
    const { method, path, init } = sampleOf(route, ids);
    const before = await place.dump();
    const reply = await ask(place.handler, method, path, init);
    expect(reply.status).toBe(401);
    checkProblem(reply);
    expect(reply.headers.get("cache-control")).toBe("no-store");
    expect(await place.dump()).toBe(before);
  });

  it("a Response of the host's is the answer", async () => {
    const { handler } = await house({
      handler: {
        authorize: async () => new Response("log in", { status: 302, headers: { location: "/login" } }),
      },
    });
    const reply = await ask(handler, "GET", "/subscriptions");
    expect([reply.status, reply.text, reply.headers.get("location")]).toEqual([302, "log in", "/login"]);
  });

  const GOOD = { scope: "", actor: ADA, permissions: ["write"] };
  it.each<[string, () => unknown]>([
    ["undefined", () => undefined],
    ["true", () => true],
    ["no scope", () => ({ ...GOOD, scope: undefined })],
    ["an unknown scope", () => ({ ...GOOD, scope: "planet:earth" })],
    ["half a scope", () => ({ ...GOOD, scope: "signin:lobby" })],
    ["an unknown permission", () => ({ ...GOOD, permissions: ["root"] })],
    ["no actor", () => ({ ...GOOD, actor: null })],
    ["an actor without an id", () => ({ ...GOOD, actor: { type: "user" } })],
    ["an actor of no type", () => ({ ...GOOD, actor: { type: "robot", id: "x" } })],
    [
      "a throw",
      () => {
        throw new Error("secret-of-the-host at /srv/app.js:1:1");
      },
    ],
    ["a rejection", () => Promise.reject(new Error("secret-of-the-host"))],
    ["a rejection with nothing", () => Promise.reject(undefined)],
    [
      "a getter that throws",
      () =>
        Object.defineProperty({}, "scope", {
          get() {
            throw new Error("secret-of-the-host");
          },
        }),
    ],
  ])("%s is a fault of the host's: 500 without a detail, and onError is told", async (_, authorize) => {
    const place = await house({ handler: { authorize: authorize as never } });
    const before = await place.dump();
    const inits = [["GET", {}] as const, ["POST", { body: { name: "One" } }] as const];
    for (const [method, init] of inits) {
      const reply = await ask(place.handler, method, "/subscriptions", init);
      expect([reply.status, reply.problem.code]).toEqual([500, "INTERNAL"]);
      checkProblem(reply);
      expect(reply.text).not.toMatch(/secret-of-the-host|authorize|planet|app\.js/);
    }
    expect(place.faults).toHaveLength(2);
    expect(place.faults[0]?.request.url).toBe(`${ORIGIN}/subscriptions`);
    expect(await place.dump()).toBe(before);
  });

  it("a host that sends more of the actor than is known is no fault of the caller's", async () => {
    const actor = { type: "user", id: "ada", email: "ada@example.com" } as const;
    const { handler, faults } = await house({
      handler: { authorize: () => ({ scope: "", actor, permissions: ["write"] }) },
    });
    const reply = await ask(handler, "POST", "/subscriptions", { body: { name: "One" } });
    if (reply.status !== 201) expect([reply.status, faults.length]).toEqual([500, 1]);
  });

  it("is asked for each request that could be served, and for no other", async () => {
    const asked: string[] = [];
    const { handler } = await house({
      handler: {
        authorize(request) {
          asked.push(`${request.method} ${new URL(request.url).pathname}`);
          return null;
        },
      },
    });
    for (const [method, path] of [
      ["GET", "/nowhere"],
      ["PUT", "/subscriptions"],
      ["OPTIONS", "/subscriptions"],
      ["GET", "/subscriptions"],
      ["HEAD", "/events"],
    ] as const) {
      await ask(handler, method, path);
    }
    expect(asked).toEqual(["GET /subscriptions", "HEAD /events"]);
  });
});

describe("where it is mounted", () => {
  it.each([
    ["", ""],
    ["/", ""],
    ["/api/webhooks", "/api/webhooks"],
    ["/api/webhooks/", "/api/webhooks"],
    ["api/webhooks", "/api/webhooks"],
    ["/v1.0/~ada/web_hooks-2", "/v1.0/~ada/web_hooks-2"],
  ])("%j", async (basePath, base) => {
    const ada = (await house({ handler: { basePath } })).as("ada");
    const made = await ada.send("POST", `${base}/subscriptions`, { body: { name: "One" } });
    const { id } = made.as<Made>().subscription;
    expect(made.headers.get("location")).toBe(`${base}/subscriptions/${id}`);
    expect((await ada.send("GET", there(made.headers.get("location")))).status).toBe(200);
    expect((await ada.send("GET", `${base}/subscriptions/`)).status).toBe(200);
    expect((await ada.send("GET", base === "" ? "/" : base)).status).toBe(404);
    for (const elsewhere of [
      `/x${base}/subscriptions`,
      `${base}/x/subscriptions`,
      `//${base}/subscriptions`,
    ]) {
      expect((await ada.send("GET", elsewhere)).status, elsewhere).toBe(404);
    }
    if (base === "") return;
    for (const elsewhere of ["/subscriptions", `${base}x/subscriptions`, `${base}subscriptions`]) {
      expect((await ada.send("GET", elsewhere)).status, elsewhere).toBe(404);
    }
  });
});

describe("publishing over HTTP", () => {
  it("is off unless the host turns it on: as if there were no such route", async () => {
    const place = await house({ handler: { publish: false } });
    const ada = place.as("ada");
    const before = await place.dump();
    const reply = await ada.send("POST", "/events", { body: { type: "order.paid", data: { n: 1 } } });
    expect([reply.status, reply.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
    expect((await ada.send("OPTIONS", "/events")).headers.get("allow")).toBe("GET, HEAD, OPTIONS");
    expect(await place.dump()).toBe(before);
    const { paths } = (await ada.send("GET", "/openapi.json")).as<{ paths: Record<string, object> }>();
    expect(Object.keys(paths["/events"] ?? {})).not.toContain("post");
  });

  it("counts an event once for each key, also over two handlers", async () => {
    const store = memoryStore();
    const [one, two] = [await house({ store }), await house({ store })];
    const init = { body: { type: "order.paid", data: { n: 1 } }, headers: { "idempotency-key": "k" } };
    const first = (await one.as("ada").send("POST", "/events", init)).as<{
      id: string;
      duplicate: boolean;
    }>();
    const second = (await two.as("ada").send("POST", "/events", init)).as<{
      id: string;
      duplicate: boolean;
    }>();
    expect([first.duplicate, second.duplicate, second.id]).toEqual([false, true, first.id]);
    const other = (await two.as("bob").send("POST", "/events", init)).as<{
      id: string;
      duplicate: boolean;
    }>();
    expect([other.duplicate, other.id === first.id]).toEqual([false, false]);
  });
});

describe("creating once", () => {
  it("holds over two processes: the second is told no secret", async () => {
    const store = sqliteStore(":memory:");
    cleanUp(() => store.close?.());
    const [one, two] = [await house({ store }), await house({ store })];
    const init = { body: { name: "One" }, headers: { "idempotency-key": "k" } };
    const first = (await one.as("ada").send("POST", "/subscriptions", init)).as<Made>();
    const again = (await one.as("ada").send("POST", "/subscriptions", init)).as<Made>();
    const elsewhere = await two.as("ada").send("POST", "/subscriptions", init);
    expect(first.secret).toMatch(/^whsec_/);
    expect(again).toEqual(first);
    expect([elsewhere.status, elsewhere.as<Made>()]).toEqual([201, { ...first, secret: null }]);
    const { items } = (await one.as("ada").send("GET", "/subscriptions")).as<{ items: unknown[] }>();
    expect(items).toHaveLength(1);
    const bob = (await two.as("bob").send("POST", "/subscriptions", init)).as<Made>();
    expect(bob.subscription.id).not.toBe(first.subscription.id);
    expect(bob.secret).toMatch(/^whsec_/);
  });

  it("both at the same moment make one", async () => {
    const store = memoryStore();
    const [one, two] = [await house({ store }), await house({ store })];
    const init = { body: { name: "One" }, headers: { "idempotency-key": "k" } };
    const made = await Promise.all(
      [one, two].map(async (place) =>
        (await place.as("ada").send("POST", "/subscriptions", init)).as<Made>(),
      ),
    );
    expect(made[0]?.subscription.id).toBe(made[1]?.subscription.id);
    expect(made.filter(({ secret }) => secret !== null)).toHaveLength(1);
  });
});

describe("what every answer has", () => {
  it.each(ROUTE_TABLE.filter(([, { method }]) => method === "GET"))(
    "%s: HEAD is GET without a body",
    async (_, route) => {
      const place = await house();
      const { path } = sampleOf(route, await idsOf(place, await seed(place, "organization:a", "tag")));
      const ada = place.as("ada");
      const get = await ada.send("GET", path);
      const head = await ada.send("HEAD", path);
      expect([head.status, [...head.headers]]).toEqual([get.status, [...get.headers]]);
      const missing = await ada.send("HEAD", `${path}?x=1`);
      expect([missing.status, missing.text]).toEqual([400, ""]);
    },
  );

  it("the documents are served, and not to everybody", async () => {
    const place = await house({ handler: { basePath: "/hooks" } });
    for (const path of ["/hooks/openapi.json", "/hooks/asyncapi.json"]) {
      const reply = await place.as("ada", { permissions: ["read"] }).send("GET", path);
      expect([reply.status, reply.headers.get("content-type")]).toEqual([200, "application/json"]);
      expect((await place.as("nobody", { permissions: [] }).send("GET", path)).status).toBe(403);
      expect((await ask(place.handler, "GET", path)).status).toBe(401);
    }
  });
});

describe("JSON pointers of a body's issues", () => {
  it("name every bad field, however deep and however it is written", async () => {
    const ada = (await house()).as("ada");
    const reply = await ada.send("POST", "/subscriptions", {
      body: {
        name: "x",
        retry: { schedule: ["1m", "soon"], timeout: "1ms" },
        headers: { "X-A/b~c": 5 },
        batch: { maxEvents: 1 },
        "a/b~c%": 1,
        é: 1,
      },
    });
    expect([reply.status, reply.problem.code]).toEqual([422, "INVALID_SUBSCRIPTION"]);
    const pointers = (reply.problem.errors ?? []).map((error) => ("pointer" in error ? error.pointer : ""));
    expect(pointers.sort()).toEqual(
      [
        "#/name",
        "#/retry/schedule/1",
        "#/retry/timeout",
        "#/headers/X-A~1b~0c",
        "#/batch/maxEvents",
        "#/a~1b~0c%25",
        "#/%C3%A9",
      ].sort(),
    );
  });

  it("of data point into data", async () => {
    const ada = (await house()).as("ada");
    const body = { type: "order.paid", data: { n: "one" } };
    const reply = await ada.send("POST", "/events", { body });
    expect([reply.status, reply.problem.code]).toEqual([422, "INVALID_DATA"]);
    expect(reply.problem.errors).toEqual([{ pointer: "#/data/n", detail: expect.any(String) }]);
  });
});

describe("faults of ours", () => {
  const CAUSE = "ECONNREFUSED postgres://admin:hunter2@10.0.0.1:5432 SELECT * FROM subscriptions";
  const METHODS = [
    "readSubscriptions",
    "findSubscriptions",
    "readDeliveries",
    "findDeliveries",
    "readEvents",
    "findEvents",
  ] as const;

  it.each(ROUTE_TABLE.filter(([, { id }]) => id !== "getCatalogue"))(
    "%s: a store that is away is 503",
    async (_, route) => {
      const store = memoryStore();
      const place = await house({ store });
      const ids = await idsOf(place, await seed(place, "organization:a", "tag"));
      const { method, path, init } = sampleOf(route, ids);
      place.as("ada");
      const down = () => Promise.reject(new Error(CAUSE));
      const spies = [...METHODS, "append" as const, "saveSubscription" as const].map((name) =>
        vi.spyOn(store, name).mockImplementation(down),
      );
      const headers = { "x-caller": "ada", "idempotency-key": "k" };
      const reply = await ask(place.handler, method, path, { ...init, headers });
      expect([reply.status, reply.problem.code], reply.text).toEqual([503, "STORE_UNAVAILABLE"]);
      expect(reply.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
      expect(reply.headers.get("cache-control")).toBe("no-store");
      checkProblem(reply);
      expect(reply.text + JSON.stringify([...reply.headers])).not.toMatch(
        /hunter2|10\.0\.0\.1|SELECT|ECONN|append|find|read/i,
      );
      expect(place.faults.length).toBe(1);
      for (const spy of spies) spy.mockRestore();
      // Nothing was kept of it: with the same key it is done now.
      expect((await ask(place.handler, method, path, { ...init, headers })).status).toBe(route.answer.status);
    },
  );

  it("anything else is 500 without a detail", async () => {
    const place = await house();
    place.as("ada");
    const list = vi.spyOn(place.webhooks.subscriptions, "list").mockRejectedValue(new TypeError(CAUSE));
    const reply = await ask(place.handler, "GET", "/subscriptions", { headers: { "x-caller": "ada" } });
    expect([reply.status, reply.problem.code]).toEqual([500, "INTERNAL"]);
    checkProblem(reply);
    expect(reply.text).not.toMatch(/hunter2|TypeError/);
    expect(place.faults.map(({ error }) => (error as Error).message)).toEqual([CAUSE]);
    list.mockRestore();
  });

  it("what the caller did wrong is not told to the host", async () => {
    const place = await house();
    const ada = place.as("ada");
    await ada.send("GET", "/subscriptions/x");
    await ada.send("POST", "/subscriptions", { body: {} });
    await ada.send("PUT", "/subscriptions");
    await ask(place.handler, "GET", "/subscriptions");
    expect(place.faults).toEqual([]);
  });

  it.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("log is down");
      },
    ],
    ["rejects", () => Promise.reject(new Error("log is down"))],
  ])("a log that %s costs nobody the answer, nor the process", async (_, onError) => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    cleanUp(() => process.off("unhandledRejection", unhandled));
    const authorize = () => Promise.reject(new Error("x"));
    const { handler } = await house({ handler: { authorize, onError: onError as never } });
    expect((await ask(handler, "GET", "/subscriptions")).status).toBe(500);
    for (let n = 0; n < 3; n++) await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).not.toHaveBeenCalled();
  });

  it("a body that the host has read already is a fault of the host's", async () => {
    const place = await house({
      handler: {
        async authorize(request) {
          await request.text();
          return { scope: "", actor: ADA, permissions: ["write"] };
        },
      },
    });
    const reply = await ask(place.handler, "POST", "/subscriptions", { body: { name: "One" } });
    expect([reply.status, reply.problem.code, place.faults.length]).toEqual([500, "INTERNAL", 1]);
  });
});
