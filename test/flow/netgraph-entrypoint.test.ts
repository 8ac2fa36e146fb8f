import { afterEach, describe, expect, it } from "vitest";
import { netgraph } from "../../examples/catalogues/netgraph.js";
import { cleanAll, MINUTE, only, START, STORES } from "./harness.js";
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

/** Walks through seeds/netgraph-entrypoint-webhooks.txt from its first sentence to its last. */

afterEach(cleanAll);

const AUDIT = "entrypoint.configuration.audit";
const SPLUNK = "https://splunk.example.com/in";
const SIEM = "https://siem.example.com/in";
const BRANCH = `${ACME}/entrypoint:branch`;

const splunk = webhook({ name: "Splunk", scope: RADIUS, url: SPLUNK, events: [AUDIT], enabled: true });

const secretRotated = (scope: string) =>
  changed(scope, {
    scopeLabel: "Head office RADIUS",
    action: "radius-secret.rotated",
    description: "The RADIUS secret was rotated.",
    before: { secretVersion: 1 },
    after: { secretVersion: 2 },
    metadata: { address: "198.51.100.7", page: "/settings/secrets" },
  });

describe.each(STORES)("EntryPoint webhooks on %s", (_, makeStore) => {
  describe("available events", () => {
    it("one type can be subscribed to at a context", () => {
      expect(netgraph.groups({ at: "entrypoint" })).toMatchObject([
        { group: "Configuration audit", types: [{ type: AUDIT }] },
      ]);
      expect(netgraph.matching("entrypoint.*")).toEqual([AUDIT]);
    });

    it.each(["auth-method.enabled", "attribute-profile.updated", "group.added", "radius-secret.rotated"])(
      "it is emitted whenever someone changes the configuration: %s",
      async (action) => {
        const { webhooks, subscribe, requests } = netgraphOn(makeStore);
        await subscribe(splunk);
        await webhooks.runUntilIdle();
        await webhooks.publish(AUDIT, changed(RADIUS, { action }), { scope: RADIUS });
        await webhooks.runUntilIdle();
        expect(requests.slice(1).flatMap(sentIn)).toMatchObject([{ type: AUDIT, data: { action } }]);
      },
    );

    it("RADIUS authentication and accounting are no events", async () => {
      const { webhooks } = netgraphOn(makeStore);
      await webhooks.migrate();
      for (const type of ["entrypoint.radius.authentication", "entrypoint.radius.accounting"]) {
        await expect(
          webhooks.publish(type as typeof AUDIT, changed(RADIUS), { scope: RADIUS }),
        ).rejects.toMatchObject({ code: "UNKNOWN_EVENT_TYPE" });
        const input = webhook({ name: "Splunk", scope: RADIUS, events: [type] });
        await expect(webhooks.subscriptions.create(input)).rejects.toMatchObject({
          code: "UNKNOWN_EVENT_TYPE",
        });
      }
    });
  });

  describe("where to set up a subscription", () => {
    it("the list of a context is empty at first, then shows its own", async () => {
      const { webhooks } = netgraphOn(makeStore);
      await webhooks.migrate();
      const { subscriptions } = webhooks;
      await subscriptions.create(webhook({ name: "Elsewhere", scope: ACME }));
      const names = async () => (await subscriptions.list({ scope: RADIUS })).items.map(({ name }) => name);
      expect(await names()).toEqual([]);
      await subscriptions.create(webhook({ name: "Ops Slack", scope: RADIUS }));
      expect(await names()).toEqual(["Ops Slack"]);
    });

    it.each([
      ["event", "Splunk"],
      ["batch", "Ops Slack"],
    ] as const)(
      "the form asks for a type (%s) and a name (%s); URL, headers and events come after",
      async (type, name) => {
        const { webhooks, requests } = netgraphOn(makeStore);
        await webhooks.migrate();
        const { subscriptions } = webhooks;
        const { subscription } = await subscriptions.create(webhook({ type, name, scope: RADIUS }));
        expect(subscription).toMatchObject({
          type,
          name,
          enabled: false,
          url: null,
          headers: {},
          events: [],
        });
        const { id } = subscription;
        await subscriptions.update(id, { url: SPLUNK });
        await subscriptions.update(id, { headers: { Authorization: "Splunk 0c5ef2" } });
        await subscriptions.update(id, { events: [AUDIT] });
        await subscriptions.enable(id);
        await webhooks.publish(AUDIT, changed(RADIUS), { scope: RADIUS });
        if (type === "batch") await subscriptions.flush(id);
        await webhooks.runUntilIdle();
        expect(requests.every(({ headers }) => headers.authorization === "Splunk 0c5ef2")).toBe(true);
        expect(
          requests
            .flatMap(sentIn)
            .map(({ data }) => data.action)
            .sort(),
        ).toEqual(["settings.updated", "subscription.enabled"]);
      },
    );

    it("instant events are POSTed as they happen, batches are buffered and sent as one", async () => {
      const { webhooks, subscribe, requests, pass } = netgraphOn(makeStore);
      await subscribe(splunk);
      await webhooks.runUntilIdle();
      await subscribe({ ...splunk, name: "SIEM", type: "batch", url: SIEM });
      for (const _ of [1, 2]) await webhooks.publish(AUDIT, changed(RADIUS), { scope: RADIUS });
      await webhooks.runUntilIdle();
      const to = (url: string) => requests.filter((request) => request.url === url).map(sentIn);
      expect(to(SPLUNK).map(({ length }) => length)).toEqual([1, 1, 1, 1]);
      expect(to(SIEM)).toEqual([]);
      await pass(20 * MINUTE);
      expect(to(SIEM).map(({ length }) => length)).toEqual([3]);
    });
  });

  describe("organization or context scope", () => {
    it("a context hears only itself, an organization every context of every service below it", async () => {
      const { webhooks, subscribe, requests } = netgraphOn(makeStore);
      await subscribe(splunk);
      const events = ["organization.configuration.audit", AUDIT, "signin.configuration.audit"];
      await subscribe({ ...splunk, name: "SIEM", scope: ACME, url: SIEM, events });
      const other = `${GLOBEX}/entrypoint:radius`;
      for (const scope of [RADIUS, BRANCH, other]) await webhooks.publish(AUDIT, changed(scope), { scope });
      await webhooks.publish("signin.configuration.audit", changed(LOBBY), { scope: LOBBY });
      await webhooks.publish("organization.configuration.audit", changed(ACME), { scope: ACME });
      await webhooks.runUntilIdle();
      const published = (url: string) =>
        sentTo(requests, url)
          .filter(({ data }) => data.action === "settings.updated")
          .map(({ scope }) => scope)
          .sort();
      expect(published(SPLUNK)).toEqual([RADIUS]);
      expect(published(SIEM)).toEqual([ACME, BRANCH, RADIUS, LOBBY]);
    });

    it("at the organization one picks which events of which service; at a context there is only its own", async () => {
      const { webhooks, subscribe, requests } = netgraphOn(makeStore);
      const picked = ["signin.session.created", AUDIT];
      await subscribe({ ...splunk, name: "SIEM", scope: ACME, url: SIEM, events: picked });
      const offered = netgraph
        .groups({ at: "organization" })
        .flatMap(({ types }) => types.map(({ type }) => type));
      expect(offered).toEqual(netgraph.types);
      await webhooks.publish(AUDIT, changed(RADIUS), { scope: RADIUS });
      await webhooks.publish("signin.configuration.audit", changed(LOBBY), { scope: LOBBY });
      await webhooks.runUntilIdle();
      expect(requests.flatMap(sentIn).map(({ type }) => type)).toEqual([AUDIT]);
      for (const type of ["signin.session.created", "organization.configuration.audit"]) {
        const input = webhook({ name: "Splunk", scope: RADIUS, events: [type] });
        await expect(webhooks.subscriptions.create(input)).rejects.toMatchObject({
          code: "SCOPE_NOT_ALLOWED",
        });
      }
    });

    it("a context that takes everything hears its own types only, whatever is published there", async () => {
      const { webhooks, subscribe, requests } = netgraphOn(makeStore);
      await subscribe({ ...splunk, events: ["*"] });
      await webhooks.publish("signin.session.created", { sessionId: "s", device: "d" }, { scope: RADIUS });
      await webhooks.publish(AUDIT, changed(RADIUS), { scope: RADIUS });
      await webhooks.runUntilIdle();
      expect(requests.flatMap(sentIn).map(({ type }) => type)).toEqual([AUDIT, AUDIT]);
    });

    it("each context has subscriptions of its own", async () => {
      const { webhooks, subscribe, requests } = netgraphOn(makeStore);
      await subscribe(splunk);
      await subscribe({ ...splunk, name: "SIEM", scope: BRANCH, url: SIEM });
      for (const scope of [RADIUS, BRANCH]) await webhooks.publish(AUDIT, changed(scope), { scope });
      await webhooks.runUntilIdle();
      expect(new Set(sentTo(requests, SPLUNK).map(({ scope }) => scope))).toEqual(new Set([RADIUS]));
      expect(new Set(sentTo(requests, SIEM).map(({ scope }) => scope))).toEqual(new Set([BRANCH]));
    });
  });

  describe("payload shape", () => {
    it("carries id, time, context, actor, description, before and after, and metadata", async () => {
      const { webhooks, subscribe, requests } = netgraphOn(makeStore);
      const { id } = await subscribe(splunk);
      await webhooks.runUntilIdle();
      const { id: eventId } = await webhooks.publish(AUDIT, secretRotated(RADIUS), { scope: RADIUS });
      await webhooks.runUntilIdle();
      const sent = only(sentIn(only(requests.slice(1))));
      expect(sent).toEqual({
        id: eventId,
        type: AUDIT,
        timestamp: new Date(START).toISOString(),
        scope: RADIUS,
        data: {
          scope: RADIUS,
          scopeLabel: "Head office RADIUS",
          actor: ADA,
          action: "radius-secret.rotated",
          description: "The RADIUS secret was rotated.",
          before: { secretVersion: 1 },
          after: { secretVersion: 2 },
          metadata: { address: "198.51.100.7", page: "/settings/secrets" },
        },
      });
      // The real payload can be inspected in the history.
      const row = only((await webhooks.deliveries.list({ subscriptionId: id, eventId })).items);
      expect((await webhooks.deliveries.get(row.id)).payload).toBe(requests[1]?.body);
    });

    it("of a webhook's own change carries the same, with what the caller passed along", async () => {
      const scopeLabel = (scope: string) => (scope === RADIUS ? "Head office RADIUS" : undefined);
      const { webhooks, subscribe, requests } = netgraphOn(makeStore, { scopeLabel });
      const { id } = await subscribe(splunk);
      await webhooks.runUntilIdle();
      const metadata = { ticket: "NET-7" };
      await webhooks.subscriptions.update(id, { description: "Ours." }, { actor: ADA, metadata });
      await webhooks.runUntilIdle();
      expect(only(sentIn(only(requests.slice(1))))).toMatchObject({
        type: AUDIT,
        scope: RADIUS,
        data: {
          scope: RADIUS,
          scopeLabel: "Head office RADIUS",
          actor: ADA,
          before: { description: null },
          after: { description: "Ours." },
          metadata,
        },
      });
    });

    it("names the system as the actor where nobody asked for the change", async () => {
      const { webhooks, subscribe, requests, answer } = netgraphOn(makeStore);
      await subscribe(splunk);
      await webhooks.runUntilIdle();
      answer(({ url }) => (url === SIEM ? 500 : 200));
      await subscribe({ ...splunk, name: "SIEM", url: SIEM, autoDisable: { consecutive: 1 } });
      await webhooks.runUntilIdle();
      const disabled = sentTo(requests, SPLUNK).filter(({ data }) => data.action === "subscription.disabled");
      expect(disabled).toMatchObject([
        {
          data: {
            actor: { type: "system", id: "hookwright" },
            description: 'The webhook "SIEM" was disabled by itself (consecutive).',
            before: { enabled: true },
            after: { enabled: false },
          },
        },
      ]);
    });

    it("may gain fields", async () => {
      const { webhooks, subscribe, requests } = netgraphOn(makeStore);
      await subscribe(splunk);
      await webhooks.runUntilIdle();
      const data = { ...changed(RADIUS), ticket: "CHG-7" };
      await webhooks.publish(AUDIT, data, { scope: RADIUS });
      await webhooks.runUntilIdle();
      expect(only(sentIn(only(requests.slice(1)))).data).toEqual(data);
    });
  });

  it("a Slack channel is told of a sensitive knob in words of the host's own format", async () => {
    const slack = {
      contentType: "application/json",
      body: (events: readonly { readonly data: unknown }[]) =>
        JSON.stringify({
          text: events.map(({ data }) => (data as { description: string }).description).join("\n"),
        }),
    };
    const { webhooks, subscribe, requests } = netgraphOn(makeStore, { formats: { slack } });
    await subscribe({ ...splunk, name: "Ops Slack", format: "slack" });
    await webhooks.runUntilIdle();
    await webhooks.publish(AUDIT, secretRotated(RADIUS), { scope: RADIUS });
    await webhooks.runUntilIdle();
    expect(requests.slice(1).map(({ body }) => JSON.parse(String(body)))).toEqual([
      { text: "The RADIUS secret was rotated." },
    ]);
  });

  it("audit events can be viewed without a webhook", async () => {
    const { webhooks } = netgraphOn(makeStore);
    await webhooks.migrate();
    const { id } = await webhooks.publish(AUDIT, secretRotated(RADIUS), { scope: RADIUS });
    await webhooks.publish(AUDIT, secretRotated(BRANCH), { scope: BRANCH });
    const { items } = await webhooks.events.list({ scope: RADIUS, type: AUDIT });
    expect(items).toMatchObject([{ id, scope: RADIUS, data: secretRotated(RADIUS) }]);
  });
});
