import { describe, expect, test } from "vitest";
import { createManage } from "../../src/subscriptions/manage.js";
import { createSealer } from "../../src/subscriptions/seal.js";
import { entries, refused, setUp } from "./helpers.js";

const HOUR = 3_600_000;
const bytes = (n: number) => `whsec_${Buffer.alloc(32, n).toString("base64")}`;

describe("rotateSecret", () => {
  async function created(signing: object = {}) {
    const world = setUp();
    const manage = createManage(world.parts);
    const { subscription, secret } = await manage.create({ name: "Splunk", signing });
    world.heard.length = 0;
    const { id } = subscription;
    const opened = async () =>
      (await world.stored(id)).secrets.map(({ sealed, expiresAt }) => [
        world.sealer.open(sealed, `${id}:secret`),
        expiresAt === null ? null : expiresAt - world.clock.at,
      ]);
    return { ...world, manage, id, secret, opened };
  }

  test("the new secret is first and the old one signs on for 24 hours", async () => {
    const { manage, id, secret, opened, heard } = await created();
    const rotated = await manage.rotateSecret(id);
    expect(rotated.secret).toMatch(/^whsec_/);
    expect(await opened()).toEqual([
      [rotated.secret, null],
      [secret, 24 * HOUR],
    ]);
    expect(rotated.subscription).toMatchObject({
      version: 2,
      signing: { secrets: [{ expiresAt: null }, {}] },
    });
    expect(heard).toEqual([expect.objectContaining({ action: "rotated" })]);
    expect(Object.keys(heard[0]?.after ?? {})).toEqual(["signing"]);
    expect(JSON.stringify(heard[0])).not.toContain(rotated.secret);
  });

  test("an old secret never lives longer for being rotated again; expired ones go", async () => {
    const { manage, id, secret, opened, clock } = await created();
    await manage.rotateSecret(id, { secret: bytes(1), overlap: "1h" });
    await manage.rotateSecret(id, { secret: bytes(2), overlap: "2h" });
    expect(await opened()).toEqual([
      [bytes(2), null],
      [bytes(1), 2 * HOUR],
      [secret, HOUR],
    ]);
    clock.at += HOUR;
    expect((await manage.get(id)).signing.secrets).toHaveLength(2);
    await manage.rotateSecret(id, { secret: bytes(3), overlap: "30d" });
    expect(await opened()).toEqual([
      [bytes(3), null],
      [bytes(2), 720 * HOUR],
      [bytes(1), HOUR],
    ]);
  });

  test("overlap 0 ends the old ones now", async () => {
    const { manage, id, opened } = await created();
    await manage.rotateSecret(id, { secret: bytes(1), overlap: 0 });
    expect(await opened()).toEqual([[bytes(1), null]]);
  });

  test("at most ten sign at once", async () => {
    const { manage, id, opened } = await created();
    for (let n = 1; n < 10; n++) await manage.rotateSecret(id, { secret: bytes(n) });
    expect(await refused(manage.rotateSecret(id))).toEqual(["INVALID_STATE"]);
    expect(await opened()).toHaveLength(10);
    await manage.rotateSecret(id, { overlap: 0 });
    expect(await opened()).toHaveLength(1);
  });

  test("shows the public half of a key pair", async () => {
    const { manage, id } = await created({ scheme: "standard-ed25519" });
    const { subscription, secret } = await manage.rotateSecret(id);
    expect(secret).toMatch(/^whpk_/);
    expect(subscription.signing.verificationKey).toBe(secret);
  });

  test("works although the old secret cannot be opened any more", async () => {
    const { parts, id } = await created();
    const sealer = createSealer([Buffer.alloc(32, 9).toString("base64")]);
    const rotated = await createManage({ ...parts, sealer }).rotateSecret(id, { secret: bytes(1) });
    expect(rotated.secret).toBe(bytes(1));
  });

  test("refuses what is no secret, signs already, or has no use", async () => {
    const { manage, id, secret } = await created();
    expect(await refused(manage.rotateSecret(id, { secret: "short" }))).toEqual([
      "INVALID_ARGUMENT",
      "secret",
    ]);
    expect(await refused(manage.rotateSecret(id, { secret: secret ?? "" }))).toEqual([
      "INVALID_ARGUMENT",
      "secret",
    ]);
    expect(await refused(manage.rotateSecret(id, { overlap: "31d" }))).toEqual([
      "INVALID_ARGUMENT",
      "overlap",
    ]);
    expect(await refused(manage.rotateSecret(id, { overlap: -1, extra: 1 } as never))).toEqual([
      "INVALID_ARGUMENT",
      "overlap",
      "extra",
    ]);
    expect(await refused(manage.rotateSecret(id, {}, { ifVersion: 7 }))).toEqual([
      "VERSION_CONFLICT",
      "ifVersion",
    ]);
    expect((await manage.get(id)).version).toBe(1);
    const unsigned = await created({ scheme: "none" });
    expect(await refused(unsigned.manage.rotateSecret(unsigned.id))).toEqual(["INVALID_STATE"]);
    const rules = { ...unsigned.parts.rules, schemes: new Map() };
    expect(await refused(createManage({ ...unsigned.parts, rules }).rotateSecret(unsigned.id))).toEqual([
      "INVALID_STATE",
    ]);
  });
});

describe("get, delete", () => {
  test.each(["sub_unknown", "", "a b", "a\0b", "x".repeat(129), 7, null, undefined, {}])(
    "no %j",
    async (id) => {
      const { parts } = setUp();
      const asked: unknown[] = [];
      const readSubscriptions = async (ids: readonly string[]) => {
        asked.push(...ids);
        return [];
      };
      const manage = createManage({ ...parts, store: { ...parts.store, readSubscriptions } });
      const calls = [
        manage.get(id as string),
        manage.update(id as string, {}),
        manage.enable(id as string),
        manage.disable(id as string),
        manage.rotateSecret(id as string),
        manage.delete(id as string),
      ];
      for (const call of calls) expect(await refused(call)).toEqual(["NOT_FOUND", "id"]);
      expect(asked).toEqual(id === "sub_unknown" ? Array(6).fill(id) : []);
    },
  );

  test("deletes once, with its audit, and tells", async () => {
    const { parts, store, heard } = setUp();
    const removals: unknown[] = [];
    const removeSubscription: typeof store.removeSubscription = (...args) => {
      removals.push(args);
      return store.removeSubscription(...args);
    };
    const audit = async () => entries("evt_audit", 1);
    const manage = createManage({ ...parts, store: { ...store, removeSubscription }, audit });
    const { subscription } = await manage.create({ name: "Splunk" });
    const actor = { type: "user", id: "u_1" } as const;
    await manage.delete(subscription.id, { actor });
    expect(removals).toEqual([[subscription.id, parts.clock.now(), entries("evt_audit", 1)]]);
    expect(heard[1]).toMatchObject({
      action: "deleted",
      actor,
      before: { name: "Splunk" },
      record: { version: 1 },
    });
    expect(await refused(manage.delete(subscription.id))).toEqual(["NOT_FOUND", "id"]);
    expect(heard).toHaveLength(2);
    expect(await refused(manage.delete("x", { ifVersion: "1" } as never))).toEqual([
      "INVALID_ARGUMENT",
      "ifVersion",
    ]);
  });

  test("of two who delete at once, one did", async () => {
    const { parts, heard } = setUp();
    const manage = createManage(parts);
    const { subscription } = await manage.create({ name: "Splunk" });
    const both = await Promise.allSettled([manage.delete(subscription.id), manage.delete(subscription.id)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(heard.map(({ action }) => action)).toEqual(["created", "deleted"]);
  });
});

describe("list", () => {
  async function three() {
    const { parts, clock } = setUp();
    const manage = createManage(parts);
    for (const [name, scope] of [
      ["Root", ""],
      ["Acme", "organization:acme"],
      ["Lobby", "organization:acme/signin:lobby"],
    ] as const) {
      clock.at += 1;
      await manage.create({
        name,
        scope,
        url: "https://x.example/",
        events: ["ping"],
        enabled: name !== "Acme",
      });
    }
    const names = async (options?: object) => (await manage.list(options)).items.map(({ name }) => name);
    return { manage, names };
  }

  test("newest first, by scope and state", async () => {
    const { names } = await three();
    expect(await names()).toEqual(["Lobby", "Acme", "Root"]);
    expect(await names({ enabled: true })).toEqual(["Lobby", "Root"]);
    expect(await names({ scope: "" })).toEqual(["Root"]);
    expect(await names({ scope: "organization:acme" })).toEqual(["Acme"]);
    expect(await names({ scope: "organization:acme", descendants: true })).toEqual(["Lobby", "Acme"]);
    expect(await names({ scope: "organization:acme", descendants: true, enabled: false })).toEqual(["Acme"]);
    expect(await names({ scope: "", descendants: true })).toEqual(["Lobby", "Acme", "Root"]);
  });

  test("in pages, whose cursor belongs to the same filters", async () => {
    const { manage } = await three();
    const first = await manage.list({ limit: 2 });
    expect(first.items.map(({ name }) => name)).toEqual(["Lobby", "Acme"]);
    const cursor = first.next ?? "";
    const second = await manage.list({ limit: 2, cursor });
    expect(second).toMatchObject({ items: [{ name: "Root" }], next: null });
    expect((await manage.list({ limit: 3 })).next).toBeNull();
    expect(await refused(manage.list({ cursor, enabled: true }))).toEqual(["INVALID_CURSOR", "cursor"]);
    expect(await refused(manage.list({ cursor, scope: "", descendants: true }))).toEqual([
      "INVALID_CURSOR",
      "cursor",
    ]);
  });

  test.each<[object, ...string[]]>([
    [{ scope: "planet:earth" }, "UNKNOWN_SCOPE", "scope"],
    [{ limit: 0 }, "INVALID_ARGUMENT", "limit"],
    [{ limit: 201 }, "INVALID_ARGUMENT", "limit"],
    [{ limit: "5" }, "INVALID_ARGUMENT", "limit"],
    [{ cursor: "x" }, "INVALID_CURSOR", "cursor"],
    [{ cursor: 7, tenant: "x" }, "INVALID_ARGUMENT", "cursor", "tenant"],
  ])("refuses %j", async (options, ...expected) => {
    const { manage } = await three();
    expect(await refused(manage.list(options))).toEqual(expected);
  });
});
