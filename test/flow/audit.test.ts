import { type Actor, type AuditData, auditSchema, defineCatalogue, type Store } from "hookwright";
import { afterEach, describe, expect, it } from "vitest";
import type { Entries } from "../../src/model/store.js";
import { cleanAll, type Flow, flowOn, MINUTE, only, SECOND, START, STORES, there } from "./harness.js";

/** The audit of subscriptions: what each change publishes, that it is written with the change or not at all. */

afterEach(cleanAll);

const catalogue = defineCatalogue({
  scopes: {
    organization: { audit: "organization.audit" },
    signin: { parent: "organization", label: "Sign In", audit: "signin.audit" },
    quiet: { parent: "organization" },
  },
  events: { ping: { description: "Something happened.", example: {} } },
});

const ACME = "organization:acme";
const LOBBY = `${ACME}/signin:lobby`;
const URL = "https://hooks.example.com/in";
const WATCHER = "https://watcher.example.com/in";
const ada: Actor = { type: "user", id: "user_1", name: "Ada Lovelace" };

type Options = Parameters<typeof flowOn>[1];

/** Each subscription is a second older than what follows, because lists are in the order of time. */
function auditOn(makeStore: () => Store, options: Options = {}): Flow<typeof catalogue> {
  const given = { ...options, catalogue };
  // The harness runs any catalogue; only its default's types are written into its signature.
  const flow = flowOn(makeStore, given as unknown as Options) as unknown as Flow<typeof catalogue>;
  const subscribe: typeof flow.subscribe = async (change) => {
    const made = await flow.subscribe(change);
    flow.clock.advance(SECOND);
    return made;
  };
  return { ...flow, subscribe };
}

/** Every audit event so far, oldest first. */
async function audits({
  webhooks,
}: Flow<typeof catalogue>): Promise<(AuditData & { type: string; at: string })[]> {
  const { items } = await webhooks.events.list({ limit: 100 });
  return items
    .filter(({ type }) => type.endsWith(".audit"))
    .toReversed()
    .map(({ type, at, data }) => ({ ...auditSchema.parse(data), type, at }));
}

/** Fails each append of audit entries inside the store, after the store has begun to write. */
function withBrokenAudit(audit: Entries | null): Entries | null {
  const [delivery] = audit?.deliveries ?? [];
  if (audit === null || delivery === undefined) throw new Error("Expected an audit that is delivered");
  // One id for two deliveries: no store takes that.
  return { ...audit, deliveries: [...audit.deliveries, { ...delivery }] };
}

describe.each(STORES)("audit on %s", (_, makeStore) => {
  describe("every verb publishes the audit type of the scope's kind", () => {
    const context = { actor: ada, metadata: { ip: "198.51.100.7", ticket: "CHG-7" } };
    const common = (id: string, name = "Splunk") => ({
      type: "signin.audit",
      at: new Date(START + SECOND).toISOString(),
      scope: LOBBY,
      scopeLabel: "Sign In",
      actor: ada,
      subscription: { id, name },
      metadata: context.metadata,
    });
    /** A subscription whose making is forgotten, and the audit of the next change. */
    async function made(change: Record<string, unknown> = {}) {
      const flow = auditOn(makeStore);
      const { id } = await flow.subscribe({ name: "Splunk", scope: LOBBY, events: ["ping"], ...change });
      const { length } = await audits(flow);
      return { ...flow, id, next: async () => only((await audits(flow)).slice(length)) };
    }

    it("create", async () => {
      const flow = auditOn(makeStore);
      await flow.webhooks.migrate();
      flow.clock.advance(SECOND);
      const input = { name: "Splunk", scope: LOBBY, url: URL, headers: { "X-Key": "very-secret" } };
      const { subscription } = await flow.webhooks.subscriptions.create(input, context);
      expect(only(await audits(flow))).toEqual({
        ...common(subscription.id),
        action: "subscription.created",
        description: 'The webhook "Splunk" was created.',
        before: null,
        after: {
          name: "Splunk",
          url: URL,
          headers: { "X-Key": "[redacted]" },
          signing: {
            scheme: "standard",
            secrets: [{ createdAt: new Date(START + SECOND).toISOString(), expiresAt: null }],
          },
        },
      });
    });

    it("update", async () => {
      const { webhooks, id, next } = await made();
      const patch = { name: "Splunk 2", events: ["signin.*", "ping"], retry: { schedule: ["1m"] } } as const;
      await webhooks.subscriptions.update(id, patch, context);
      expect(await next()).toEqual({
        ...common(id, "Splunk 2"),
        action: "subscription.updated",
        description: 'The webhook "Splunk 2" was changed: name, events, retry.',
        before: { name: "Splunk", events: ["ping"], retry: null },
        after: {
          name: "Splunk 2",
          events: ["signin.*", "ping"],
          retry: { schedule: [MINUTE], timeout: null },
        },
      });
    });

    it("disable", async () => {
      const { webhooks, id, next } = await made();
      await webhooks.subscriptions.disable(id, context);
      expect(await next()).toEqual({
        ...common(id),
        action: "subscription.disabled",
        description: 'The webhook "Splunk" was disabled.',
        before: { enabled: true, disabledReason: null },
        after: { enabled: false, disabledReason: "manual" },
      });
    });

    it("enable", async () => {
      const { webhooks, id, next } = await made({ enabled: false });
      await webhooks.subscriptions.enable(id, context);
      expect(await next()).toEqual({
        ...common(id),
        action: "subscription.enabled",
        description: 'The webhook "Splunk" was enabled.',
        before: { enabled: false },
        after: { enabled: true },
      });
    });

    it("rotate", async () => {
      const { webhooks, id, next } = await made();
      await webhooks.subscriptions.rotateSecret(id, { overlap: "1m" }, context);
      const [old, fresh] = [START, START + SECOND].map((at) => new Date(at).toISOString());
      expect(await next()).toEqual({
        ...common(id),
        action: "subscription.rotated",
        description: 'The webhook "Splunk" got a new signing secret.',
        before: { signing: { scheme: "standard", secrets: [{ createdAt: old, expiresAt: null }] } },
        after: {
          signing: {
            scheme: "standard",
            secrets: [
              { createdAt: fresh, expiresAt: null },
              { createdAt: old, expiresAt: new Date(START + SECOND + MINUTE).toISOString() },
            ],
          },
        },
      });
    });

    it("delete", async () => {
      const { webhooks, id, next } = await made();
      await webhooks.subscriptions.delete(id, context);
      const audit = await next();
      expect(audit).toMatchObject({
        ...common(id),
        action: "subscription.deleted",
        description: 'The webhook "Splunk" was deleted.',
        before: { name: "Splunk", url: URL, events: ["ping"], enabled: true },
        after: null,
      });
    });

    it("the system's own: disabled because a delivery was exhausted, or failures were too many or too long, or it is gone", async () => {
      const rules = [
        ["exhausted", { retry: { schedule: ["1m"] }, autoDisable: "exhausted" }, 500],
        ["consecutive", { autoDisable: { consecutive: 2 } }, 500],
        ["failingFor", { autoDisable: { failingFor: "1m" } }, 500],
        ["gone", {}, 410],
      ] as const;
      for (const [reason, rule, status] of rules) {
        const flow = auditOn(makeStore);
        const { id } = await flow.subscribe({ name: "Splunk", scope: LOBBY, events: ["ping"], ...rule });
        flow.answer(status);
        await flow.webhooks.publish("ping", {}, { scope: LOBBY });
        await flow.pass(SECOND);
        await flow.pass(MINUTE);
        expect((await audits(flow)).slice(1)).toEqual([
          {
            type: "signin.audit",
            at: new Date(START + 2 * SECOND + (reason === "gone" ? 0 : MINUTE)).toISOString(),
            scope: LOBBY,
            scopeLabel: "Sign In",
            actor: { type: "system", id: "hookwright" },
            action: "subscription.disabled",
            description: `The webhook "Splunk" was disabled by itself (${reason}).`,
            subscription: { id, name: "Splunk" },
            before: { enabled: true, disabledReason: null },
            after: { enabled: false, disabledReason: reason },
          },
        ]);
      }
    });
  });

  it("names the host where nobody is named, and carries no metadata where none was passed", async () => {
    const flow = auditOn(makeStore);
    const { id } = await flow.subscribe({ scope: LOBBY, events: ["ping"] });
    await flow.webhooks.subscriptions.update(
      id,
      { description: "Ours." },
      { actor: { type: "user", id: "u_2" } },
    );
    const [created, updated] = await audits(flow);
    expect(created?.actor).toEqual({ type: "system", id: "host" });
    expect(there(created)).not.toHaveProperty("metadata");
    expect(updated?.actor).toEqual({ type: "user", id: "u_2" });
  });

  it("is the type of the very kind, and none where the kind names none", async () => {
    const flow = auditOn(makeStore);
    const { subscriptions } = flow.webhooks;
    await flow.webhooks.migrate();
    for (const scope of ["", `${ACME}/quiet:room`, ACME, LOBBY]) {
      const { subscription } = await subscriptions.create({ name: "Splunk", scope });
      await subscriptions.update(subscription.id, { url: URL, events: ["ping"] });
      await subscriptions.enable(subscription.id);
      await subscriptions.rotateSecret(subscription.id);
      await subscriptions.disable(subscription.id);
      await subscriptions.delete(subscription.id);
    }
    const published = (await audits(flow)).map(({ type, scope, scopeLabel }) => [type, scope, scopeLabel]);
    expect(published.sort()).toEqual([
      ...Array(6).fill(["organization.audit", ACME, "Organization"]),
      ...Array(6).fill(["signin.audit", LOBBY, "Sign In"]),
    ]);
  });

  it("calls the scope by the host's name for it", async () => {
    const scopeLabel = (scope: string) => (scope === LOBBY ? "The lobby" : undefined);
    const flow = auditOn(makeStore, { scopeLabel });
    await flow.webhooks.migrate();
    for (const scope of [ACME, LOBBY]) await flow.webhooks.subscriptions.create({ name: "Splunk", scope });
    const labels = (await audits(flow)).map(({ scope, scopeLabel: label }) => [scope, label]);
    expect(labels.sort()).toEqual([
      [ACME, "Organization"],
      [LOBBY, "The lobby"],
    ]);
  });

  it.each([
    ["sealed", undefined],
    ["not even sealed", "none"],
  ] as const)("never holds a secret, a header value or credentials, %s", async (_, encryptionKeys) => {
    const options = encryptionKeys === undefined ? {} : { encryptionKeys };
    const flow = auditOn(makeStore, options);
    await flow.subscribe({ name: "Watcher", scope: ACME, url: WATCHER, events: ["*"] });
    const secret = (letter: string) => `whsec_${Buffer.alloc(24, letter).toString("base64")}`;
    const { subscriptions } = flow.webhooks;
    const { subscription } = await subscriptions.create({
      name: "Splunk",
      scope: LOBBY,
      url: "https://user-one:pass-one@hooks.example.com/in",
      headers: { "X-Key": "value-one" },
      signing: { secret: secret("a") },
    });
    const { id } = subscription;
    const changes: (() => Promise<unknown>)[] = [
      () => subscriptions.update(id, { headers: { "X-Key": "value-two", "X-More": "value-three" } }),
      () => subscriptions.update(id, { url: "https://user-two:pass-two@hooks.example.com/in" }),
      () => subscriptions.rotateSecret(id, { secret: secret("b") }),
      () => subscriptions.update(id, { signing: { secret: secret("c") } }),
      () => subscriptions.delete(id),
    ];
    for (const change of changes) {
      flow.clock.advance(SECOND);
      await change();
    }
    const kept = await audits(flow);
    await flow.webhooks.runUntilIdle();
    const told = JSON.stringify(kept) + flow.requests.map(({ body }) => body).join();
    expect(flow.requests).toHaveLength(kept.length);
    const basics = ["one", "two"].map((n) => Buffer.from(`user-${n}:pass-${n}`).toString("base64"));
    const values = [
      "value-one",
      "value-two",
      "value-three",
      "pass-one",
      "pass-two",
      "user-one",
      "user-two",
      ...basics,
    ];
    const secrets = ["a", "b", "c"].map((letter) => secret(letter).slice("whsec_".length));
    for (const hidden of [...values, ...secrets, "sealed", "authorization"])
      expect(told).not.toContain(hidden);
    expect(kept.slice(-5, -3).map(({ before, after }) => [before, after])).toEqual([
      [{ headers: { "X-Key": "[redacted]" } }, { headers: { "X-Key": "[changed]", "X-More": "[redacted]" } }],
      [{ credentials: true }, { credentials: "[changed]" }],
    ]);
  });

  describe("who hears it", () => {
    it("the changed webhook itself as it is after the change, once", async () => {
      const flow = auditOn(makeStore);
      const { subscriptions } = flow.webhooks;
      const { id } = await flow.subscribe({ name: "Own", scope: LOBBY, events: ["ping"] });
      const heard = async () => {
        const before = flow.requests.length;
        await flow.webhooks.runUntilIdle();
        return flow.requests
          .slice(before)
          .map(({ url, body }) => [url, JSON.parse(String(body)).data.action]);
      };
      expect(await heard()).toEqual([]);
      // It begins to listen with this very change, and stops with the next.
      await subscriptions.update(id, { events: ["ping", "signin.audit"] });
      expect(await heard()).toEqual([[URL, "subscription.updated"]]);
      await subscriptions.update(id, { events: ["ping"] });
      expect(await heard()).toEqual([]);
      await subscriptions.update(id, { events: ["*"], url: WATCHER });
      expect(await heard()).toEqual([[WATCHER, "subscription.updated"]]);
      await subscriptions.rotateSecret(id);
      expect(await heard()).toEqual([[WATCHER, "subscription.rotated"]]);
      await subscriptions.disable(id);
      expect(await heard()).toEqual([]);
      await subscriptions.enable(id);
      expect(await heard()).toEqual([[WATCHER, "subscription.enabled"]]);
      await subscriptions.delete(id);
      expect(await heard()).toEqual([]);
      // Not even a delivery that the removal calls off.
      expect((await flow.webhooks.deliveries.list({ status: "cancelled" })).items).toEqual([]);
    });

    it("those at its scope and above who chose the type, at once or in a batch; nobody beside or below", async () => {
      const flow = auditOn(makeStore);
      const watch = (name: string, scope: string, change = {}) =>
        flow.subscribe({
          name,
          scope,
          url: `https://${name}.example.com/`,
          events: ["signin.audit"],
          ...change,
        });
      await watch("own-scope", LOBBY);
      await watch("above", ACME);
      await watch("beside", `${ACME}/signin:bar`);
      await watch("elsewhere", "organization:globex");
      await watch("deaf", LOBBY, { events: ["ping"] });
      await watch("off", ACME, { enabled: false });
      const { id: batchId } = await watch("batch", ACME, { type: "batch" });
      await flow.webhooks.runUntilIdle();
      const before = flow.requests.length;
      const { subscription } = await flow.webhooks.subscriptions.create({ name: "New", scope: LOBBY });
      await flow.webhooks.runUntilIdle();
      const told = flow.requests.slice(before);
      expect(told.map(({ url }) => url).sort()).toEqual([
        "https://above.example.com/",
        "https://own-scope.example.com/",
      ]);
      const waiting = (await flow.webhooks.subscriptions.pendingEvents(batchId)).items.map(
        ({ data }) => data,
      );
      expect(waiting).toContainEqual(
        expect.objectContaining({ subscription: { id: subscription.id, name: "New" } }),
      );
      expect(waiting.at(-1)).toEqual(JSON.parse(String(told[0]?.body)).data);
    });
  });

  describe("is written with the change or not at all", () => {
    it("a change that is refused, or changes nothing, writes none", async () => {
      const flow = auditOn(makeStore);
      const { id } = await flow.subscribe({ scope: LOBBY, events: ["ping"] });
      const { subscriptions } = flow.webhooks;
      const { length } = await audits(flow);
      const refused = [
        () => subscriptions.create({ name: "x", scope: LOBBY }),
        () => subscriptions.update(id, { url: "http://10.0.0.1/" }),
        () => subscriptions.update(id, { description: "New." }, { ifVersion: 7 }),
        () => subscriptions.enable(id, { ifVersion: 7 }),
        () => subscriptions.rotateSecret(id, { secret: "short" }),
        () => subscriptions.delete("sub_unknown"),
      ];
      for (const call of refused) await expect(call()).rejects.toMatchObject({ name: "WebhookError" });
      await subscriptions.enable(id);
      await subscriptions.update(id, { events: ["ping"], description: null });
      expect(await audits(flow)).toHaveLength(length);
    });

    it("of two who save at once for one version, the loser writes none", async () => {
      const flow = auditOn(makeStore);
      const { id } = await flow.subscribe({ scope: LOBBY, events: ["ping"] });
      const rival = (description: string) =>
        flow.webhooks.subscriptions.update(id, { description }, { ifVersion: 1 });
      const results = await Promise.allSettled([rival("One."), rival("Two.")]);
      expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const { description, version } = await flow.webhooks.subscriptions.get(id);
      expect(version).toBe(2);
      expect((await audits(flow)).slice(1).map(({ after }) => after)).toEqual([{ description }]);
    });

    it("those who save again after losing say what they really changed", async () => {
      const flow = auditOn(makeStore);
      const { id } = await flow.subscribe({ scope: LOBBY, events: ["ping"] });
      let isFirst = true;
      const save = flow.store.saveSubscription.bind(flow.store);
      const { subscriptions } = flow.webhooks;
      // Someone is first: between the reading and the saving of the change below.
      flow.store.saveSubscription = async (change) => {
        if (isFirst) {
          isFirst = false;
          flow.clock.advance(SECOND);
          await subscriptions.update(id, { description: "Theirs." });
          flow.clock.advance(SECOND);
        }
        return save(change);
      };
      await subscriptions.update(id, { description: "Ours." });
      expect((await audits(flow)).slice(1).map(({ before, after }) => [before, after])).toEqual([
        [{ description: null }, { description: "Theirs." }],
        [{ description: "Theirs." }, { description: "Ours." }],
      ]);
    });

    it("of two who delete at once, one does, and one audit is written", async () => {
      const flow = auditOn(makeStore);
      const { id } = await flow.subscribe({ scope: LOBBY, events: ["ping"] });
      const remove = () => flow.webhooks.subscriptions.delete(id);
      const results = await Promise.allSettled([remove(), remove()]);
      expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect((await audits(flow)).slice(1).map(({ action }) => action)).toEqual(["subscription.deleted"]);
    });

    it("a store that cannot write the audit leaves neither it nor the change", async () => {
      const flow = auditOn(makeStore);
      await flow.subscribe({ name: "Watcher", scope: ACME, url: WATCHER, events: ["*"] });
      const { id } = await flow.subscribe({ scope: LOBBY, events: ["ping"] });
      const { subscriptions } = flow.webhooks;
      await flow.webhooks.runUntilIdle();
      const before = await subscriptions.get(id);
      const count = (await audits(flow)).length;
      const told = flow.requests.length;
      const save = flow.store.saveSubscription.bind(flow.store);
      const remove = flow.store.removeSubscription.bind(flow.store);
      flow.store.saveSubscription = async (change) =>
        save({ ...change, audit: withBrokenAudit(change.audit) });
      flow.store.removeSubscription = async (gone, now, audit) => remove(gone, now, withBrokenAudit(audit));
      const changes: (() => Promise<unknown>)[] = [
        () => subscriptions.create({ name: "New", scope: LOBBY }),
        () => subscriptions.update(id, { description: "New." }),
        () => subscriptions.disable(id),
        () => subscriptions.rotateSecret(id),
        () => subscriptions.delete(id),
      ];
      for (const change of changes) {
        await expect(change()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
      }
      expect(await subscriptions.get(id)).toEqual(before);
      expect((await subscriptions.list({ scope: LOBBY })).items).toEqual([before]);
      expect(await audits(flow)).toHaveLength(count);
      await flow.webhooks.runUntilIdle();
      expect(flow.requests).toHaveLength(told);
      // The same changes work once the store does.
      flow.store.saveSubscription = save;
      await subscriptions.update(id, { description: "New." });
      expect(await audits(flow)).toHaveLength(count + 1);
    });
  });

  it("a test delivery changes nothing, so it is not audited", async () => {
    const flow = auditOn(makeStore);
    const { id } = await flow.subscribe({ scope: LOBBY, events: ["ping"] });
    const { length } = await audits(flow);
    await flow.webhooks.subscriptions.sendTest(id);
    await flow.webhooks.subscriptions.flush(id);
    expect(await audits(flow)).toHaveLength(length);
  });
});
