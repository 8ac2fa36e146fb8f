import { createPublicKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createManage } from "../../src/subscriptions/manage.js";
import { createSealer } from "../../src/subscriptions/seal.js";
import { entries, refusal, refused, setUp } from "./helpers.js";

const URL = "https://hooks.example.com/in";
const full = { name: "Splunk", url: URL, events: ["ping"], enabled: true };
const actor = { type: "user", id: "u_1", name: "Ada" } as const;

describe("create", () => {
  test("a name alone makes a disabled subscription at the root with every default", async () => {
    const { parts } = setUp();
    const { subscription, secret } = await createManage(parts).create({ name: "Splunk" });
    expect(secret).toMatch(/^whsec_/);
    expect(subscription).toEqual({
      id: expect.stringMatching(/^sub_[0-9a-z]{26}$/),
      scope: "",
      name: "Splunk",
      description: null,
      type: "event",
      url: null,
      events: [],
      enabled: false,
      version: 1,
      contentType: "application/json",
      headers: {},
      credentials: false,
      format: "standard",
      signing: {
        scheme: "standard",
        secrets: [{ createdAt: "2023-11-14T22:13:20.000Z", expiresAt: null }],
        verificationKey: null,
      },
      retry: { schedule: [60_000, 300_000], timeout: 15_000 },
      autoDisable: "exhausted",
      tls: { verify: true },
      ordered: false,
      batch: null,
      metadata: {},
      health: {
        status: "disabled",
        consecutiveFailures: 0,
        failingSince: null,
        lastAttemptAt: null,
        lastStatus: null,
        heldUntil: null,
      },
      disabledReason: null,
      disabledMessage: null,
      disabledAt: null,
      createdBy: null,
      createdAt: "2023-11-14T22:13:20.000Z",
      updatedAt: "2023-11-14T22:13:20.000Z",
    });
  });

  test("keeps every field it is given, and answers what it stored", async () => {
    const { parts } = setUp({ rules: { ...setUp().parts.rules, allowInsecureTls: true } });
    const manage = createManage(parts);
    const { subscription } = await manage.create(
      {
        ...full,
        scope: "organization:acme/signin:lobby",
        description: "To Splunk",
        type: "batch",
        events: ["signin.session.*", "signin.session.*", "ping"],
        contentType: "application/vnd.acme+json",
        headers: { "X-Token": "t0p" },
        format: "standard",
        signing: { scheme: "github", secret: "chosen" },
        retry: { timeout: "5s" },
        autoDisable: { failingFor: "5d" },
        tls: { verify: false },
        ordered: true,
        metadata: { team: "ops" },
        batch: { maxEvents: 10 },
      },
      { actor },
    );
    expect(subscription).toMatchObject({
      scope: "organization:acme/signin:lobby",
      description: "To Splunk",
      type: "batch",
      url: URL,
      events: ["signin.session.*", "ping"],
      enabled: true,
      contentType: "application/vnd.acme+json",
      headers: { "X-Token": "[redacted]" },
      format: "standard",
      signing: { scheme: "github" },
      retry: { schedule: [60_000, 300_000], timeout: 5_000 },
      autoDisable: { failingFor: 432_000_000 },
      tls: { verify: false },
      ordered: true,
      metadata: { team: "ops" },
      batch: { maxEvents: 10, intervalMinutes: 20, maxBytes: 4_194_304 },
      health: { status: "pending" },
      createdBy: actor,
    });
    expect(await manage.get(subscription.id)).toEqual(subscription);
  });

  test("a batch subscription has the array format and the host's batch settings", async () => {
    const { subscription } = await createManage(setUp().parts).create({ name: "Splunk", type: "batch" });
    expect(subscription.format).toBe("array");
    expect(subscription.batch).toEqual({ maxEvents: 20_000, intervalMinutes: 20, maxBytes: 4_194_304 });
  });

  test("writes what the audit answers in the same step, and tells listeners once", async () => {
    const changes: unknown[] = [];
    const { parts, heard, store } = setUp({
      audit: async (change) => {
        changes.push(change);
        return entries("evt_audit", 1);
      },
    });
    const { subscription } = await createManage(parts).create(
      { ...full, headers: { "X-A": "t0p" } },
      { actor },
    );
    expect(
      await (store as ReturnType<typeof import("../../src/stores/memory/index.js").memoryStore>).readEvents([
        "evt_audit",
      ]),
    ).toHaveLength(1);
    expect(heard).toEqual(changes);
    expect(heard).toEqual([
      expect.objectContaining({ action: "created", actor, reason: null, before: expect.anything() }),
    ]);
    expect(heard[0]?.after).toMatchObject({
      name: "Splunk",
      enabled: true,
      headers: { "X-A": "[redacted]" },
    });
    expect(heard[0]?.record.id).toBe(subscription.id);
    expect(JSON.stringify([heard[0]?.before, heard[0]?.after])).not.toContain("t0p");
  });
});

describe("secrets", () => {
  test("are sealed under the subscription, and nowhere in what is shown", async () => {
    const { parts, sealer, stored } = setUp();
    const { subscription, secret } = await createManage(parts).create({
      ...full,
      url: "https://ada:p%40ss@hooks.example.com/in",
      headers: { "X-Token": "t0p-s3cret" },
    });
    const document = await stored(subscription.id);
    for (const hidden of [secret ?? "", "t0p-s3cret", "p@ss", "p%40ss", "YWRh"]) {
      expect(document.text).not.toContain(hidden);
      expect(JSON.stringify(subscription)).not.toContain(hidden);
    }
    const { id } = subscription;
    expect(sealer.open(document.secrets[0]?.sealed ?? "", `${id}:secret`)).toBe(secret);
    expect(sealer.open(document.headers[0]?.sealed ?? "", `${id}:header:x-token`)).toBe("t0p-s3cret");
    const basic = `Basic ${Buffer.from("ada:p@ss").toString("base64")}`;
    expect(sealer.open(document.authorization ?? "", `${id}:authorization`)).toBe(basic);
    expect(subscription).toMatchObject({ url: URL, credentials: true });
  });

  test("a receiver of ed25519 is given the public half", async () => {
    const { parts } = setUp();
    const { subscription, secret } = await createManage(parts).create({
      name: "Splunk",
      signing: { scheme: "standard-ed25519" },
    });
    expect(secret).toMatch(/^whpk_/);
    expect(subscription.signing.verificationKey).toBe(secret);
    const key = Buffer.from((secret ?? "").slice(5), "base64");
    expect(
      createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: key.toString("base64url") }, format: "jwk" }),
    ).toBeDefined();
  });

  test("nothing is shown where nothing is signed", async () => {
    const { parts, stored } = setUp();
    const { subscription, secret } = await createManage(parts).create({
      name: "Splunk",
      signing: { scheme: "none" },
    });
    expect(secret).toBeNull();
    expect((await stored(subscription.id)).secrets).toEqual([]);
  });

  test("a host's scheme that makes none gets a whsec_ one, and takes any", async () => {
    const manage = createManage(setUp().parts);
    expect((await manage.create({ name: "One", signing: { scheme: "acme" } })).secret).toMatch(/^whsec_/);
    expect((await manage.create({ name: "Two", signing: { scheme: "acme", secret: "x" } })).secret).toBe("x");
  });
});

describe("refuses", () => {
  test.each<[Record<string, unknown>, ...string[]]>([
    [{}, "INVALID_SUBSCRIPTION", "name"],
    [{ ...full, name: undefined }, "INVALID_SUBSCRIPTION", "name"],
    [{ ...full, colour: 1 }, "INVALID_SUBSCRIPTION", "colour"],
    [{ ...full, credentials: false }, "INVALID_SUBSCRIPTION", "credentials"],
    [{ ...full, scope: "planet:earth" }, "UNKNOWN_SCOPE", "scope"],
    [{ ...full, scope: 7 }, "UNKNOWN_SCOPE", "scope"],
    [{ ...full, events: ["ping", "pong"] }, "UNKNOWN_EVENT_TYPE", "events.1"],
    [{ ...full, events: ["pong.*"] }, "UNKNOWN_EVENT_TYPE", "events.0"],
    [{ ...full, events: ["ping", "ping", ""] }, "UNKNOWN_EVENT_TYPE", "events.2"],
    [{ ...full, events: ["signin.session.created"] }, "SCOPE_NOT_ALLOWED", "events.0"],
    [
      { ...full, scope: "organization:a", events: ["signin.session.revoked"] },
      "SCOPE_NOT_ALLOWED",
      "events.0",
    ],
    [{ ...full, events: ["signin.*"] }, "SCOPE_NOT_ALLOWED", "events.0"],
    [{ ...full, url: "http://hooks.example.com/" }, "URL_REFUSED", "url"],
    [{ ...full, url: "https://127.0.0.1/" }, "URL_REFUSED", "url"],
    [{ ...full, url: `https://x.example/${"é".repeat(200)}` }, "INVALID_SUBSCRIPTION", "url"],
    [{ name: "Splunk", enabled: true }, "INVALID_SUBSCRIPTION", "url", "events"],
    [{ ...full, url: null }, "INVALID_SUBSCRIPTION", "url"],
    [{ ...full, events: [] }, "INVALID_SUBSCRIPTION", "events"],
    [{ ...full, events: "ping" }, "INVALID_SUBSCRIPTION", "events"],
    [{ ...full, format: "xml" }, "INVALID_SUBSCRIPTION", "format"],
    [{ ...full, signing: { scheme: "rsa" } }, "INVALID_SUBSCRIPTION", "signing.scheme"],
    [{ ...full, signing: { secret: "short" } }, "INVALID_SUBSCRIPTION", "signing.secret"],
    [{ ...full, signing: { secret: "" } }, "INVALID_SUBSCRIPTION", "signing.secret"],
    [
      { ...full, signing: { scheme: "acme", secret: "x".repeat(4097) } },
      "INVALID_SUBSCRIPTION",
      "signing.secret",
    ],
    [{ ...full, signing: { scheme: "none", secret: "x" } }, "INVALID_SUBSCRIPTION", "signing.secret"],
    [{ ...full, tls: { verify: false } }, "INVALID_SUBSCRIPTION", "tls.verify"],
    [{ ...full, headers: { Host: "x" } }, "INVALID_SUBSCRIPTION", "headers.Host"],
    [{ ...full, headers: { "X-A": "1", "x-a": "2" } }, "INVALID_SUBSCRIPTION", "headers.x-a"],
    [{ ...full, headers: { "X-A": "[redacted]" } }, "INVALID_SUBSCRIPTION", "headers.X-A"],
    [
      { ...full, headers: { "X-Acme": "1" }, signing: { scheme: "acme" } },
      "INVALID_SUBSCRIPTION",
      "headers.X-Acme",
    ],
    [
      { ...full, url: "https://a:b@x.example/", headers: { authorization: "c" } },
      "INVALID_SUBSCRIPTION",
      "headers.authorization",
    ],
  ])("%j", async (input, ...expected) => {
    const { parts, store, heard } = setUp();
    expect(await refused(createManage(parts).create(input as { name: string }))).toEqual(expected);
    expect(await store.findSubscriptions({ limit: 1, after: null })).toEqual([]);
    expect(heard).toEqual([]);
  });

  test("all at once, under one code", async () => {
    const call = createManage(setUp().parts).create({
      name: "x",
      scope: "planet:earth",
      url: "https://localhost/",
      events: ["pong"],
      headers: { Host: "x" },
      format: "xml",
      retry: { timeout: 1 },
    });
    const [code, ...paths] = await refused(call);
    expect(code).toBe("INVALID_SUBSCRIPTION");
    expect(paths.sort()).toEqual([
      "events.0",
      "format",
      "headers.Host",
      "name",
      "retry.timeout",
      "scope",
      "url",
    ]);
  });

  test("what is no object, and a context that is none", async () => {
    const manage = createManage(setUp().parts);
    for (const input of [null, undefined, "Splunk", []]) {
      const [code, path] = await refused(manage.create(input as never));
      expect([code, path]).toEqual(["INVALID_SUBSCRIPTION", ""]);
    }
    const call = manage.create(full, { actor: { type: "robot", id: "" }, extra: 1 } as never);
    expect(await refused(call)).toEqual(["INVALID_ARGUMENT", "actor.type", "actor.id", "extra"]);
  });

  test("without ever quoting a secret, even where a host's scheme does", async () => {
    const { parts } = setUp();
    const rude = {
      sign: () => ({}),
      checkSecret: (secret: string) => {
        throw new Error(`${secret} is bad`);
      },
    };
    const rules = { ...parts.rules, schemes: new Map([["standard", rude]]) };
    const manage = createManage({ ...parts, rules });
    const error = await refusal(manage.create({ ...full, signing: { secret: "hunter2" } }));
    expect(error.issues).toHaveLength(1);
    expect(JSON.stringify([error.message, error.issues])).not.toContain("hunter2");
  });

  test("a store that holds the id already", async () => {
    const { parts } = setUp();
    const store = { ...parts.store, saveSubscription: async () => false };
    expect((await refused(createManage({ ...parts, store }).create(full)))[0]).toBe("VERSION_CONFLICT");
  });

  test("with another key ring nothing stored opens", async () => {
    const { parts } = setUp();
    const { subscription } = await createManage(parts).create({ ...full, headers: { "X-A": "1" } });
    const sealer = createSealer([Buffer.alloc(32, 8).toString("base64")]);
    const patch = { headers: { "X-A": "[redacted]", "X-B": "2" } };
    expect((await refused(createManage({ ...parts, sealer }).update(subscription.id, patch)))[0]).toBe(
      "UNSEAL_FAILED",
    );
  });
});
