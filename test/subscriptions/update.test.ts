import { describe, expect, test } from "vitest";
import { createEndpointPolicy } from "../../src/endpoints/policy.js";
import { WebhookError } from "../../src/model/errors.js";
import { FRESH_HEALTH } from "../../src/model/subscription.js";
import type { SubscriptionPatch } from "../../src/subscriptions/input.js";
import { createManage } from "../../src/subscriptions/manage.js";
import { disableBySystem } from "../../src/subscriptions/switch.js";
import { refused, setUp } from "./helpers.js";

const URL = "https://hooks.example.com/in";
const full = { name: "Splunk", url: URL, events: ["ping"], enabled: true };

async function created(input: object = {}) {
  const world = setUp();
  const manage = createManage(world.parts);
  const { subscription, secret } = await manage.create({ ...full, ...input });
  world.heard.length = 0;
  world.clock.at += 1000;
  return { ...world, manage, id: subscription.id, subscription, secret };
}

describe("update", () => {
  test("changes what is given, bumps the version and keeps the rest", async () => {
    const { manage, id, subscription } = await created({ description: "old", metadata: { a: 1 } });
    const updated = await manage.update(id, { name: "Renamed", ordered: true, description: undefined });
    expect(updated).toEqual({
      ...subscription,
      name: "Renamed",
      ordered: true,
      version: 2,
      updatedAt: "2023-11-14T22:13:21.000Z",
    });
    expect(await manage.get(id)).toEqual(updated);
  });

  test("null goes back to the default", async () => {
    const given = {
      ...{
        description: "x",
        contentType: "a/b",
        format: "array",
        headers: { "X-A": "1" },
        metadata: { a: 1 },
      },
      ...{ retry: { timeout: "5s" }, autoDisable: "never", tls: { verify: true }, batch: { maxEvents: 5 } },
    };
    const { manage, id } = await created(given);
    const cleared = Object.fromEntries(Object.keys(given).map((key) => [key, null])) as SubscriptionPatch;
    expect(await manage.update(id, cleared)).toMatchObject({
      description: null,
      contentType: "application/json",
      format: "standard",
      headers: {},
      metadata: {},
      retry: { timeout: 15_000 },
      autoDisable: "exhausted",
      tls: { verify: true },
      batch: null,
    });
  });

  test.each<[string, SubscriptionPatch]>([
    ["nothing", {}],
    [
      "the same",
      { name: "Splunk", url: URL, events: ["ping"], enabled: true, headers: { "X-A": "[redacted]" } },
    ],
    ["undefined", { name: undefined }],
    ["the same scheme", { signing: { scheme: "standard" } }],
  ])("a patch of %s writes nothing and tells nobody", async (_, patch) => {
    const { manage, id, heard, subscription } = await created({ headers: { "X-A": "1" } });
    expect(await manage.update(id, patch)).toEqual(subscription);
    expect(heard).toEqual([]);
  });

  test("says before and after of what changed, hidden values as changed", async () => {
    const { manage, id, heard } = await created({
      url: "https://a:b@hooks.example.com/in",
      headers: { "X-A": "old-1", "X-B": "old-2" },
    });
    const actor = { type: "user", id: "u_1" } as const;
    await manage.update(
      id,
      {
        name: "Renamed",
        url: "https://a:new-p@hooks.example.com/in",
        headers: { "X-A": "new-1", "X-B": "[redacted]" },
      },
      { actor, metadata: { ticket: "OPS-7" } },
    );
    expect(heard).toEqual([
      {
        action: "updated",
        actor,
        metadata: { ticket: "OPS-7" },
        reason: null,
        before: { name: "Splunk", headers: { "X-A": "[redacted]", "X-B": "[redacted]" }, credentials: true },
        after: {
          name: "Renamed",
          headers: { "X-A": "[changed]", "X-B": "[redacted]" },
          credentials: "[changed]",
        },
        record: expect.objectContaining({ id, version: 2 }),
      },
    ]);
  });

  test.each<[unknown, ...string[]]>([
    [{ name: null }, "INVALID_SUBSCRIPTION", "name"],
    [{ scope: "organization:a" }, "INVALID_SUBSCRIPTION", "scope"],
    [{ id: "x", version: 7 }, "INVALID_SUBSCRIPTION", "id", "version"],
    [{ events: ["pong"] }, "UNKNOWN_EVENT_TYPE", "events.0"],
    [{ events: [] }, "INVALID_SUBSCRIPTION", "events"],
    [{ url: null }, "INVALID_SUBSCRIPTION", "url"],
    [{ url: "https://10.0.0.1/" }, "URL_REFUSED", "url"],
    [null, "INVALID_SUBSCRIPTION", ""],
  ])("refuses %j and writes nothing", async (patch, ...expected) => {
    const { manage, id, subscription } = await created();
    expect(await refused(manage.update(id, patch as SubscriptionPatch))).toEqual(expected);
    expect(await manage.get(id)).toEqual(subscription);
  });

  test("judges event types at its own scope", async () => {
    const { manage, id } = await created({ scope: "organization:acme" });
    expect(await refused(manage.update(id, { events: ["signin.session.revoked"] }))).toEqual([
      "SCOPE_NOT_ALLOWED",
      "events.0",
    ]);
    // One of the types a pattern stands for is enough.
    for (const events of [["signin.session.created"], ["signin.session.*"], ["*"]]) {
      expect(await manage.update(id, { events })).toMatchObject({ events });
    }
  });

  test("does not judge again what it leaves alone", async () => {
    const { parts, id } = await created();
    const endpoints = {
      checkUrl: () => {
        throw new Error("asked");
      },
    };
    const none = { ...parts.rules.catalogue, matching: () => [] };
    const manage = createManage({ ...parts, rules: { ...parts.rules, endpoints, catalogue: none } });
    expect(await manage.update(id, { name: "Renamed" })).toMatchObject({ name: "Renamed" });
  });
});

describe("versions", () => {
  test("ifVersion compares and sets", async () => {
    const { manage, id } = await created();
    expect(await manage.update(id, { name: "One" }, { ifVersion: 1 })).toMatchObject({ version: 2 });
    expect(await refused(manage.update(id, { name: "Two" }, { ifVersion: 1 }))).toEqual([
      "VERSION_CONFLICT",
      "ifVersion",
    ]);
    expect(await refused(manage.enable(id, { ifVersion: 1 }))).toEqual(["VERSION_CONFLICT", "ifVersion"]);
    expect(await refused(manage.update(id, {}, { ifVersion: "2" } as never))).toEqual([
      "INVALID_ARGUMENT",
      "ifVersion",
    ]);
    expect((await manage.get(id)).name).toBe("One");
  });

  test("without it, changes at once all happen, one after the other", async () => {
    const { manage, id } = await created();
    await Promise.all([
      manage.update(id, { name: "Renamed" }),
      manage.update(id, { description: "both" }),
      manage.disable(id),
    ]);
    expect(await manage.get(id)).toMatchObject({
      name: "Renamed",
      description: "both",
      enabled: false,
      version: 4,
    });
  });

  test("with it, being second at the same moment is a conflict", async () => {
    const { manage, id } = await created();
    const both = await Promise.allSettled([
      manage.update(id, { name: "One" }, { ifVersion: 1 }),
      manage.update(id, { name: "Two" }, { ifVersion: 1 }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("gives up when others are always first", async () => {
    const { parts, id } = await created();
    let saves = 0;
    const saveSubscription = async () => {
      saves++;
      return false;
    };
    const manage = createManage({ ...parts, store: { ...parts.store, saveSubscription } });
    expect((await refused(manage.update(id, { name: "Renamed" })))[0]).toBe("VERSION_CONFLICT");
    expect(saves).toBe(8);
  });
});

describe("headers and credentials", () => {
  const opened = async (world: Awaited<ReturnType<typeof created>>) => {
    const { headers, authorization } = await world.stored(world.id);
    return {
      headers: Object.fromEntries(
        headers.map(({ name, sealed }) => [
          name,
          world.sealer.open(sealed, `${world.id}:header:${name.toLowerCase()}`),
        ]),
      ),
      authorization: authorization && world.sealer.open(authorization, `${world.id}:authorization`),
    };
  };
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

  test("[redacted] keeps a value, under a new spelling too; what is left out goes", async () => {
    const world = await created({ headers: { "x-a": "1", "x-b": "2" } });
    await world.manage.update(world.id, { headers: { "X-A": "[redacted]", "X-C": "3" } });
    expect((await opened(world)).headers).toEqual({ "X-A": "1", "X-C": "3" });
  });

  test("kept values count", async () => {
    const world = await created({ headers: { "x-a": "1".repeat(4000) } });
    const patch = { headers: { "x-a": "[redacted]", "x-b": "2".repeat(100) } };
    expect(await refused(world.manage.update(world.id, patch))).toEqual(["INVALID_SUBSCRIPTION", "headers"]);
  });

  test("the same origin keeps both", async () => {
    const world = await created({ url: "https://a:b@hooks.example.com/in", headers: { "x-a": "1" } });
    const updated = await world.manage.update(world.id, { url: "https://hooks.example.com:443/other" });
    expect(updated).toMatchObject({ url: "https://hooks.example.com/other", credentials: true });
    expect(await opened(world)).toEqual({ headers: { "x-a": "1" }, authorization: basic("a:b") });
  });

  test.each(["https://evil.example.com/in", "https://hooks.example.com:8443/in"])(
    "%s drops both",
    async (url) => {
      const world = await created({ url: "https://a:b@hooks.example.com/in", headers: { "x-a": "1" } });
      expect(await world.manage.update(world.id, { url })).toMatchObject({
        url,
        credentials: false,
        headers: {},
      });
      expect(await opened(world)).toEqual({ headers: {}, authorization: null });
    },
  );

  test("a new origin takes them when they are given again, but not as [redacted]", async () => {
    const world = await created({ url: "https://a:b@hooks.example.com/in", headers: { "x-a": "1" } });
    const url = "https://c:d@other.example.com/";
    expect(await refused(world.manage.update(world.id, { url, headers: { "x-a": "[redacted]" } }))).toEqual([
      "INVALID_SUBSCRIPTION",
      "headers.x-a",
    ]);
    await world.manage.update(world.id, { url, headers: { "x-a": "2" } });
    expect(await opened(world)).toEqual({ headers: { "x-a": "2" }, authorization: basic("c:d") });
  });

  test("clearing the URL forgets them, a first URL does not", async () => {
    const world = await created({ enabled: false, url: undefined, headers: { "x-a": "1" } });
    await world.manage.update(world.id, { url: "https://a:b@hooks.example.com/in" });
    expect(await opened(world)).toEqual({ headers: { "x-a": "1" }, authorization: basic("a:b") });
    await world.manage.update(world.id, { url: null });
    expect(await opened(world)).toEqual({ headers: {}, authorization: null });
  });

  test("credentials and an authorization header exclude each other until one is forgotten", async () => {
    const world = await created({ url: "https://a:b@hooks.example.com/in" });
    const headers = { Authorization: "Bearer x" };
    expect(await refused(world.manage.update(world.id, { headers }))).toEqual([
      "INVALID_SUBSCRIPTION",
      "headers.Authorization",
    ]);
    const url = "https://a:b@hooks.example.com/in";
    expect(await refused(world.manage.update(world.id, { url, credentials: false }))).toEqual([
      "INVALID_SUBSCRIPTION",
      "credentials",
    ]);
    await world.manage.update(world.id, { headers, credentials: false });
    expect(await opened(world)).toEqual({ headers, authorization: null });
    expect(await refused(world.manage.update(world.id, { url }))).toEqual([
      "INVALID_SUBSCRIPTION",
      "headers.Authorization",
    ]);
  });
});

describe("signing", () => {
  const secrets = async ({ stored, sealer, id }: Awaited<ReturnType<typeof created>>) =>
    (await stored(id)).secrets.map(({ sealed }) => sealer.open(sealed, `${id}:secret`));

  test("a secret that is given replaces all others at once", async () => {
    const world = await created({ signing: { scheme: "mist", secret: "one" } });
    await world.manage.rotateSecret(world.id, { secret: "two" });
    await world.manage.update(world.id, { signing: { secret: "three" } });
    expect(await secrets(world)).toEqual(["three"]);
  });

  test("a secret replaced within one millisecond shows as changed, not as what it is", async () => {
    const world = await created();
    const secret = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
    world.clock.at -= 1000;
    await world.manage.update(world.id, { signing: { secret } });
    expect(world.heard[0]?.before).toMatchObject({ signing: { secrets: [{}] } });
    expect(world.heard[0]?.after).toMatchObject({ signing: { secrets: [{ value: "[changed]" }] } });
    expect(JSON.stringify(world.heard[0]?.after)).not.toContain(secret);
  });

  test("another scheme keeps the newest secret where it can be used as it is", async () => {
    const world = await created();
    await world.manage.rotateSecret(world.id);
    const [newest] = await secrets(world);
    const updated = await world.manage.update(world.id, { signing: { scheme: "github" } });
    expect(updated.signing).toMatchObject({ scheme: "github", secrets: [{ expiresAt: null }] });
    expect(await secrets(world)).toEqual([newest]);
  });

  test.each([
    ["github", "standard-ed25519"],
    ["standard-ed25519", "github"],
    ["none", "standard"],
    ["github", "standard"],
  ])("from %s to %s a secret must be given", async (from, to) => {
    const world = await created({ signing: { scheme: from } });
    expect(await refused(world.manage.update(world.id, { signing: { scheme: to } }))).toEqual([
      "INVALID_SUBSCRIPTION",
      "signing.secret",
    ]);
  });

  test("to none every secret goes", async () => {
    const world = await created();
    await world.manage.update(world.id, { signing: { scheme: "none" } });
    expect(await secrets(world)).toEqual([]);
  });

  test("headers that the new scheme sets have to go first", async () => {
    const world = await created({ headers: { "X-Hub-Signature-256": "x" } });
    expect(await refused(world.manage.update(world.id, { signing: { scheme: "github" } }))).toEqual([
      "INVALID_SUBSCRIPTION",
      "headers.X-Hub-Signature-256",
    ]);
  });
});

describe("enable and disable", () => {
  test("disabling by hand says so, enabling forgets it", async () => {
    const { manage, id, heard } = await created();
    const off = await manage.disable(id);
    expect(off).toMatchObject({
      enabled: false,
      disabledReason: "manual",
      disabledAt: "2023-11-14T22:13:21.000Z",
      health: { status: "disabled" },
    });
    expect(await manage.disable(id)).toEqual(off);
    const on = await manage.enable(id);
    expect(on).toMatchObject({ enabled: true, disabledReason: null, disabledAt: null, version: 3 });
    expect(await manage.enable(id)).toEqual(on);
    expect(heard.map(({ action, reason }) => [action, reason])).toEqual([
      ["disabled", "manual"],
      ["enabled", null],
    ]);
  });

  test("a patch of enabled alone is told as a switch, with more it is an update", async () => {
    const { manage, id, heard } = await created();
    await manage.update(id, { enabled: false });
    await manage.update(id, { enabled: true, name: "Renamed" });
    await manage.update(id, { enabled: false, name: "Again" });
    await manage.update(id, { enabled: true });
    expect(heard.map(({ action, reason }) => [action, reason])).toEqual([
      ["disabled", "manual"],
      ["updated", null],
      ["updated", "manual"],
      ["enabled", null],
    ]);
  });

  test("needs a URL and an event type, and asks catalogue and policy anew", async () => {
    const { manage, id } = await created({ enabled: false, url: undefined, events: undefined });
    expect(await refused(manage.enable(id))).toEqual(["INVALID_SUBSCRIPTION", "url", "events"]);
    const other = await created({ enabled: false });
    const rules = { ...other.parts.rules, catalogue: { ...other.parts.rules.catalogue, matching: () => [] } };
    expect(await refused(createManage({ ...other.parts, rules }).enable(other.id))).toEqual([
      "UNKNOWN_EVENT_TYPE",
      "events.0",
    ]);
    const endpoints = createEndpointPolicy({}, { ownAddresses: () => [] });
    const closed = {
      checkUrl: () => {
        throw new WebhookError("URL_REFUSED", "Closed.");
      },
    };
    const withPolicy = (policy: Pick<typeof endpoints, "checkUrl">) =>
      createManage({ ...other.parts, rules: { ...other.parts.rules, endpoints: policy } });
    expect(await refused(withPolicy(closed).enable(other.id))).toEqual(["URL_REFUSED", "url"]);
    expect(await withPolicy(endpoints).enable(other.id)).toMatchObject({ enabled: true });
  });

  test("enabling resets failures and holds in the store and in the answer", async () => {
    const { manage, id, parts, clock } = await created({ enabled: false });
    const failing = {
      ...FRESH_HEALTH,
      consecutiveFailures: 4,
      failingSince: 1,
      lastAttemptAt: 2,
      lastStatus: 500,
      holdUntil: clock.at + 1,
    };
    const saves: unknown[] = [];
    const store: typeof parts.store = {
      ...parts.store,
      readSubscriptions: async (ids) =>
        (await parts.store.readSubscriptions(ids)).map((one) => ({ ...one, health: failing })),
      saveSubscription: (save) => {
        saves.push(save.resetHealth);
        return parts.store.saveSubscription(save);
      },
    };
    const watched = createManage({ ...parts, store });
    expect((await watched.get(id)).health).toMatchObject({
      consecutiveFailures: 4,
      heldUntil: "2023-11-14T22:13:21.001Z",
    });
    clock.at += 1;
    expect((await watched.get(id)).health.heldUntil).toBeNull();
    expect((await watched.enable(id)).health).toEqual({
      status: "failing",
      consecutiveFailures: 0,
      failingSince: null,
      lastAttemptAt: "1970-01-01T00:00:00.002Z",
      lastStatus: 500,
      heldUntil: null,
    });
    await watched.update(id, { name: "Renamed" });
    expect(saves).toEqual([true, false]);
    await expect(manage.get(id)).resolves.toMatchObject({ enabled: true });
  });
});

describe("disableBySystem", () => {
  test("disables, says why, and is who did it", async () => {
    const { parts, id, clock, heard } = await created();
    const result = await disableBySystem(parts, id, "gone", { attemptStartedAt: clock.at });
    expect(result).toMatchObject({
      enabled: false,
      disabledReason: "gone",
      disabledMessage: "The endpoint answered 410 Gone.",
      disabledAt: "2023-11-14T22:13:21.000Z",
    });
    expect(heard).toEqual([
      expect.objectContaining({
        action: "disabled",
        reason: "gone",
        actor: { type: "system", id: "hookwright" },
      }),
    ]);
  });

  test("leaves alone what was changed after the attempt began, is disabled, or is gone", async () => {
    const { parts, id, manage, clock, heard } = await created();
    const attemptStartedAt = clock.at;
    clock.at += 1;
    await manage.update(id, { name: "Repaired" });
    expect(await disableBySystem(parts, id, "exhausted", { attemptStartedAt })).toBeNull();
    await manage.disable(id);
    expect(await disableBySystem(parts, id, "exhausted", { attemptStartedAt: clock.at })).toBeNull();
    await manage.delete(id);
    expect(await disableBySystem(parts, id, "exhausted", { attemptStartedAt: clock.at })).toBeNull();
    expect(heard.map(({ action, reason }) => [action, reason])).toEqual([
      ["updated", null],
      ["disabled", "manual"],
      ["deleted", null],
    ]);
  });

  test("lets through what is not about the subscription being gone", async () => {
    const { parts, id, clock } = await created();
    const saveSubscription = async () => false;
    const call = disableBySystem({ ...parts, store: { ...parts.store, saveSubscription } }, id, "gone", {
      attemptStartedAt: clock.at,
    });
    expect((await refused(call))[0]).toBe("VERSION_CONFLICT");
  });

  test("reads again when someone is first, and then leaves their change alone", async () => {
    const { parts, id, manage, clock } = await created();
    const attemptStartedAt = clock.at;
    const store: typeof parts.store = {
      ...parts.store,
      saveSubscription: async (save) => {
        store.saveSubscription = parts.store.saveSubscription;
        clock.at += 1;
        await manage.update(id, { name: "Repaired" });
        return parts.store.saveSubscription(save);
      },
    };
    expect(await disableBySystem({ ...parts, store }, id, "gone", { attemptStartedAt })).toBeNull();
    expect(await manage.get(id)).toMatchObject({ name: "Repaired", enabled: true });
  });
});
