import { auditSchema, createWebhooks, defineCatalogue } from "hookwright";
import { memoryStore } from "hookwright/stores/memory";
import { undiciTransport } from "hookwright/transports/undici";
import { afterEach, describe, expect, it } from "vitest";
import { netgraph } from "../../examples/catalogues/netgraph.js";
import {
  cleanAll,
  DAY,
  HOUR,
  LOCAL,
  MINUTE,
  only,
  receiving,
  SECOND,
  START,
  STORES,
  there,
} from "./harness.js";
import {
  ACME,
  ADA,
  changed,
  GLOBEX,
  LOBBY,
  netgraphOn,
  RADIUS,
  sentIn,
  sentTo,
  webhook,
} from "./netgraph.js";

/** Walks through seeds/netgraph-organization-webhooks.txt from its first sentence to its last. */

afterEach(cleanAll);

const AUDIT = "organization.configuration.audit";
const SIEM = "https://siem.example.com/in";
const ARCHIVE = "https://archive.example.com/in";

const lease = { sessionId: "ses_1", device: "aa:bb:cc:00:11:22", address: "10.20.0.7" };

const siem = webhook({ name: "SIEM", scope: ACME, url: SIEM, events: [AUDIT], enabled: true });

describe.each(STORES)("Organization webhooks on %s", (_, makeStore) => {
  describe("what you can subscribe to at this scope", () => {
    it("the audit of the organization, and of every context below it", () => {
      const [own, contexts] = netgraph.groups({ at: "organization" }).slice(-2);
      expect(own).toMatchObject({ group: "Audit Events", types: [{ type: AUDIT }] });
      expect(contexts?.group).toBe("Configuration audit");
      expect(contexts?.types.map(({ type }) => type)).toEqual([
        "signin.configuration.audit",
        "entrypoint.configuration.audit",
        "easypsk.configuration.audit",
        "endpointmanager.configuration.audit",
      ]);
    });

    it("nothing but its own audit, where the host wants each scope apart", async () => {
      const { organization } = netgraph.definition.scopes;
      const catalogue = defineCatalogue({
        scopes: { organization, signin: { parent: "organization" } },
        events: { "signin.configuration.audit": { at: ["signin"], schema: auditSchema } },
      });
      expect(catalogue.groups({ at: "organization" }).flatMap(({ types }) => types)).toMatchObject([
        { type: AUDIT },
      ]);
      const { subscriptions } = createWebhooks({ catalogue, store: memoryStore() });
      const events = ["signin.configuration.audit"];
      await expect(subscriptions.create({ name: "SIEM", scope: ACME, events })).rejects.toMatchObject({
        code: "SCOPE_NOT_ALLOWED",
      });
      const inside = await subscriptions.create({ name: "SIEM", scope: LOBBY, events });
      expect(inside.subscription.events).toEqual(events);
    });

    it("any change of the organization's layer is one feed, whatever was changed", async () => {
      const { webhooks, subscribe, requests } = netgraphOn(makeStore);
      await subscribe(siem);
      const areas = [
        "settings",
        "admin-portal-authentication",
        "self-service-portal-authentication",
        "administrators",
        "saml-role-mappings",
        "contexts",
      ];
      for (const area of areas) {
        await webhooks.publish(AUDIT, changed(ACME, { action: `${area}.updated` }), { scope: ACME });
      }
      await webhooks.runUntilIdle();
      const actions = requests.flatMap(sentIn).map(({ type, data }) => [type, data.action]);
      // The last of the areas is the webhooks themselves: this one was made.
      const expected = [...areas.map((area) => `${area}.updated`), "subscription.created"];
      expect(actions.sort()).toEqual(expected.map((action) => [AUDIT, action]).sort());
    });

    it("leaves the streams of the services to those who choose them", async () => {
      const { webhooks, subscribe, requests } = netgraphOn(makeStore);
      await subscribe(siem);
      await webhooks.publish("signin.configuration.audit", changed(LOBBY), { scope: LOBBY });
      await webhooks.publish("entrypoint.configuration.audit", changed(RADIUS), { scope: RADIUS });
      await webhooks.publish("signin.dhcp.granted", lease, { scope: LOBBY });
      await webhooks.runUntilIdle();
      expect(only(requests.flatMap(sentIn)).data.action).toBe("subscription.created");
    });

    it.each([
      ["signin", ["Session lifecycle", "Arena session", "DHCP", "Configuration audit"], 12],
      ["entrypoint", ["Configuration audit"], 1],
      ["easypsk", ["Configuration audit"], 1],
      ["endpointmanager", ["Configuration audit"], 1],
    ])("the service %s publishes its own catalogue", (kind, headings, count) => {
      const groups = netgraph.groups({ at: kind });
      expect(groups.map(({ group }) => group)).toEqual(headings);
      const types = groups.flatMap((group) => group.types.map(({ type }) => type));
      expect(types).toHaveLength(count);
      expect(types.every((type) => type.startsWith(`${kind}.`))).toBe(true);
    });
  });

  it("the list page shows every webhook of the organization with name, type, status and events", async () => {
    const { webhooks, subscribe } = netgraphOn(makeStore);
    await subscribe(siem);
    const { subscriptions } = webhooks;
    await subscriptions.create(webhook({ name: "Archive", scope: ACME, type: "batch", events: [AUDIT] }));
    await subscriptions.create(webhook({ name: "Context", scope: LOBBY }));
    await subscriptions.create(webhook({ name: "Others", scope: GLOBEX }));
    const { items, next } = await subscriptions.list({ scope: ACME });
    const rows = items.map(({ name, type, enabled, events }) => ({ name, type, enabled, events }));
    expect(rows).toHaveLength(2);
    expect(rows).toEqual(
      expect.arrayContaining([
        { name: "SIEM", type: "event", enabled: true, events: [AUDIT] },
        { name: "Archive", type: "batch", enabled: false, events: [AUDIT] },
      ]),
    );
    expect(next).toBeNull();
  });

  describe("creating a webhook", () => {
    it.each(["event", "batch"] as const)(
      "takes a type (%s) and a name, and makes it disabled",
      async (type) => {
        const { webhooks } = netgraphOn(makeStore);
        await webhooks.migrate();
        const made = await webhooks.subscriptions.create(webhook({ type, name: "SIEM", scope: ACME }));
        expect(made.secret).toBeNull();
        expect(made.subscription).toMatchObject({
          type,
          name: "SIEM",
          enabled: false,
          url: null,
          events: [],
        });
        expect(await webhooks.subscriptions.get(made.subscription.id)).toEqual(made.subscription);
      },
    );

    it("is of one of two types, the instant one unless it says otherwise", async () => {
      const { webhooks } = netgraphOn(makeStore);
      await webhooks.migrate();
      const { subscription } = await webhooks.subscriptions.create(webhook({ name: "SIEM", scope: ACME }));
      expect(subscription.type).toBe("event");
      const third = { ...webhook({ name: "SIEM", scope: ACME }), type: "stream" } as never;
      await expect(webhooks.subscriptions.create(third)).rejects.toMatchObject({
        code: "INVALID_SUBSCRIPTION",
        issues: [{ path: ["type"] }],
      });
    });

    it("takes names of 3 to 125 characters, when it is created and when it is edited", async () => {
      const { webhooks, subscribe } = netgraphOn(makeStore);
      const { id } = await subscribe(siem);
      const { subscriptions } = webhooks;
      for (const name of ["abc", "x".repeat(125), "Ops Slack 2"]) {
        expect(await subscriptions.update(id, { name })).toMatchObject({ name });
      }
      const refused = { code: "INVALID_SUBSCRIPTION", issues: [{ path: ["name"] }] };
      for (const name of ["ab", "x".repeat(126), "a/b", "<b>name</b>"]) {
        await expect(subscriptions.create(webhook({ name, scope: ACME }))).rejects.toMatchObject(refused);
        await expect(subscriptions.update(id, { name })).rejects.toMatchObject(refused);
      }
    });
  });

  describe("event or batch", () => {
    it("instant delivery sends one POST for each change as soon as it happens", async () => {
      const { webhooks, subscribe, requests } = netgraphOn(makeStore);
      await subscribe(siem);
      await webhooks.runUntilIdle();
      for (const count of [2, 3, 4]) {
        const { id } = await webhooks.publish(AUDIT, changed(ACME), { scope: ACME });
        await webhooks.runUntilIdle();
        expect(requests).toHaveLength(count);
        expect(only(sentIn(there(requests.at(-1)))).id).toBe(id);
      }
    });

    it("a busy stream is flushed by size, a quiet one by time, in one POST", async () => {
      const { webhooks, subscribe, requests, pass } = netgraphOn(makeStore);
      const batch = { maxEvents: 3, intervalMinutes: 30 };
      const { id } = await subscribe({ ...siem, type: "batch", batch });
      // What the making of the webhook itself says is waiting already.
      expect(await webhooks.subscriptions.flush(id)).toBe(1);
      await webhooks.runUntilIdle();
      const publish = () => webhooks.publish(AUDIT, changed(ACME), { scope: ACME });
      for (const _ of [1, 2, 3]) await publish();
      await webhooks.runUntilIdle();
      expect(requests.slice(1).map((request) => sentIn(request).length)).toEqual([3]);
      await publish();
      await pass(30 * MINUTE - 1);
      expect(requests).toHaveLength(2);
      await pass(1);
      expect(sentIn(there(requests[2]))).toHaveLength(1);
    });

    it("the type may change later: what waits for a webhook that no longer batches is sent at once", async () => {
      const { webhooks, subscribe, requests } = netgraphOn(makeStore);
      const { id } = await subscribe({ ...siem, type: "batch" });
      await webhooks.publish(AUDIT, changed(ACME), { scope: ACME });
      await webhooks.runUntilIdle();
      expect(requests).toEqual([]);
      expect(await webhooks.subscriptions.update(id, { type: "event" })).toMatchObject({ type: "event" });
      await webhooks.runUntilIdle();
      expect(requests.map((request) => sentIn(request).length).sort()).toEqual([1, 2]);
      expect((await webhooks.subscriptions.pendingEvents(id)).items).toEqual([]);
    });
  });

  describe("configuration", () => {
    it("the payload URL is HTTPS, 7 to 500 characters, and reachable from the public internet", async () => {
      const { webhooks } = netgraphOn(makeStore);
      await webhooks.migrate();
      const { subscriptions } = webhooks;
      const { subscription } = await subscriptions.create(webhook({ name: "SIEM", scope: ACME }));
      const longest = `https://a.example/${"x".repeat(500 - "https://a.example/".length)}`;
      for (const url of [SIEM, longest])
        expect(await subscriptions.update(subscription.id, { url })).toMatchObject({ url });
      for (const url of [`${longest}x`, "https:"]) {
        await expect(subscriptions.update(subscription.id, { url })).rejects.toMatchObject({
          code: "INVALID_SUBSCRIPTION",
          issues: [{ path: ["url"] }],
        });
      }
      const hidden = [
        "http://hooks.example.com/",
        "https://10.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
      ];
      for (const url of hidden) {
        await expect(subscriptions.update(subscription.id, { url })).rejects.toMatchObject({
          code: "URL_REFUSED",
        });
      }
      expect(await subscriptions.get(subscription.id)).toMatchObject({ url: longest });
    });

    it("batch limits are 2 to 20000 events and 1 to 86400 minutes, 20 minutes by default", async () => {
      const { webhooks } = netgraphOn(makeStore);
      await webhooks.migrate();
      const { subscriptions } = webhooks;
      const input = webhook({ name: "Archive", scope: ACME, type: "batch" });
      const { subscription } = await subscriptions.create(input);
      expect(subscription.batch).toMatchObject({ maxEvents: 20_000, intervalMinutes: 20 });
      const bounds = [
        { maxEvents: 2, intervalMinutes: 1 },
        { maxEvents: 20_000, intervalMinutes: 86_400 },
      ];
      for (const batch of bounds) {
        expect(await subscriptions.update(subscription.id, { batch })).toMatchObject({ batch });
      }
      const beyond = [
        { maxEvents: 1 },
        { maxEvents: 20_001 },
        { intervalMinutes: 0 },
        { intervalMinutes: 86_401 },
      ];
      for (const batch of beyond) {
        await expect(subscriptions.update(subscription.id, { batch })).rejects.toMatchObject({
          code: "INVALID_SUBSCRIPTION",
          issues: [{ path: ["batch", ...Object.keys(batch)] }],
        });
      }
      // An instant webhook has no such card.
      const instant = await subscriptions.create(webhook({ name: "SIEM", scope: ACME }));
      expect(instant.subscription.batch).toBeNull();
    });

    it("custom headers go with every POST and are the credential: nothing is signed", async () => {
      const { webhooks, subscribe, requests } = netgraphOn(makeStore);
      const headers = { Authorization: "Bearer tok-9d8c7b", "X-Tenant": "acme-tenant" };
      const { id, secret } = await subscribe({ ...siem, headers });
      expect(secret).toBe("");
      await webhooks.publish(AUDIT, changed(ACME), { scope: ACME });
      await webhooks.runUntilIdle();
      expect(requests).toHaveLength(2);
      for (const request of requests) {
        expect(request.headers).toMatchObject({
          authorization: headers.Authorization,
          "x-tenant": "acme-tenant",
        });
        expect(Object.keys(request.headers).filter((name) => /signature|^webhook-/.test(name))).toEqual([]);
      }
      const shown = await webhooks.subscriptions.get(id);
      expect(shown.headers).toEqual({ Authorization: "[redacted]", "X-Tenant": "[redacted]" });
    });

    it("the events are ticked in a picker that says what each means", async () => {
      const { webhooks } = netgraphOn(makeStore);
      await webhooks.migrate();
      const picker = webhooks.catalogue.groups({ at: "organization" });
      const choice = there(picker.flatMap(({ types }) => types).find(({ type }) => type === AUDIT));
      expect(choice).toMatchObject({
        label: "Configuration Change",
        description: "Trigger when Organization Settings are changed.",
      });
      const audits = there(picker.find(({ types }) => types.includes(choice)));
      expect(audits.group).toBe("Audit Events");
      const { subscriptions } = webhooks;
      const { subscription } = await subscriptions.create(webhook({ name: "SIEM", scope: ACME }));
      const ticked = await subscriptions.update(subscription.id, { events: [choice.type] });
      expect(ticked.events).toEqual([AUDIT]);
      expect((await subscriptions.update(subscription.id, { events: [] })).events).toEqual([]);
    });

    it("the Active toggle may stay off as long as one likes; ticked, events are delivered", async () => {
      const { webhooks, requests, pass } = netgraphOn(makeStore);
      await webhooks.migrate();
      const { subscriptions } = webhooks;
      const { subscription } = await subscriptions.create(webhook({ name: "SIEM", scope: ACME }));
      const { id } = subscription;
      await expect(subscriptions.enable(id)).rejects.toMatchObject({
        issues: [{ path: ["url"] }, { path: ["events"] }],
      });
      await subscriptions.update(id, { url: SIEM, events: [AUDIT] });
      await webhooks.publish(AUDIT, changed(ACME), { scope: ACME });
      await pass(30 * DAY);
      expect(requests).toEqual([]);
      expect(await subscriptions.get(id)).toMatchObject({ enabled: false, url: SIEM, events: [AUDIT] });
      expect(await subscriptions.enable(id)).toMatchObject({ enabled: true });
      const { id: eventId } = await webhooks.publish(AUDIT, changed(ACME), { scope: ACME });
      await webhooks.runUntilIdle();
      expect(requests.flatMap(sentIn).map((sent) => sent.id)).toContain(eventId);
      await subscriptions.disable(id);
      const count = requests.length;
      await webhooks.publish(AUDIT, changed(ACME), { scope: ACME });
      await webhooks.runUntilIdle();
      expect(requests).toHaveLength(count);
    });
  });

  describe("inspecting deliveries", () => {
    it("a delivery shows its payload and each attempt with request, response and duration", async () => {
      const { webhooks, subscribe, requests, answer, pass } = netgraphOn(makeStore);
      const { id } = await subscribe({ ...siem, headers: { "X-Tenant": "acme-tenant" } });
      await webhooks.runUntilIdle();
      answer((_, number) =>
        number === 2
          ? { status: 503, headers: { "x-why": "busy" }, body: "try later", ms: 1_250 }
          : { status: 202, body: "ok", ms: 40 },
      );
      const { id: eventId } = await webhooks.publish(AUDIT, changed(ACME), { scope: ACME });
      await webhooks.runUntilIdle();
      await pass(MINUTE);
      const row = only((await webhooks.deliveries.list({ subscriptionId: id, eventId })).items);
      expect(row).toMatchObject({ status: "delivered", attempts: 2, httpStatus: 202 });
      const { payload, attemptLog } = await webhooks.deliveries.get(row.id);
      expect([payload, payload]).toEqual(requests.slice(1).map(({ body }) => body));
      expect(attemptLog).toMatchObject([
        {
          number: 1,
          at: new Date(START).toISOString(),
          request: { url: SIEM, headers: { "content-type": "application/json", "x-tenant": "[redacted]" } },
          response: { status: 503, headers: { "x-why": "busy" }, body: "try later", truncated: false },
        },
        { number: 2, response: { status: 202, body: "ok" } },
      ]);
      expect(attemptLog.map(({ durationMs }) => `Completed in ${durationMs / 1000} seconds.`)).toEqual([
        "Completed in 1.25 seconds.",
        "Completed in 0.04 seconds.",
      ]);
    });

    it("a very large response is truncated", async () => {
      const receiver = await receiving({ status: 200, body: "x".repeat(100_000) });
      const options = { transport: undiciTransport(), endpoints: LOCAL };
      const { webhooks, subscribe } = netgraphOn(makeStore, options);
      const { id } = await subscribe({ ...siem, url: receiver.url });
      await webhooks.runUntilIdle();
      const row = only((await webhooks.deliveries.list({ subscriptionId: id })).items);
      const { response } = only((await webhooks.deliveries.get(row.id)).attemptLog);
      expect(response).toMatchObject({ status: 200, truncated: true, body: "x".repeat(16_384) });
    });

    it("the pending events of a batch show what is queued and not flushed yet", async () => {
      const { webhooks, subscribe, pass } = netgraphOn(makeStore);
      const { id } = await subscribe({ ...siem, type: "batch" });
      const { id: eventId } = await webhooks.publish(AUDIT, changed(ACME), { scope: ACME });
      const { items } = await webhooks.subscriptions.pendingEvents(id);
      expect(items).toHaveLength(2);
      expect(items).toContainEqual(
        expect.objectContaining({ id: eventId, type: AUDIT, scope: ACME, data: changed(ACME) }),
      );
      await pass(20 * MINUTE);
      expect((await webhooks.subscriptions.pendingEvents(id)).items).toEqual([]);
    });
  });

  describe("retries", () => {
    it("wait longer each time, then the delivery has failed and stays to be looked at", async () => {
      const { webhooks, clock, subscribe, requests, answer, pass } = netgraphOn(makeStore);
      const { id } = await subscribe(siem);
      await webhooks.runUntilIdle();
      // No success is as late as the attempts that follow: they alone would disable it by the library's own rule.
      clock.advance(SECOND);
      answer({ status: 500, body: "broken" });
      const { id: eventId } = await webhooks.publish(AUDIT, changed(ACME), { scope: ACME });
      await webhooks.runUntilIdle();
      for (const wait of [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR]) await pass(wait);
      const times = requests.slice(1).map(({ at }) => at);
      const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
      expect(gaps).toEqual([MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR]);
      const failed = () => webhooks.deliveries.list({ subscriptionId: id, status: "exhausted" });
      expect(only((await failed()).items)).toMatchObject({
        eventIds: [eventId],
        attempts: 5,
        httpStatus: 500,
      });
      // Nothing comes back by itself, and the webhook stays enabled.
      answer(200);
      await pass(2 * DAY);
      expect(requests).toHaveLength(6);
      expect((await failed()).items).toHaveLength(1);
      expect(await webhooks.subscriptions.get(id)).toMatchObject({ enabled: true });
    });

    it("are each event's own: the next one has a whole budget, and succeeds as soon as it can", async () => {
      const { webhooks, subscribe, requests, answer, pass } = netgraphOn(makeStore);
      const { id } = await subscribe(siem);
      await webhooks.runUntilIdle();
      answer((request) => (sentIn(request)[0]?.data.action === "first" ? 500 : 200));
      await webhooks.publish(AUDIT, changed(ACME, { action: "first" }), { scope: ACME });
      await webhooks.runUntilIdle();
      for (const wait of [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR]) await pass(wait);
      answer((_, number) => (number === 7 ? 500 : 200));
      const second = await webhooks.publish(AUDIT, changed(ACME, { action: "second" }), { scope: ACME });
      await webhooks.runUntilIdle();
      expect(requests).toHaveLength(7);
      await pass(MINUTE);
      const row = only((await webhooks.deliveries.list({ subscriptionId: id, eventId: second.id })).items);
      expect(row).toMatchObject({ status: "delivered", attempts: 2 });
    });

    it.each([301, 404, 500])("are made for %i, which is no success", async (status) => {
      const { webhooks, subscribe, requests, answer, pass } = netgraphOn(makeStore);
      await subscribe(siem);
      answer((_, number) => (number === 1 ? status : 204));
      await webhooks.runUntilIdle();
      expect(only((await webhooks.deliveries.list()).items)).toMatchObject({ status: "failed" });
      await pass(MINUTE);
      expect(requests).toHaveLength(2);
      expect(only((await webhooks.deliveries.list()).items)).toMatchObject({ status: "delivered" });
    });

    it("a missed change can be published again, with the time at which it happened", async () => {
      const { webhooks, subscribe, requests, pass } = netgraphOn(makeStore);
      await subscribe(siem);
      await pass(DAY);
      const before = requests.length;
      await webhooks.publish(AUDIT, changed(ACME), { scope: ACME, at: START });
      await webhooks.runUntilIdle();
      expect(requests.slice(before).flatMap(sentIn)).toMatchObject([
        { timestamp: new Date(START).toISOString(), data: changed(ACME) },
      ]);
    });
  });

  it("deliveries are kept for 3 days after the last attempt; the configuration for good", async () => {
    const { webhooks, clock, subscribe, answer, pass } = netgraphOn(makeStore);
    const { id } = await subscribe(siem);
    answer((_, number) => (number === 1 ? 500 : 200));
    await webhooks.runUntilIdle();
    await pass(MINUTE);
    clock.advance(3 * DAY);
    await webhooks.runUntilIdle();
    expect((await webhooks.deliveries.list({ subscriptionId: id })).items).toHaveLength(1);
    const before = await webhooks.subscriptions.get(id);
    await pass(1);
    expect((await webhooks.deliveries.list({ subscriptionId: id })).items).toEqual([]);
    await pass(365 * DAY);
    expect(await webhooks.subscriptions.get(id)).toEqual(before);
  });

  describe("what is audited about webhooks themselves", () => {
    it("create, edit, enable, disable and delete each emit the organization's audit", async () => {
      const { webhooks, subscribe, requests } = netgraphOn(makeStore);
      await subscribe(siem);
      const { subscriptions } = webhooks;
      const by = { actor: ADA };
      const { subscription } = await subscriptions.create(webhook({ name: "Archive", scope: ACME }), by);
      const { id } = subscription;
      await subscriptions.update(id, { url: ARCHIVE, events: [AUDIT] }, by);
      await subscriptions.enable(id, by);
      await subscriptions.disable(id, by);
      await subscriptions.delete(id, by);
      await webhooks.runUntilIdle();
      const heard = sentTo(requests, SIEM).filter(
        ({ data }) => (data.subscription as { id: string }).id === id,
      );
      expect(heard.every(({ type, scope }) => type === AUDIT && scope === ACME)).toBe(true);
      expect(heard.map(({ data }) => data.action).sort()).toEqual([
        "subscription.created",
        "subscription.deleted",
        "subscription.disabled",
        "subscription.enabled",
        "subscription.updated",
      ]);
      expect(heard.every(({ data }) => (data.subscription as { name: string }).name === "Archive")).toBe(
        true,
      );
      expect(heard.map(({ data }) => data.actor)).toEqual(Array(5).fill(ADA));
    });

    it("a webhook delivers the audit of its own change, moments later, and of none of another organization", async () => {
      const { webhooks, subscribe, requests } = netgraphOn(makeStore);
      const { id } = await subscribe(siem);
      await subscribe({ ...siem, name: "Others", scope: GLOBEX, url: ARCHIVE });
      await webhooks.runUntilIdle();
      const before = requests.length;
      await webhooks.subscriptions.update(
        id,
        { name: "SIEM of Oslo", description: "Moved." },
        { actor: ADA },
      );
      await webhooks.runUntilIdle();
      const own = only(requests.slice(before));
      expect(own.url).toBe(SIEM);
      expect(only(sentIn(own))).toMatchObject({
        type: AUDIT,
        scope: ACME,
        timestamp: new Date(START).toISOString(),
        data: {
          scope: ACME,
          scopeLabel: "Organization",
          actor: ADA,
          action: "subscription.updated",
          description: 'The webhook "SIEM of Oslo" was changed: name, description.',
          subscription: { id, name: "SIEM of Oslo" },
          before: { name: "SIEM", description: null },
          after: { name: "SIEM of Oslo", description: "Moved." },
        },
      });
    });

    it("every row names the webhook", async () => {
      const { webhooks, subscribe, requests } = netgraphOn(makeStore);
      const { id } = await subscribe(siem);
      await webhooks.subscriptions.update(id, { description: "Ours." });
      await webhooks.runUntilIdle();
      const rows = requests.flatMap(sentIn).map(({ data }) => [data.subscription, data.description]);
      expect(rows).toHaveLength(2);
      for (const [subscription, description] of rows) {
        expect(subscription).toEqual({ id, name: "SIEM" });
        expect(description).toContain('"SIEM"');
      }
    });
  });
});
