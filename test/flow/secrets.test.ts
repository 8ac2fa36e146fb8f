import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWebhooks, type Format, type SignatureScheme } from "hookwright";
import { memoryStore } from "hookwright/stores/memory";
import { sqliteStore } from "hookwright/stores/sqlite";
import { type VerifyScheme, verify } from "hookwright/verify";
import { afterEach, describe, expect, test } from "vitest";
import { catalogue, cleanAll, cleanUp, flowOn, HOUR, KEY, MINUTE, only, STORES, there } from "./harness.js";

afterEach(cleanAll);

describe.each(STORES)("rotating a secret on %s", (_, makeStore) => {
  test("signs with both until the overlap ends, with the new one alone from then on", async () => {
    const { webhooks, clock, requests, subscribe, pass } = flowOn(makeStore);
    const { id, secret: old } = await subscribe();
    const { secret, subscription } = await webhooks.subscriptions.rotateSecret(id, { overlap: "1h" });
    const fresh = there(secret);
    expect(fresh).not.toBe(old);
    expect(subscription.signing.secrets.map(({ expiresAt }) => expiresAt)).toEqual([
      null,
      "2026-01-01T01:00:00.000Z",
    ]);
    const send = async () => {
      await webhooks.publish("order.paid", { n: 1 });
      await webhooks.runUntilIdle();
      const { headers, body } = there(requests.at(-1));
      const accepts = (key: string) =>
        verify({ headers, body: body as string }, key, { now: clock.now }).then(
          () => true,
          () => false,
        );
      return {
        signatures: there(headers["webhook-signature"]).split(" ").length,
        old: await accepts(old),
        fresh: await accepts(fresh),
      };
    };
    expect(await send()).toEqual({ signatures: 2, old: true, fresh: true });
    await pass(HOUR - 1);
    expect(await send()).toEqual({ signatures: 2, old: true, fresh: true });
    await pass(1);
    expect(await send()).toEqual({ signatures: 1, old: false, fresh: true });
    expect((await webhooks.subscriptions.get(id)).signing.secrets).toHaveLength(1);
  });

  test("overlaps a day unless told otherwise, and ends the old one at once with 0", async () => {
    const { webhooks, clock, requests, subscribe, answer, pass } = flowOn(makeStore);
    const { id, secret: old } = await subscribe();
    const { subscription } = await webhooks.subscriptions.rotateSecret(id);
    expect(subscription.signing.secrets[1]?.expiresAt).toBe("2026-01-02T00:00:00.000Z");
    const { secret } = await webhooks.subscriptions.rotateSecret(id, { overlap: 0 });
    // A delivery that began before the rotation is signed with what holds at each attempt.
    answer(500);
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    const again = there((await webhooks.subscriptions.rotateSecret(id, { overlap: 0 })).secret);
    await pass(MINUTE);
    const [first, second] = requests;
    const check = (request: typeof first, key: string) =>
      verify({ headers: there(request).headers, body: there(request).body as string }, key, {
        now: () => there(request).at,
      });
    await check(first, there(secret));
    await check(second, again);
    await expect(check(first, old)).rejects.toMatchObject({ code: "NO_MATCH" });
    await expect(check(second, there(secret))).rejects.toMatchObject({ code: "NO_MATCH" });
    expect(clock.now()).toBeGreaterThan(0);
  });
});

describe.each(STORES)("signature schemes on %s", (_, makeStore) => {
  test.each(["standard", "standard-ed25519", "mist", "github", "stripe"] as const)(
    "%s: the receiver's verify takes it",
    async (scheme) => {
      const { webhooks, clock, requests, subscribe } = flowOn(makeStore);
      const { secret } = await subscribe({ signing: { scheme } });
      const { id } = await webhooks.publish("order.paid", { n: 1 });
      await webhooks.runUntilIdle();
      const { headers, body } = only(requests);
      const options = { now: clock.now, scheme: scheme satisfies VerifyScheme };
      expect(await verify({ headers, body: body as string }, secret, options)).toMatchObject({ id });
      await expect(verify({ headers, body: `${body} ` }, secret, options)).rejects.toMatchObject({
        code: "NO_MATCH",
      });
    },
  );

  test("none signs nothing", async () => {
    const { webhooks, requests, subscribe } = flowOn(makeStore);
    const { secret } = await subscribe({
      signing: { scheme: "none" },
      headers: { "X-Api-Key": "opensesame" },
    });
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    expect(secret).toBe("");
    expect(Object.keys(only(requests).headers).sort()).toEqual(["content-type", "user-agent", "x-api-key"]);
    expect(only(requests).headers["x-api-key"]).toBe("opensesame");
  });

  test("the host's own scheme and format make the request", async () => {
    const acme: SignatureScheme = {
      headers: ["x-acme"],
      sign: ({ id, timestamp, body }, [key]) => ({
        "X-Acme": `${id};${timestamp};${String(body).length};${key?.slice(0, 6)}`,
      }),
    };
    const slack: Format = {
      contentType: "application/vnd.slack+json",
      body: (events, { name, metadata }) =>
        JSON.stringify({
          text: `${name} ${metadata.room}: ${events.map(({ type, json }) => type + json)}`,
        }),
    };
    const { webhooks, requests, subscribe } = flowOn(makeStore, { formats: { slack }, signatures: { acme } });
    await subscribe({
      name: "Slack",
      format: "slack",
      signing: { scheme: "acme" },
      metadata: { room: "general" },
    });
    const { id } = await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    const { headers, body } = only(requests);
    expect(body).toBe('{"text":"Slack general: order.paid{\\"n\\":1}"}');
    expect(headers["content-type"]).toBe("application/vnd.slack+json");
    expect(headers["x-acme"]).toBe(`${id};1767225600;${String(body).length};whsec_`);
    expect((await webhooks.deliveries.get(only((await webhooks.deliveries.list()).items).id)).payload).toBe(
      body,
    );
  });

  test("the array format and a content type of the subscription's own", async () => {
    const { webhooks, requests, subscribe } = flowOn(makeStore);
    await subscribe({ format: "array", contentType: "application/vnd.acme+json; v=1" });
    const { id } = await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    expect(JSON.parse(String(only(requests).body))).toMatchObject([{ id, data: { n: 1 } }]);
    expect(only(requests).headers["content-type"]).toBe("application/vnd.acme+json; v=1");
  });

  test("a host's format or scheme that throws ends as a recorded attempt, and is reported", async () => {
    const formats = {
      broken: {
        contentType: "text/plain",
        body: () => {
          throw new Error("no body today");
        },
      },
    };
    const { webhooks, requests, faults, subscribe } = flowOn(makeStore, { formats });
    await subscribe({ format: "broken", retry: { schedule: ["1m"] } });
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    const delivery = only((await webhooks.deliveries.list()).items);
    expect(delivery).toMatchObject({ status: "failed", error: { code: "NOT_SENT" } });
    expect(JSON.stringify(await webhooks.deliveries.get(delivery.id))).not.toContain("no body today");
    expect(requests).toEqual([]);
    expect(only(faults).error).toMatchObject({ message: "no body today" });
  });
});

const SECRETS = {
  header: "header-value-4711",
  user: "basicuser",
  password: "url-pass-0815",
  chosen: `whsec_${Buffer.alloc(32, 9).toString("base64")}`,
};
const BASIC = Buffer.from(`${SECRETS.user}:${SECRETS.password}`).toString("base64");

const KEPT = [
  ["memory", () => ({ store: memoryStore(), files: () => "" })],
  [
    "sqlite",
    () => {
      const folder = mkdtempSync(join(tmpdir(), "hookwright-flow-"));
      cleanUp(() => rmSync(folder, { recursive: true, force: true }));
      const read = (name: string) => readFileSync(join(folder, name), "latin1");
      return {
        store: sqliteStore(join(folder, "test.db")),
        files: () => readdirSync(folder).map(read).join(""),
      };
    },
  ],
] as const;

describe.each(KEPT)("secrets on %s", (kind, make) => {
  test("are sent, and are nowhere else: not in the files, not in any answer, event or log", async () => {
    const { store, files } = make();
    const said: string[] = [];
    const say = (fields: object, message: string) => said.push(JSON.stringify(fields) + message);
    const logger = { debug: say, info: say, warn: say, error: say };
    const { webhooks, requests, subscribe, answer, pass } = flowOn(() => store, {
      store,
      logger,
      autoDisable: "never",
    });
    for (const name of [
      "delivery.succeeded",
      "delivery.failed",
      "delivery.exhausted",
      "subscription.changed",
      "error",
    ] as const) {
      webhooks.on(name, (payload) => said.push(JSON.stringify(payload)));
    }
    const url = `https://${SECRETS.user}:${SECRETS.password}@hooks.example.com/in`;
    const { id } = await subscribe({
      url,
      headers: { "X-Api-Key": SECRETS.header },
      signing: { secret: SECRETS.chosen },
      retry: { schedule: ["1m"] },
    });
    // An endpoint that echoes what it was sent.
    answer(({ headers }) => ({
      status: 500,
      headers: { "x-echo": headers["x-api-key"] ?? "" },
      body: JSON.stringify(headers),
    }));
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    await pass(MINUTE);
    await webhooks.subscriptions.sendTest(id);
    const rotated = there((await webhooks.subscriptions.rotateSecret(id)).secret);
    answer(() => {
      throw new Error(`transport quotes ${url}`);
    });
    await webhooks.publish("order.paid", { n: 2 });
    await webhooks.runUntilIdle();
    expect(requests[0]?.headers).toMatchObject({
      authorization: `Basic ${BASIC}`,
      "x-api-key": SECRETS.header,
    });
    expect(requests[0]?.url).toBe("https://hooks.example.com/in");
    for (const request of requests.slice(0, 1)) {
      await verify({ headers: request.headers, body: request.body as string }, SECRETS.chosen, {
        now: () => request.at,
      });
    }

    const answers: unknown[] = [
      await webhooks.subscriptions.get(id),
      await webhooks.subscriptions.list(),
      await webhooks.subscriptions.update(id, { description: "New" }),
      await webhooks.subscriptions.disable(id),
      await webhooks.subscriptions.enable(id),
      await webhooks.events.list(),
    ];
    const { items } = await webhooks.deliveries.list();
    for (const delivery of items) answers.push(delivery, await webhooks.deliveries.get(delivery.id));
    expect(items.length).toBe(3);
    const hidden = [...Object.values(SECRETS), BASIC, rotated].flatMap((text) => [
      text,
      text.replace("whsec_", ""),
    ]);
    const shown = { answers: JSON.stringify(answers), files: files(), said: said.join("\n") };
    for (const [place, text] of Object.entries(shown)) {
      for (const secret of hidden.filter((one) => place !== "said" || one !== SECRETS.password)) {
        expect(text.includes(secret), `${secret.slice(0, 10)}... in ${place}`).toBe(false);
      }
    }
    expect(shown.answers).toContain("[redacted]");
    expect(await webhooks.subscriptions.get(id)).toMatchObject({
      url: "https://hooks.example.com/in",
      credentials: true,
      headers: { "X-Api-Key": "[redacted]" },
    });
    // The check can fail: the very same file does hold what is no secret.
    if (kind === "sqlite") expect(shown.files).toContain("hooks.example.com");
  });

  test("of one origin are never sent to another", async () => {
    const { store } = make();
    const { webhooks, requests, subscribe } = flowOn(() => store, { store });
    const { id } = await subscribe({
      url: `https://${SECRETS.user}:${SECRETS.password}@hooks.example.com/in`,
      headers: { "X-Api-Key": SECRETS.header },
    });
    await webhooks.subscriptions.update(id, { url: "https://hooks.example.com/other" });
    await webhooks.publish("order.paid", { n: 1 });
    await webhooks.runUntilIdle();
    expect(requests[0]?.headers).toMatchObject({
      authorization: `Basic ${BASIC}`,
      "x-api-key": SECRETS.header,
    });
    await webhooks.subscriptions.update(id, { url: "https://evil.example.com/in" });
    await webhooks.publish("order.paid", { n: 2 });
    await webhooks.runUntilIdle();
    expect(requests[1]?.url).toBe("https://evil.example.com/in");
    expect(requests[1]?.headers).not.toHaveProperty("authorization");
    expect(requests[1]?.headers).not.toHaveProperty("x-api-key");
  });

  test("open with any key of the ring, and not with another", async () => {
    const { store } = make();
    const newer = Buffer.alloc(32, 8).toString("base64");
    const first = flowOn(() => store, { store });
    const { id, secret } = await first.subscribe();
    const second = flowOn(() => store, { store, encryptionKeys: [newer, KEY] });
    await second.webhooks.publish("order.paid", { n: 1 });
    await second.webhooks.runUntilIdle();
    const { headers, body } = only(second.requests);
    await verify({ headers, body: body as string }, secret, { now: second.clock.now });

    const third = flowOn(() => store, { store, encryptionKeys: [newer] });
    await third.webhooks.publish("order.paid", { n: 2 });
    await third.webhooks.runUntilIdle();
    expect(third.requests).toEqual([]);
    expect(only(third.faults).error).toMatchObject({ code: "UNSEAL_FAILED" });
    const { items } = await third.webhooks.deliveries.list({ status: "failed" });
    expect(only(items)).toMatchObject({ error: { code: "NOT_SENT" } });
    // It says nothing of the endpoint.
    expect((await third.webhooks.subscriptions.get(id)).health.status).toBe("healthy");
  });
});

test("a store that persists needs keys, or to be told that there are none", () => {
  expect(() => createWebhooks({ catalogue, store: sqliteStore("never-opened.db") })).toThrow(
    expect.objectContaining({
      code: "CONFIGURATION",
      issues: [expect.objectContaining({ path: ["encryptionKeys"] })],
    }),
  );
  createWebhooks({ catalogue, store: sqliteStore("never-opened.db"), encryptionKeys: "none" });
  createWebhooks({ catalogue, store: memoryStore() });
});
