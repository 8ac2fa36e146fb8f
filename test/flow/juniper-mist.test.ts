import { createHmac } from "node:crypto";
import { isWebhookError, type Store, type SubscriptionInput } from "hookwright";
import { verify } from "hookwright/verify";
import { afterEach, describe, expect, it } from "vitest";
import { fromMist, juniperMist, type MistWebhook } from "../../examples/catalogues/juniper-mist.js";
import { cleanAll, type Flow, flowOn, MINUTE, type NetworkAnswer, only, STORES, there } from "./harness.js";

/** Juniper Mist's page "Create Webhooks from the API", in its order. README.md beside this file is the index. */

afterEach(cleanAll);

const ORG = "organization:acme";
const HQ = `${ORG}/site:hq`;
const LAB = `${ORG}/site:lab`;

/** The sample of the document, but for the comma that ends its list, which no JSON parser takes. */
const SAMPLE = `{
  "name": "analytic",
  "type": "http-post",
  "url": "https://username:password@hooks.abc.com/uri/...",
  "secret": "secret",
  "headers": {
    "x-custom-1": "your_custom_header_value1",
    "x-custom-2": "your_custom_header_value2"
  },
  "verify_cert": false,
  "enabled": true,
  "topics": ["location", "zone", "vbeacon", "rssizone", "asset-raw-rssi", "device-events", "alarms", "audits",
    "client-join", "client-sessions", "device-updowns", "occupancy-alerts", "mxedge-events", "nac-accounting",
    "sdkclient-scan-data"]
}`;

const sample = (change: Partial<MistWebhook> = {}): MistWebhook => ({
  ...(JSON.parse(SAMPLE) as MistWebhook),
  ...change,
});

/** The sample as a Splunk collector would be configured. */
function splunkSample(change: Partial<MistWebhook> = {}): MistWebhook {
  const { secret: _, headers: __, ...rest } = sample();
  const url = "https://splunk.abc.com:8088/services/collector/event";
  return { ...rest, type: "splunk", url, splunk_token: "0a1b2c3d-token", ...change };
}

type Options = NonNullable<Parameters<typeof flowOn>[1]>;
type Cloud = Flow<typeof juniperMist>;

/** The cloud on a store. The operator allows unverified certificates, as the sample asks, unless the options say otherwise. */
function cloudOn(makeStore: () => Store, options: Options = {}): Cloud {
  const given = { endpoints: { allowInsecureTls: true }, ...options, catalogue: juniperMist };
  // The harness runs any catalogue; only its default's types are written into its signature.
  return flowOn(makeStore, given as unknown as Options) as unknown as Cloud;
}

/** `POST` of a body to the webhooks of a scope; `more` is what the library offers beyond the document. */
async function post(
  { webhooks }: Cloud,
  scope: string,
  body: MistWebhook,
  more: Partial<SubscriptionInput> = {},
) {
  await webhooks.migrate();
  return webhooks.subscriptions.create({ ...fromMist(body), scope, ...more });
}

const exampleOf = (topic: string) => there(juniperMist.get(topic)).example as never;

/** Publishes the example of a topic. */
function happen({ webhooks }: Cloud, topic: string, scope: string) {
  return webhooks.publish(topic as "alarms", exampleOf(topic), { scope });
}

/** The bodies sent to a URL so far. */
const bodies = ({ requests }: Cloud, url?: string) =>
  requests
    .filter((request) => url === undefined || request.url === url)
    .map(({ body }) => JSON.parse(String(body)) as { topic: string; events: unknown[] });

const hex = (hash: string, key: string, body: string | Uint8Array) =>
  createHmac(hash, key).update(body).digest("hex");

async function code(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "taken",
    (error: unknown) => (isWebhookError(error) ? error.code : error),
  );
}

describe("the sample body", () => {
  it("becomes the input of create, field by field", () => {
    expect(fromMist(sample())).toEqual({
      name: "analytic",
      url: "https://username:password@hooks.abc.com/uri/...",
      format: "topic",
      signing: { scheme: "mist", secret: "secret" },
      headers: { "x-custom-1": "your_custom_header_value1", "x-custom-2": "your_custom_header_value2" },
      tls: { verify: false },
      enabled: true,
      events: sample().topics,
    });
  });

  it("leaves out what is left out", () => {
    expect(fromMist({ name: "min", type: "http-post", url: "https://a.example.com/" })).toEqual({
      name: "min",
      url: "https://a.example.com/",
      format: "topic",
      signing: { scheme: "none" },
    });
    expect(fromMist({ name: "min", type: "splunk", url: "https://a.example.com/" })).not.toHaveProperty(
      "headers",
    );
  });

  it("has the token of a Splunk collector become a header, and no signature although it holds a secret", () => {
    expect(fromMist(splunkSample({ secret: "secret", headers: { "x-a": "1" } }))).toMatchObject({
      format: "splunk",
      signing: { scheme: "none" },
      headers: { "x-a": "1", Authorization: "Splunk 0a1b2c3d-token" },
    });
  });

  it("does not guess what another type means", () => {
    expect(() => fromMist({ ...sample(), type: "aws-sns" as "splunk" })).toThrow(TypeError);
  });

  it("names fifteen topics, and the catalogue has each of them and no other", () => {
    expect(sample().topics).toHaveLength(15);
    expect([...juniperMist.types].sort()).toEqual([...there(sample().topics)].sort());
  });
});

describe.each(STORES)("Juniper Mist on %s", (_, makeStore) => {
  describe("hierarchy", () => {
    it("organizations choose from fewer topics than sites, and a picker shows which", async () => {
      const cloud = cloudOn(makeStore);
      const shown = (at: string) =>
        juniperMist
          .groups({ at })
          .flatMap(({ types }) => types)
          .map(({ type }) => type);
      expect(shown("site").sort()).toEqual([...juniperMist.types].sort());
      for (const topic of shown("organization")) expect(shown("site")).toContain(topic);
      for (const topic of juniperMist.types) {
        const answer = await code(post(cloud, ORG, sample({ topics: [topic] })));
        expect([topic, answer]).toEqual([
          topic,
          shown("organization").includes(topic) ? "taken" : "SCOPE_NOT_ALLOWED",
        ]);
      }
      expect(await code(post(cloud, HQ, sample()))).toBe("taken");
      expect(shown("organization")).toHaveLength(8);
    });

    it("an id must be given and be one: neither kind can be left out or turned round", async () => {
      const cloud = cloudOn(makeStore);
      for (const scope of ["site:hq", "organization:", `site:hq/${ORG}`, `${ORG}/floor:1`]) {
        expect(await code(post(cloud, scope, sample()))).toBe("UNKNOWN_SCOPE");
      }
    });

    it("an organization hears every site; a site hears itself alone", async () => {
      const cloud = cloudOn(makeStore);
      await post(cloud, ORG, sample({ url: "https://org.abc.com/in", topics: ["alarms"] }));
      await post(cloud, HQ, sample({ url: "https://hq.abc.com/in", topics: ["alarms"] }));
      await happen(cloud, "alarms", HQ);
      await happen(cloud, "alarms", LAB);
      await happen(cloud, "alarms", ORG);
      await happen(cloud, "alarms", "organization:globex/site:hq");
      await cloud.webhooks.runUntilIdle();
      expect(bodies(cloud, "https://org.abc.com/in")).toHaveLength(3);
      expect(bodies(cloud, "https://hq.abc.com/in")).toHaveLength(1);
    });

    it("one receiver at both levels gets what happens at the site twice, by design", async () => {
      const cloud = cloudOn(makeStore);
      const url = "https://both.abc.com/in";
      await post(cloud, ORG, sample({ url, topics: ["alarms"] }));
      await post(cloud, HQ, sample({ url, topics: ["alarms"] }));
      expect((await happen(cloud, "alarms", HQ)).deliveries).toBe(2);
      await happen(cloud, "alarms", LAB);
      await cloud.webhooks.runUntilIdle();
      expect(cloud.requests).toHaveLength(3);
      expect(cloud.requests[0]?.body).toBe(cloud.requests[1]?.body);
    });
  });

  describe("topics", () => {
    it.each(juniperMist.types)(
      "%s is posted as its topic with the event as it was published",
      async (topic) => {
        const cloud = cloudOn(makeStore);
        await post(cloud, HQ, sample());
        await happen(cloud, topic, HQ);
        await cloud.webhooks.runUntilIdle();
        const { body, headers } = only(cloud.requests);
        expect(body).toBe(`{"topic":"${topic}","events":[${JSON.stringify(exampleOf(topic))}]}`);
        expect(headers["content-type"]).toBe("application/json");
      },
    );

    it("only the selected topics are sent", async () => {
      const cloud = cloudOn(makeStore);
      await post(cloud, HQ, sample({ topics: ["zone", "audits"] }));
      for (const topic of juniperMist.types) await happen(cloud, topic, HQ);
      await cloud.webhooks.runUntilIdle();
      expect(
        bodies(cloud)
          .map(({ topic }) => topic)
          .sort(),
      ).toEqual(["audits", "zone"]);
    });

    it("a topic that does not exist is refused by its place in the list", async () => {
      const cloud = cloudOn(makeStore);
      const error = await post(cloud, HQ, sample({ topics: ["zone", "weather"] })).catch(
        (thrown: unknown) => thrown,
      );
      if (!isWebhookError(error, "UNKNOWN_EVENT_TYPE")) throw error;
      expect(error.issues.map(({ path }) => path)).toEqual([["events", 1]]);
    });

    it("batched, each topic fills and is flushed for itself, and keeps its order", async () => {
      const cloud = cloudOn(makeStore);
      const batch = { type: "batch", batch: { maxEvents: 3, intervalMinutes: 5 } } as const;
      const { subscription } = await post(cloud, HQ, sample({ topics: ["zone", "alarms"] }), batch);
      const alarm = (count: number) => ({ ...(exampleOf("alarms") as object), count }) as never;
      for (const count of [1, 2]) await cloud.webhooks.publish("alarms", alarm(count), { scope: HQ });
      await happen(cloud, "zone", HQ);
      await happen(cloud, "zone", HQ);
      await cloud.webhooks.runUntilIdle();
      // Four wait, but no topic has three.
      expect(cloud.requests).toEqual([]);
      expect((await cloud.webhooks.subscriptions.pendingEvents(subscription.id)).items).toHaveLength(4);
      await cloud.webhooks.publish("alarms", alarm(3), { scope: HQ });
      await cloud.webhooks.runUntilIdle();
      expect(only(bodies(cloud))).toEqual({ topic: "alarms", events: [alarm(1), alarm(2), alarm(3)] });
      await cloud.pass(5 * MINUTE);
      expect(bodies(cloud)[1]).toEqual({ topic: "zone", events: [exampleOf("zone"), exampleOf("zone")] });
      const types = (await cloud.webhooks.deliveries.list()).items.map(({ type, kind }) => `${kind} ${type}`);
      expect(types.sort()).toEqual(["batch alarms", "batch zone"]);
    });

    it("batched and flushed by hand, there is one body for each topic, each signed for itself", async () => {
      const cloud = cloudOn(makeStore);
      const { subscription } = await post(cloud, HQ, sample(), { type: "batch" });
      for (const topic of [...juniperMist.types, ...juniperMist.types]) await happen(cloud, topic, HQ);
      expect(await cloud.webhooks.subscriptions.flush(subscription.id)).toBe(30);
      await cloud.webhooks.runUntilIdle();
      expect(
        bodies(cloud)
          .map(({ topic, events }) => `${topic} ${events.length}`)
          .sort(),
      ).toEqual([...juniperMist.types].sort().map((topic) => `${topic} 2`));
      for (const { body, headers } of cloud.requests) {
        expect(headers["x-mist-signature-v2"]).toBe(hex("sha256", "secret", body));
      }
    });
  });

  describe("url", () => {
    it("takes the credentials out, sends them as Basic, and never shows them again", async () => {
      const cloud = cloudOn(makeStore);
      const { subscription } = await post(cloud, HQ, sample());
      expect(subscription).toMatchObject({ url: "https://hooks.abc.com/uri/...", credentials: true });
      await happen(cloud, "alarms", HQ);
      await cloud.webhooks.runUntilIdle();
      const { url, headers } = only(cloud.requests);
      const basic = Buffer.from("username:password").toString("base64");
      expect([url, headers.authorization]).toEqual(["https://hooks.abc.com/uri/...", `Basic ${basic}`]);
      const { id } = only((await cloud.webhooks.deliveries.list()).items);
      const shown = [subscription, await cloud.webhooks.deliveries.get(id)];
      expect(JSON.stringify(shown)).not.toMatch(new RegExp(`password|${basic}`));
    });
  });

  describe("secret", () => {
    it("chosen by the user, signs every message twice: SHA-256 and SHA-1 of the body", async () => {
      const cloud = cloudOn(makeStore);
      const { secret } = await post(cloud, HQ, sample());
      expect(secret).toBe("secret");
      await happen(cloud, "alarms", HQ);
      await cloud.webhooks.runUntilIdle();
      const { body, headers } = only(cloud.requests);
      expect(headers["x-mist-signature-v2"]).toBe(hex("sha256", "secret", body));
      expect(headers["x-mist-signature"]).toBe(hex("sha1", "secret", body));
      expect(await verify({ body, headers }, "secret", { scheme: "mist" })).toMatchObject({
        topic: "alarms",
      });
    });

    it("left out, nothing is signed", async () => {
      const cloud = cloudOn(makeStore);
      const { secret: __, ...unsigned } = sample();
      expect((await post(cloud, HQ, unsigned)).secret).toBeNull();
      await happen(cloud, "alarms", HQ);
      await cloud.webhooks.runUntilIdle();
      expect(Object.keys(only(cloud.requests).headers).filter((name) => name.includes("signature"))).toEqual(
        [],
      );
    });

    it("a retry carries the same bytes and the same signatures", async () => {
      const cloud = cloudOn(makeStore);
      await post(cloud, HQ, sample());
      cloud.answer((__, number) => (number === 1 ? 500 : 200));
      await happen(cloud, "alarms", HQ);
      await cloud.webhooks.runUntilIdle();
      await cloud.pass(MINUTE);
      expect(cloud.requests).toHaveLength(2);
      expect(cloud.requests[1]?.body).toBe(cloud.requests[0]?.body);
      expect(cloud.requests[1]?.headers).toEqual(cloud.requests[0]?.headers);
    });
  });

  describe("headers", () => {
    it("are added to each request, apiToken and csrfToken as plain headers among them, and their values never shown", async () => {
      const cloud = cloudOn(makeStore);
      const headers = { ...sample().headers, apitoken: "tok-9f8e7d6c", "x-csrftoken": "csrf-5b4a3c2d" };
      const { subscription } = await post(cloud, HQ, sample({ headers }));
      await happen(cloud, "alarms", HQ);
      await cloud.webhooks.runUntilIdle();
      expect(only(cloud.requests).headers).toMatchObject(headers);
      const { id } = only((await cloud.webhooks.deliveries.list()).items);
      const shown = JSON.stringify([subscription, await cloud.webhooks.deliveries.get(id)]);
      for (const [name, value] of Object.entries(headers)) {
        expect(shown).toContain(name);
        expect(shown).not.toContain(value);
      }
    });

    it("cannot stand in for the signatures", async () => {
      const cloud = cloudOn(makeStore);
      for (const name of ["X-Mist-Signature", "x-mist-signature-v2"]) {
        expect(await code(post(cloud, HQ, sample({ headers: { [name]: "forged" } })))).toBe(
          "INVALID_SUBSCRIPTION",
        );
      }
    });
  });

  describe("verify_cert", () => {
    it.each([true, false])(
      "%s is what the transport is told, where the operator allows it",
      async (verifyCert) => {
        const cloud = cloudOn(makeStore);
        await post(cloud, HQ, sample({ verify_cert: verifyCert }));
        await happen(cloud, "alarms", HQ);
        await cloud.webhooks.runUntilIdle();
        expect(only(cloud.requests).tls).toEqual({ verify: verifyCert });
      },
    );

    it("false is refused where the operator does not, and left out it is true", async () => {
      const cloud = cloudOn(makeStore, { endpoints: {} });
      const error = await post(cloud, HQ, sample()).catch((thrown: unknown) => thrown);
      if (!isWebhookError(error, "INVALID_SUBSCRIPTION")) throw error;
      expect(error.issues.map(({ path }) => path)).toEqual([["tls", "verify"]]);
      const { verify_cert: __, ...unsaid } = sample();
      expect((await post(cloud, HQ, unsaid)).subscription.tls).toEqual({ verify: true });
    });

    it("false no longer counts once the operator forbids it", async () => {
      const lax = cloudOn(makeStore);
      await post(lax, HQ, sample());
      const strict = cloudOn(makeStore, { store: lax.store, clock: lax.clock, endpoints: {} });
      await happen(strict, "alarms", HQ);
      await strict.webhooks.runUntilIdle();
      expect(only(strict.requests).tls).toEqual({ verify: true });
    });
  });

  describe("enabled", () => {
    it("false sends nothing until it is true; left out it is false", async () => {
      const cloud = cloudOn(makeStore);
      const { enabled: __, ...unsaid } = sample();
      expect((await post(cloud, HQ, unsaid)).subscription.enabled).toBe(false);
      const { subscription } = await post(cloud, HQ, sample({ enabled: false }));
      await happen(cloud, "alarms", HQ);
      await cloud.webhooks.runUntilIdle();
      expect(cloud.requests).toEqual([]);
      await cloud.webhooks.subscriptions.update(subscription.id, { enabled: true });
      await happen(cloud, "alarms", HQ);
      await cloud.webhooks.runUntilIdle();
      expect(cloud.requests).toHaveLength(1);
    });
  });

  describe("splunk type", () => {
    /** `{"text":"Success","code":0}` and the like, as the collector writes them. */
    const hec = (status: number, hecCode: number): NetworkAnswer => ({
      status,
      body: JSON.stringify({ text: "as the collector says", code: hecCode }),
    });

    it("posts HEC objects with the token as their Authorization, unsigned", async () => {
      const cloud = cloudOn(makeStore);
      const { subscription, secret } = await post(cloud, HQ, splunkSample());
      expect(secret).toBeNull();
      cloud.answer(hec(200, 0));
      const { id } = await cloud.webhooks.publish("zone", exampleOf("zone"), {
        scope: HQ,
        at: 1_775_000_000_250,
      });
      await cloud.webhooks.runUntilIdle();
      const { url, headers, body } = only(cloud.requests);
      expect(url).toBe("https://splunk.abc.com:8088/services/collector/event");
      expect(headers.authorization).toBe("Splunk 0a1b2c3d-token");
      expect(Object.keys(headers).filter((name) => name.includes("signature"))).toEqual([]);
      expect(body).toContain('"time":1775000000.250,');
      expect(JSON.parse(String(body))).toEqual({
        time: 1_775_000_000.25,
        source: HQ,
        sourcetype: "zone",
        event: exampleOf("zone"),
        fields: { id },
      });
      const delivery = only((await cloud.webhooks.deliveries.list()).items);
      expect(delivery.status).toBe("delivered");
      const shown = JSON.stringify([subscription, await cloud.webhooks.deliveries.get(delivery.id)]);
      expect(shown).not.toContain("0a1b2c3d-token");
    });

    it("batched, stacks the objects of all topics back to back in one body", async () => {
      const cloud = cloudOn(makeStore);
      cloud.answer(hec(200, 0));
      const channel = { "X-Splunk-Request-Channel": "fe0ecfad-13d5-401b-847d-77833bd77131" };
      const body = splunkSample({ headers: channel });
      await post(cloud, HQ, body, { type: "batch", batch: { maxEvents: 15 } });
      for (const topic of juniperMist.types) await happen(cloud, topic, HQ);
      await cloud.webhooks.runUntilIdle();
      expect(only(cloud.requests).headers).toMatchObject({
        "x-splunk-request-channel": channel["X-Splunk-Request-Channel"],
        authorization: "Splunk 0a1b2c3d-token",
      });
      const lines = String(only(cloud.requests).body).replaceAll('}{"time"', '}\n{"time"').split("\n");
      const sourcetypes = lines.map((line) => (JSON.parse(line) as { sourcetype: string }).sourcetype);
      expect(sourcetypes).toEqual(juniperMist.types);
    });

    it.each([
      [200, 0, "delivered"],
      [200, 9, "failed"],
      [503, 9, "failed"],
      [500, 8, "failed"],
      [403, 1, "failed"],
      [401, 2, "failed"],
      [401, 3, "failed"],
      [403, 4, "failed"],
      [400, 7, "failed"],
      [400, 10, "failed"],
      [503, 0, "failed"],
      [400, 5, "exhausted"],
      [400, 6, "exhausted"],
      [400, 12, "exhausted"],
      [400, 13, "exhausted"],
      [400, 15, "exhausted"],
      [200, 6, "exhausted"],
    ] as const)("HTTP %i with code %i: %s", async (status, hecCode, expected) => {
      const cloud = cloudOn(makeStore);
      cloud.answer(hec(status, hecCode));
      await post(cloud, HQ, splunkSample());
      await happen(cloud, "alarms", HQ);
      await cloud.webhooks.runUntilIdle();
      const first = only((await cloud.webhooks.deliveries.list()).items);
      expect(first).toMatchObject({ status: expected, attempts: 1, httpStatus: status });
      expect(first.error === null).toBe(expected === "delivered");
      cloud.answer(hec(200, 0));
      await cloud.pass(MINUTE);
      expect(cloud.requests).toHaveLength(expected === "failed" ? 2 : 1);
      const later = only((await cloud.webhooks.deliveries.list()).items).status;
      expect(later).toBe(expected === "failed" ? "delivered" : expected);
    });

    it.each([
      [200, "<html>a proxy's page</html>", "delivered"],
      [502, "<html>a proxy's page</html>", "failed"],
      [200, "", "delivered"],
    ] as const)(
      "HTTP %i with the body %j, which no collector wrote: %s by the status",
      async (status, body, expected) => {
        const cloud = cloudOn(makeStore);
        cloud.answer({ status, body });
        await post(cloud, HQ, splunkSample());
        await happen(cloud, "alarms", HQ);
        await cloud.webhooks.runUntilIdle();
        expect(only((await cloud.webhooks.deliveries.list()).items).status).toBe(expected);
      },
    );

    it("a code means nothing to an http-post receiver", async () => {
      const cloud = cloudOn(makeStore);
      cloud.answer(hec(200, 6));
      await post(cloud, HQ, sample());
      await happen(cloud, "alarms", HQ);
      await cloud.webhooks.runUntilIdle();
      expect(only((await cloud.webhooks.deliveries.list()).items).status).toBe("delivered");
    });
  });
});
