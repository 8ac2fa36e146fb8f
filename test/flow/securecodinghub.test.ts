import { isWebhookError, type Store } from "hookwright";
import { verify } from "hookwright/verify";
import { Webhook as Reference } from "standardwebhooks";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  fromDialog,
  secureCodingHub,
  secureCodingHubRules,
} from "../../examples/catalogues/securecodinghub.js";
import { cleanAll, type Flow, flowOn, HOUR, MINUTE, only, SECOND, START, STORES, there } from "./harness.js";

/** SecureCodingHub's page "Webhooks", sentence by sentence, in its order. README.md beside this file is the index. */

afterEach(async () => {
  vi.useRealTimers();
  await cleanAll();
});

const ADA = { type: "user", id: "usr_ada", name: "Ada Lovelace" } as const;
const ACME = "organization:acme";
const URL_IN = "https://hooks.example.com/sch";
const CERTIFICATE = { certificateId: "crt_1", learnerId: "usr_1", title: "Secure coding, level 1" };
const SARIF = { reportId: "rep_1", tool: "semgrep", findings: 17 };

/** When the five attempts are made, counted from the event. */
const ATTEMPTS_AT = [0, MINUTE, 6 * MINUTE, 36 * MINUTE, 36 * MINUTE + 2 * HOUR];

const iso = (at: number) => new Date(at).toISOString();

type Options = Parameters<typeof flowOn>[1];
type Hub = Flow<typeof secureCodingHub>;

/** The platform on a store; only public HTTPS endpoints are taken, as in production. */
function hubOn(makeStore: () => Store): Hub {
  const options = { ...secureCodingHubRules, endpoints: {}, catalogue: secureCodingHub };
  // The harness runs any catalogue; only its default's types are written into its signature.
  return flowOn(makeStore, options as unknown as Options) as unknown as Hub;
}

/** What "Add endpoint" does, by Ada, for all four types unless the dialog says otherwise. */
async function addEndpoint({ webhooks }: Hub, dialog: Partial<Parameters<typeof fromDialog>[1]> = {}) {
  await webhooks.migrate();
  const input = fromDialog("acme", { url: URL_IN, events: [...secureCodingHub.types], ...dialog });
  return webhooks.subscriptions.create(input, { actor: ADA });
}

const issue = ({ webhooks }: Hub) => webhooks.publish("certificate.issued", CERTIFICATE, { scope: ACME });

/** Lets the delivery that was just made fail as often as it is tried. */
async function failFiveTimes({ webhooks, clock, pass }: Hub): Promise<void> {
  const begun = clock.now();
  await webhooks.runUntilIdle();
  for (const at of ATTEMPTS_AT.slice(1)) await pass(begun + at - clock.now());
}

describe.each(STORES)("SecureCodingHub on %s", (_, makeStore) => {
  describe("the page", () => {
    it("delivers HMAC-signed events of the own organization only, verifiable by anyone's library", async () => {
      const hub = hubOn(makeStore);
      const { secret } = await addEndpoint(hub);
      await hub.webhooks.publish("sarif.ingested", SARIF, { scope: "organization:globex" });
      const { id } = await issue(hub);
      await hub.webhooks.runUntilIdle();
      const { body, headers } = only(hub.requests);
      const sent = { id, type: "certificate.issued", timestamp: iso(START), scope: ACME, data: CERTIFICATE };
      expect(await verify({ body, headers }, secret ?? "", { now: hub.clock.now })).toEqual(sent);
      vi.useFakeTimers({ toFake: ["Date"], now: START });
      expect(new Reference(secret ?? "").verify(String(body), { ...headers })).toEqual(sent);
    });
  });

  describe("creating an endpoint", () => {
    it("takes a public HTTPS URL, a tunnel's as well, and no other", async () => {
      const hub = hubOn(makeStore);
      for (const url of ["https://calm-sea.trycloudflare.com/in", "https://1a2b.ngrok-free.app/in", URL_IN]) {
        expect((await addEndpoint(hub, { url })).subscription.url).toBe(url);
      }
      for (const url of ["http://hooks.example.com/in", "https://localhost/in", "https://10.0.0.7/in"]) {
        const refused = await addEndpoint(hub, { url }).catch((error: unknown) => error);
        expect(isWebhookError(refused, "URL_REFUSED")).toBe(true);
      }
      expect((await hub.webhooks.subscriptions.list({ scope: ACME })).items).toHaveLength(3);
    });

    it.each(["Slack #appsec notifier", "Jira ticket creator", undefined])(
      "takes the optional description %j",
      async (description) => {
        const hub = hubOn(makeStore);
        const dialog = description === undefined ? {} : { description };
        expect((await addEndpoint(hub, dialog)).subscription.description).toBe(description ?? null);
      },
    );

    it("offers the four shipping events, sends only those chosen, and knows no fifth", async () => {
      const hub = hubOn(makeStore);
      expect(secureCodingHub.types).toEqual([
        "assignment.created",
        "assignment.completed",
        "sarif.ingested",
        "certificate.issued",
      ]);
      expect(
        secureCodingHub
          .groups({ at: "organization" })
          .flatMap(({ types }) => types)
          .map(({ type }) => type)
          .sort(),
      ).toEqual([...secureCodingHub.types].sort());
      await addEndpoint(hub, { events: ["sarif.ingested", "assignment.created"] });
      for (const type of secureCodingHub.types) {
        const example = there(secureCodingHub.get(type)).example as typeof CERTIFICATE;
        await hub.webhooks.publish(type as "certificate.issued", example, { scope: ACME });
      }
      await hub.webhooks.runUntilIdle();
      const types = hub.requests.map(({ body }) => (JSON.parse(String(body)) as { type: string }).type);
      expect(types.sort()).toEqual(["assignment.created", "sarif.ingested"]);
      const unknown = await addEndpoint(hub, { events: ["assignment.deleted"] }).catch(
        (error: unknown) => error,
      );
      expect(isWebhookError(unknown, "UNKNOWN_EVENT_TYPE")).toBe(true);
    });

    it("shows the signing secret, whsec_ and base64, once and nowhere again", async () => {
      const hub = hubOn(makeStore);
      const { webhooks } = hub;
      const created = await addEndpoint(hub);
      const secret = created.secret ?? "";
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/);
      await issue(hub);
      await webhooks.runUntilIdle();
      const { id } = created.subscription;
      const delivery = only((await webhooks.deliveries.list({ subscriptionId: id })).items);
      const shown = [
        created.subscription,
        await webhooks.subscriptions.get(id),
        await webhooks.subscriptions.list(),
        await webhooks.subscriptions.update(id, { description: "Other" }),
        await webhooks.deliveries.get(delivery.id),
      ];
      expect(JSON.stringify(shown)).not.toContain(secret.slice("whsec_".length));
      expect((await addEndpoint(hub)).secret).not.toBe(secret);
    });
  });

  describe("listing endpoints", () => {
    it("shows every endpoint of the organization with URL, events, creator and health", async () => {
      const hub = hubOn(makeStore);
      const { webhooks } = hub;
      await addEndpoint(hub, { events: ["sarif.ingested"] });
      await addEndpoint(hub, { url: "https://hooks.example.com/two" });
      await webhooks.subscriptions.create(fromDialog("globex", { url: URL_IN, events: ["sarif.ingested"] }), {
        actor: ADA,
      });
      const rows = (await webhooks.subscriptions.list({ scope: ACME })).items;
      expect(rows.map(({ url }) => url).sort()).toEqual([URL_IN, "https://hooks.example.com/two"]);
      expect(there(rows.find(({ url }) => url === URL_IN))).toMatchObject({
        events: ["sarif.ingested"],
        createdBy: ADA,
        health: { status: "pending", lastAttemptAt: null, lastStatus: null },
      });
    });

    it("Pending, then Healthy, Failing by answer or time-out, Healthy again, and Disabled with the last delivery's time", async () => {
      const hub = hubOn(makeStore);
      const { webhooks, pass, clock } = hub;
      const { id } = (await addEndpoint(hub)).subscription;
      const row = async () => only((await webhooks.subscriptions.list({ scope: ACME })).items);
      expect((await row()).health.status).toBe("pending");
      await issue(hub);
      expect((await row()).health.status).toBe("pending");
      await webhooks.runUntilIdle();
      expect((await row()).health).toMatchObject({
        status: "healthy",
        lastAttemptAt: iso(START),
        lastStatus: 200,
      });

      hub.answer(503);
      await issue(hub);
      await webhooks.runUntilIdle();
      expect(await row()).toMatchObject({ enabled: true, health: { status: "failing", lastStatus: 503 } });
      hub.answer({ kind: "failure", reason: "timeout", message: "too slow", ms: 15_000 });
      await pass(MINUTE);
      expect(await row()).toMatchObject({ enabled: true, health: { status: "failing", lastStatus: null } });
      hub.answer(204);
      await pass(5 * MINUTE);
      expect((await row()).health).toMatchObject({
        status: "healthy",
        lastStatus: 204,
        consecutiveFailures: 0,
      });

      hub.answer(500);
      await pass(SECOND);
      await issue(hub);
      await failFiveTimes(hub);
      const last = iso(clock.now());
      await pass(HOUR);
      expect(await row()).toMatchObject({
        id,
        enabled: false,
        disabledReason: "exhausted",
        disabledAt: last,
        health: { status: "disabled", lastAttemptAt: last, lastStatus: 500 },
      });
    });
  });

  describe("editing and deleting", () => {
    it("updates URL, description and events, for what is sent from then on", async () => {
      const hub = hubOn(makeStore);
      const { webhooks } = hub;
      const { subscription, secret } = await addEndpoint(hub);
      const patch = {
        url: "https://hooks.example.com/new",
        description: "Moved",
        events: ["certificate.issued"],
      };
      expect(await webhooks.subscriptions.update(subscription.id, patch)).toMatchObject({
        ...patch,
        version: 2,
      });
      await webhooks.publish("sarif.ingested", SARIF, { scope: ACME });
      await issue(hub);
      await webhooks.runUntilIdle();
      const { url, body, headers } = only(hub.requests);
      expect(url).toBe(patch.url);
      await expect(verify({ body, headers }, secret ?? "", { now: hub.clock.now })).resolves.toMatchObject({
        type: "certificate.issued",
      });
    });

    it("Active off pauses without deleting; on resumes what waited", async () => {
      const hub = hubOn(makeStore);
      const { webhooks, pass } = hub;
      const { id } = (await addEndpoint(hub)).subscription;
      await issue(hub);
      expect(await webhooks.subscriptions.update(id, { enabled: false })).toMatchObject({
        enabled: false,
        disabledReason: "manual",
        health: { status: "disabled" },
      });
      await pass(HOUR);
      expect(hub.requests).toEqual([]);
      expect((await webhooks.subscriptions.get(id)).url).toBe(URL_IN);
      await webhooks.subscriptions.update(id, { enabled: true });
      await webhooks.runUntilIdle();
      expect(hub.requests).toHaveLength(1);
      expect(await webhooks.subscriptions.get(id)).toMatchObject({
        disabledReason: null,
        health: { status: "healthy" },
      });
    });

    it("Delete drops the row and cancels what is pending, once failed or never tried", async () => {
      const hub = hubOn(makeStore);
      const { webhooks, pass } = hub;
      hub.answer(500);
      const { id } = (await addEndpoint(hub)).subscription;
      await issue(hub);
      await webhooks.runUntilIdle();
      await issue(hub);
      await webhooks.subscriptions.delete(id, { actor: ADA });
      expect((await webhooks.subscriptions.list({ scope: ACME })).items).toEqual([]);
      const gone = await webhooks.subscriptions.get(id).catch((error: unknown) => error);
      expect(isWebhookError(gone, "NOT_FOUND")).toBe(true);
      await pass(24 * HOUR);
      expect(hub.requests).toHaveLength(1);
      const { items } = await webhooks.deliveries.list({ subscriptionId: id });
      expect(items.map(({ status, attempts }) => `${status} ${attempts}`).sort()).toEqual([
        "cancelled 0",
        "cancelled 1",
      ]);
    });
  });

  describe("inspecting recent deliveries", () => {
    it("lists the most recent 50 of that endpoint, newest first, and the rest behind them", async () => {
      const hub = hubOn(makeStore);
      const { webhooks } = hub;
      const { id } = (await addEndpoint(hub)).subscription;
      await addEndpoint(hub, { url: "https://hooks.example.com/two" });
      const ids: string[] = [];
      for (let n = 0; n < 53; n++) {
        ids.push((await issue(hub)).id);
        await hub.pass(SECOND);
      }
      const drawer = await webhooks.deliveries.list({ subscriptionId: id });
      expect(drawer.items.map(({ eventIds }) => only(eventIds))).toEqual(ids.slice(3).reverse());
      const rest = await webhooks.deliveries.list({ subscriptionId: id, cursor: there(drawer.next) });
      expect(rest.items.map(({ eventIds }) => only(eventIds))).toEqual(ids.slice(0, 3).reverse());
      expect(rest.next).toBeNull();
    });

    it("shows type, event, status, attempts, HTTP status, error and times of each: pending, failed, delivered, exhausted", async () => {
      const hub = hubOn(makeStore);
      const { webhooks, pass, clock } = hub;
      const { id } = (await addEndpoint(hub)).subscription;
      const entry = async () =>
        only((await webhooks.deliveries.list({ subscriptionId: id, limit: 1 })).items);
      const made = await issue(hub);
      expect(await entry()).toMatchObject({
        type: "certificate.issued",
        eventIds: [made.id],
        status: "pending",
        attempts: 0,
        httpStatus: null,
        error: null,
        createdAt: iso(START),
        nextAttemptAt: iso(START),
        completedAt: null,
      });
      hub.answer(502);
      await webhooks.runUntilIdle();
      expect(await entry()).toMatchObject({
        status: "failed",
        attempts: 1,
        httpStatus: 502,
        error: { code: "HTTP_STATUS", message: expect.stringContaining("502") },
        nextAttemptAt: iso(START + MINUTE),
        completedAt: null,
      });
      hub.answer({ kind: "failure", reason: "timeout", message: "too slow", ms: 15_000 });
      await pass(MINUTE);
      expect(await entry()).toMatchObject({
        status: "failed",
        attempts: 2,
        httpStatus: null,
        error: { code: "TIMEOUT" },
      });
      hub.answer(200);
      await pass(5 * MINUTE);
      expect(await entry()).toMatchObject({
        status: "delivered",
        attempts: 3,
        httpStatus: 200,
        error: null,
        nextAttemptAt: null,
        completedAt: iso(START + 6 * MINUTE),
      });
      hub.answer(500);
      await pass(SECOND);
      await issue(hub);
      await failFiveTimes(hub);
      expect(await entry()).toMatchObject({
        status: "exhausted",
        attempts: 5,
        httpStatus: 500,
        nextAttemptAt: null,
        completedAt: iso(clock.now()),
      });
    });

    it("shows the very message that the receiver answered its 5xx with, at each attempt", async () => {
      const hub = hubOn(makeStore);
      const { webhooks, pass } = hub;
      const { id } = (await addEndpoint(hub)).subscription;
      hub.answer((__, number) => ({
        status: 500,
        headers: { "x-trace": `t${number}` },
        body: `boom ${number}`,
      }));
      const { id: eventId } = await issue(hub);
      await webhooks.runUntilIdle();
      await pass(MINUTE);
      const { id: deliveryId } = only((await webhooks.deliveries.list({ subscriptionId: id })).items);
      const { payload, attemptLog } = await webhooks.deliveries.get(deliveryId);
      expect(payload).toBe(hub.requests[0]?.body);
      expect(JSON.parse(payload ?? "")).toMatchObject({ id: eventId, data: CERTIFICATE });
      expect(
        attemptLog.map(({ number, at, response }) => [number, at, response?.body, response?.headers]),
      ).toEqual([
        [1, iso(START), "boom 1", { "x-trace": "t1" }],
        [2, iso(START + MINUTE), "boom 2", { "x-trace": "t2" }],
      ]);
    });
  });

  describe("retry and auto-disable", () => {
    it("tries after 1m, 5m, 30m and 2h: five attempts of the same event, then no more", async () => {
      const hub = hubOn(makeStore);
      const { webhooks, clock, pass } = hub;
      await addEndpoint(hub);
      hub.answer(500);
      await issue(hub);
      await webhooks.runUntilIdle();
      for (const wait of [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR]) {
        const before = hub.requests.length;
        await pass(wait - 1);
        expect(hub.requests).toHaveLength(before);
        await pass(1);
        expect(hub.requests).toHaveLength(before + 1);
      }
      await pass(48 * HOUR);
      expect(hub.requests.map(({ at }) => at - START)).toEqual(ATTEMPTS_AT);
      expect(new Set(hub.requests.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
      expect(clock.now()).toBeGreaterThan(START + there(ATTEMPTS_AT.at(-1)));
    });

    it("disables the endpoint after the fifth failure, not the fourth, and marks the delivery exhausted", async () => {
      const hub = hubOn(makeStore);
      const { webhooks, pass } = hub;
      const { id } = (await addEndpoint(hub)).subscription;
      hub.answer(500);
      await issue(hub);
      await webhooks.runUntilIdle();
      for (const wait of [MINUTE, 5 * MINUTE, 30 * MINUTE]) await pass(wait);
      expect((await webhooks.subscriptions.get(id)).enabled).toBe(true);
      await pass(2 * HOUR);
      expect(await webhooks.subscriptions.get(id)).toMatchObject({
        enabled: false,
        disabledReason: "exhausted",
      });
      expect(only((await webhooks.deliveries.list()).items).status).toBe("exhausted");
      // Nothing is queued for an endpoint that is off.
      expect((await issue(hub)).deliveries).toBe(0);
    });

    it("is re-enabled by a PATCH of isActive, which clears the auto-disabled state", async () => {
      const hub = hubOn(makeStore);
      const { webhooks } = hub;
      const { id } = (await addEndpoint(hub)).subscription;
      hub.answer(500);
      await issue(hub);
      await failFiveTimes(hub);
      hub.answer(200);
      // PATCH /api/sch/org/webhooks/{id} {"isActive": true}
      expect(await webhooks.subscriptions.update(id, { enabled: true }, { actor: ADA })).toMatchObject({
        enabled: true,
        disabledReason: null,
        disabledMessage: null,
        disabledAt: null,
        health: { status: "failing", consecutiveFailures: 0, failingSince: null },
      });
      await issue(hub);
      await webhooks.runUntilIdle();
      expect(hub.requests).toHaveLength(6);
      expect((await webhooks.subscriptions.get(id)).health.status).toBe("healthy");
      const { items } = await webhooks.deliveries.list({ subscriptionId: id });
      expect(items.map(({ status }) => status)).toEqual(["delivered", "exhausted"]);
    });

    it("has the schedule and the rule as its defaults: written out or left out is the same", async () => {
      const hub = hubOn(makeStore);
      const { retry, autoDisable } = (await addEndpoint(hub)).subscription;
      const plain = flowOn(makeStore);
      const other = await plain.webhooks.subscriptions.get((await plain.subscribe()).id);
      expect({ retry, autoDisable }).toEqual({ retry: other.retry, autoDisable: other.autoDisable });
      expect(retry.schedule).toEqual([MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR]);
    });
  });
});
