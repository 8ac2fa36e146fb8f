import { afterEach, describe, expect, it } from "vitest";
import { netgraph } from "../../examples/catalogues/netgraph.js";
import { cleanAll, DAY, MINUTE, only, START, STORES, there } from "./harness.js";
import {
  ACME,
  ADA,
  ARENA,
  changed,
  GLOBEX,
  LOBBY,
  netgraphOn,
  RADIUS,
  sentIn,
  sentTo,
  webhook,
} from "./netgraph.js";

/** Walks through seeds/netgraph-sign-in-webhooks.txt from its first sentence to its last. */

afterEach(cleanAll);

const CRM = "https://crm.example.com/in";
const OPS = "https://ops.example.com/in";
const AUDIT = "signin.configuration.audit";

/** The tables of "Event catalogue", as the document has them. */
const TABLES: readonly (readonly [group: string, type: string, emitted: string])[] = [
  ["Session lifecycle", "signin.session.created", "A guest started a new sign-in on the Captive Portal."],
  [
    "Session lifecycle",
    "signin.session.resumed",
    "A returning guest resumed a previous session on the same device.",
  ],
  [
    "Session lifecycle",
    "signin.session.requested",
    "The sign-in requires approval (Meeting Host, device approval policy) and is waiting.",
  ],
  [
    "Session lifecycle",
    "signin.session.approved",
    "An approval was granted (admin / Meeting Host / policy).",
  ],
  [
    "Session lifecycle",
    "signin.session.verified",
    "The guest completed their verification step (email link, SMS code).",
  ],
  ["Session lifecycle", "signin.session.denied", "The sign-in was denied."],
  [
    "Session lifecycle",
    "signin.session.revoked",
    "An active session was revoked — admin action, device block, or policy change.",
  ],
  [
    "Arena session",
    "signin.arenasession.login",
    "A device joined the venue’s network and an arena session was created.",
  ],
  [
    "Arena session",
    "signin.arenasession.resumed",
    "A device with an active arena session re-associated (e.g. after a brief disconnect).",
  ],
  ["DHCP", "signin.dhcp.granted", "A DHCP lease was granted to a device associated with a Sign In session."],
  [
    "DHCP",
    "signin.dhcp.expired",
    "The DHCP session ended — lease expired, device disconnected, or the system detected a missed expiry.",
  ],
];

const session = (n: number) => ({ sessionId: `ses_${n}`, device: "aa:bb:cc:00:11:22" });

/** Sign In posts arrays, at once or in batches. */
const crm = webhook({
  name: "CRM",
  scope: LOBBY,
  url: CRM,
  events: ["signin.session.*"],
  format: "array",
  enabled: true,
});
const batched = { ...crm, type: "batch" };

describe.each(STORES)("Sign In webhooks on %s", (_, makeStore) => {
  describe("subscription scopes", () => {
    it("a context's subscription receives from exactly that context, an organization's from every one", async () => {
      const { webhooks, subscribe, requests } = netgraphOn(makeStore);
      await subscribe(crm);
      await subscribe({ ...crm, name: "Operations", scope: ACME, url: OPS });
      const places = [LOBBY, ARENA, `${GLOBEX}/signin:lobby`];
      for (const [n, scope] of places.entries()) {
        await webhooks.publish("signin.session.created", session(n), { scope });
      }
      await webhooks.runUntilIdle();
      expect(sentTo(requests, CRM).map(({ scope }) => scope)).toEqual([LOBBY]);
      expect(
        sentTo(requests, OPS)
          .map(({ scope }) => scope)
          .sort(),
      ).toEqual([ARENA, LOBBY]);
    });

    it("both share the event catalogue and the payload", async () => {
      const at = (kind: string) =>
        netgraph.groups({ at: kind }).flatMap(({ types }) => types.map(({ type }) => type));
      const ofSignIn = (types: readonly string[]) => types.filter((type) => type.startsWith("signin."));
      expect(at("signin")).toEqual(ofSignIn(at("organization")));
      const { webhooks, subscribe, requests } = netgraphOn(makeStore);
      await subscribe(crm);
      await subscribe({ ...crm, name: "Operations", scope: ACME, url: OPS });
      await webhooks.publish("signin.session.created", session(1), { scope: LOBBY });
      await webhooks.runUntilIdle();
      expect(requests.map(({ url }) => url).sort()).toEqual([CRM, OPS]);
      expect(requests[0]?.body).toBe(requests[1]?.body);
    });
  });

  it("a context's webhooks are created, looked into, disabled and enabled without deleting them", async () => {
    const { webhooks, subscribe, requests, answer } = netgraphOn(makeStore);
    const { id } = await subscribe(crm);
    answer({ status: 200, body: "thanks" });
    await webhooks.publish("signin.session.created", session(1), { scope: LOBBY });
    await webhooks.runUntilIdle();
    const recent = only((await webhooks.deliveries.list({ subscriptionId: id })).items);
    const { payload, attemptLog } = await webhooks.deliveries.get(recent.id);
    expect(payload).toBe(only(requests).body);
    expect(only(attemptLog).response).toMatchObject({ status: 200, body: "thanks" });
    await webhooks.subscriptions.disable(id);
    await webhooks.publish("signin.session.created", session(2), { scope: LOBBY });
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(1);
    expect(only((await webhooks.subscriptions.list({ scope: LOBBY })).items)).toMatchObject({
      id,
      enabled: false,
    });
    await webhooks.subscriptions.enable(id);
    await webhooks.publish("signin.session.created", session(3), { scope: LOBBY });
    await webhooks.runUntilIdle();
    expect(requests).toHaveLength(2);
  });

  describe("event catalogue", () => {
    it("is what the document lists, under its headings and in its order", () => {
      const rows = netgraph
        .groups({ at: "signin" })
        .flatMap(({ group, types }) => types.map(({ type, description }) => [group, type, description]));
      expect(rows).toEqual([
        ...TABLES,
        ["Configuration audit", AUDIT, "A configuration change was made inside this Sign-In Context."],
      ]);
    });

    it.each([...TABLES.map(([, type]) => type), AUDIT])("%s is delivered", async (type) => {
      const { webhooks, subscribe, requests } = netgraphOn(makeStore);
      await subscribe({ ...crm, events: [type] });
      await webhooks.runUntilIdle();
      const before = requests.length;
      const example = netgraph.get(type)?.example as ReturnType<typeof changed>;
      const { id } = await webhooks.publish(type as typeof AUDIT, example, { scope: LOBBY });
      await webhooks.runUntilIdle();
      expect(requests.slice(before).flatMap(sentIn)).toMatchObject([{ id, type, data: example }]);
    });

    it("the audit tells of any audited field, what it was and is", async () => {
      const { webhooks, subscribe, requests } = netgraphOn(makeStore);
      await subscribe({ ...crm, events: [AUDIT] });
      await webhooks.runUntilIdle();
      const things = ["login-module", "access-policy", "site", "service-gateway"];
      for (const thing of things) {
        await webhooks.publish(AUDIT, changed(LOBBY, { action: `${thing}.updated` }), { scope: LOBBY });
      }
      await webhooks.runUntilIdle();
      const rows = requests.slice(1).flatMap(sentIn);
      expect(rows.map(({ data }) => data.action).sort()).toEqual(
        things.map((thing) => `${thing}.updated`).sort(),
      );
      expect(rows[0]?.data).toMatchObject({
        actor: ADA,
        before: changed(LOBBY).before,
        after: changed(LOBBY).after,
      });
    });
  });

  it("a subscription carries name, description, URL, content type, headers, events, batch settings and its switch", async () => {
    const { webhooks, subscribe, requests } = netgraphOn(makeStore);
    const { id } = await subscribe({
      ...batched,
      description: "Guests into the CRM.",
      contentType: "application/vnd.acme+json",
      headers: { "X-Route": "guest-pipeline" },
      events: ["signin.session.created", "signin.dhcp.granted"],
      batch: { maxEvents: 2, intervalMinutes: 5 },
    });
    expect(await webhooks.subscriptions.get(id)).toMatchObject({
      name: "CRM",
      description: "Guests into the CRM.",
      url: CRM,
      contentType: "application/vnd.acme+json",
      headers: { "X-Route": "[redacted]" },
      events: ["signin.session.created", "signin.dhcp.granted"],
      batch: { maxEvents: 2, intervalMinutes: 5 },
      enabled: true,
    });
    await webhooks.publish("signin.session.created", session(1), { scope: LOBBY });
    await webhooks.publish("signin.session.denied", session(1), { scope: LOBBY });
    await webhooks.publish("signin.session.created", session(2), { scope: LOBBY });
    await webhooks.runUntilIdle();
    const request = only(requests);
    expect(request.headers).toMatchObject({
      "content-type": "application/vnd.acme+json",
      "x-route": "guest-pipeline",
    });
    expect(sentIn(request).map(({ type }) => type)).toEqual([
      "signin.session.created",
      "signin.session.created",
    ]);
    const { subscription } = await webhooks.subscriptions.create(webhook({ name: "Plain", scope: LOBBY }));
    expect(subscription.contentType).toBe("application/json");
  });

  describe("payload shape", () => {
    it.each([
      ["of one event, sent at once", "event", 1],
      ["of one event, flushed by time", "batch", 1],
      ["of many", "batch", 3],
    ])("is a JSON array %s", async (_, type, count) => {
      const { webhooks, subscribe, requests, pass } = netgraphOn(makeStore);
      await subscribe({ ...crm, type });
      const ids: string[] = [];
      for (let n = 0; n < count; n++) {
        const { id } = await webhooks.publish("signin.session.created", session(n), { scope: LOBBY });
        ids.push(id);
      }
      await pass(20 * MINUTE);
      const body: unknown = JSON.parse(String(only(requests).body));
      expect(body).toEqual(
        ids.map((id, n) => ({
          id,
          type: "signin.session.created",
          timestamp: new Date(START).toISOString(),
          scope: LOBBY,
          data: session(n),
        })),
      );
    });

    it("is shown by the delivery record exactly as it was sent", async () => {
      const { webhooks, subscribe, requests, pass } = netgraphOn(makeStore);
      const { id } = await subscribe(batched);
      for (const n of [1, 2]) await webhooks.publish("signin.session.created", session(n), { scope: LOBBY });
      await pass(20 * MINUTE);
      const row = only((await webhooks.deliveries.list({ subscriptionId: id })).items);
      expect((await webhooks.deliveries.get(row.id)).payload).toBe(only(requests).body);
    });

    it("is open: fields that the schema does not know reach the consumer, and policy state is carried along", async () => {
      const { webhooks, subscribe, requests } = netgraphOn(makeStore);
      await subscribe(crm);
      const data = { ...session(1), policy: { id: "pol_1", name: "Guests", quota: 5 }, floor: 3 };
      await webhooks.publish("signin.session.approved", data, { scope: LOBBY });
      await webhooks.runUntilIdle();
      expect(only(sentIn(only(requests))).data).toEqual(data);
    });
  });

  describe("batching", () => {
    it("packs up to 20 000 events, without waiting when there are that many", async () => {
      const { webhooks, subscribe, requests, pass } = netgraphOn(makeStore);
      const { id } = await subscribe(batched);
      const publish = (count: number) =>
        webhooks.publishMany(
          Array.from({ length: count }, (_, n) => ({
            type: "signin.session.created" as const,
            data: session(n),
            scope: LOBBY,
          })),
        );
      await publish(10_000);
      await publish(9_999);
      await webhooks.runUntilIdle();
      expect(requests).toEqual([]);
      await publish(2);
      await webhooks.runUntilIdle();
      expect(sentIn(only(requests))).toHaveLength(20_000);
      expect((await webhooks.subscriptions.pendingEvents(id)).items).toHaveLength(1);
      await pass(20 * MINUTE);
      expect(sentIn(there(requests[1]))).toHaveLength(1);
    });

    it("flushes at most every 20 minutes, counted from the first event that waits", async () => {
      const { webhooks, subscribe, requests, pass } = netgraphOn(makeStore);
      await subscribe(batched);
      await pass(7 * MINUTE);
      await webhooks.publish("signin.session.created", session(1), { scope: LOBBY });
      await pass(19 * MINUTE);
      await webhooks.publish("signin.session.created", session(2), { scope: LOBBY });
      await pass(MINUTE - 1);
      expect(requests).toEqual([]);
      await pass(1);
      expect(sentIn(only(requests))).toHaveLength(2);
      await pass(60 * MINUTE);
      expect(requests).toHaveLength(1);
    });

    it("is adjusted for each subscription, lower for latency and higher for bulk", async () => {
      const { webhooks, subscribe, requests, pass } = netgraphOn(makeStore);
      const quick = await subscribe(batched);
      await subscribe({ ...batched, name: "Bulk", url: OPS, batch: { intervalMinutes: 86_400 } });
      await webhooks.publish("signin.session.created", session(1), { scope: LOBBY });
      await pass(MINUTE);
      expect(requests).toEqual([]);
      const batch = { maxEvents: 2, intervalMinutes: 1 };
      expect((await webhooks.subscriptions.update(quick.id, { batch })).batch).toMatchObject(batch);
      await webhooks.runUntilIdle();
      expect(requests.map(({ url }) => url)).toEqual([CRM]);
      await pass(20 * MINUTE);
      expect(requests).toHaveLength(1);
    });
  });

  it("past deliveries are kept for 3 days", async () => {
    const { webhooks, clock, subscribe, pass } = netgraphOn(makeStore);
    const { id } = await subscribe(crm);
    await webhooks.publish("signin.session.created", session(1), { scope: LOBBY });
    await webhooks.runUntilIdle();
    const count = async () => (await webhooks.deliveries.list({ subscriptionId: id })).items.length;
    clock.advance(3 * DAY);
    await webhooks.runUntilIdle();
    expect(await count()).toBe(1);
    await pass(1);
    expect(await count()).toBe(0);
  });

  describe("test deliveries and inspection", () => {
    it("a new subscription is confirmed to reach its endpoint, before it is enabled", async () => {
      const { webhooks, subscribe, requests } = netgraphOn(makeStore);
      const { id } = await subscribe({ ...crm, enabled: false });
      const sent = await webhooks.subscriptions.sendTest(id, { type: "signin.session.created" });
      expect(sent).toMatchObject({ kind: "test", status: "delivered", httpStatus: 200 });
      expect(only(sentIn(only(requests)))).toMatchObject({
        type: "signin.session.created",
        data: netgraph.get("signin.session.created")?.example,
      });
      expect(only((await webhooks.deliveries.list({ subscriptionId: id })).items)).toEqual(sent);
    });

    it("failing deliveries show the response, or the error where there was none", async () => {
      const { webhooks, subscribe, answer } = netgraphOn(makeStore);
      const { id } = await subscribe(crm);
      answer((_, number) =>
        number === 1
          ? { status: 422, body: "no such field" }
          : { kind: "failure", reason: "timeout", message: "no answer", ms: 15_000 },
      );
      for (const n of [1, 2]) {
        await webhooks.publish("signin.session.created", session(n), { scope: LOBBY });
        await webhooks.runUntilIdle();
      }
      const { items } = await webhooks.deliveries.list({ subscriptionId: id });
      const details = await Promise.all(items.map((item) => webhooks.deliveries.get(item.id)));
      const attempts = details.map(({ httpStatus, attemptLog }) => ({ httpStatus, ...only(attemptLog) }));
      expect(attempts).toHaveLength(2);
      expect(attempts.find(({ httpStatus }) => httpStatus === 422)).toMatchObject({
        response: { status: 422, body: "no such field" },
        error: { message: expect.stringMatching(/\w/) },
      });
      expect(attempts.find(({ httpStatus }) => httpStatus === null)).toMatchObject({
        response: null,
        error: { message: expect.stringMatching(/\w/) },
        durationMs: 15_000,
      });
    });

    it("what was delivered when can be audited, for a context and for the whole organization", async () => {
      const { webhooks, subscribe, pass } = netgraphOn(makeStore);
      await subscribe(crm);
      await subscribe({ ...crm, name: "Operations", scope: ARENA, url: OPS });
      const sent = [];
      for (const scope of [LOBBY, ARENA]) {
        sent.push(await webhooks.publish("signin.session.created", session(1), { scope }));
        await pass(MINUTE);
      }
      const rows = async (scope: string) =>
        (await webhooks.deliveries.list({ scope })).items.map(({ eventIds, completedAt }) => [
          only(eventIds),
          completedAt,
        ]);
      const expected = sent.map(({ id }, n) => [id, new Date(START + (n + 1) * MINUTE).toISOString()]);
      expect(await rows(LOBBY)).toEqual(expected.slice(0, 1));
      expect(await rows(ACME)).toEqual(expected.toReversed());
      expect(await rows(RADIUS)).toEqual([]);
    });
  });
});
