import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { createWebhooks } from "hookwright";
import { memoryStore } from "hookwright/stores/memory";
import { afterAll, describe, expect, it } from "vitest";
import { netgraph as catalogue } from "../../../examples/catalogues/netgraph.js";
import {
  differences,
  type FieldName,
  formOf,
  isSame,
  type SettingsForm,
} from "../../../src/portal/app/pages/settings/form.js";
import { patchOf } from "../../../src/portal/app/pages/settings/patch.js";

const webhooks = createWebhooks({
  catalogue,
  store: memoryStore(),
  encryptionKeys: [randomBytes(32).toString("base64")],
  retry: { schedule: ["1m", "5m"], timeout: "15s" },
  autoDisable: { failingFor: "5d" },
  endpoints: { allowHttp: true, allowInsecureTls: true },
});
const { settings: host } = webhooks;
afterAll(() => webhooks.stop());

async function make(more: object = {}) {
  const input = {
    scope: "organization:acme/signin:lobby",
    name: "Splunk",
    url: "https://a.example/in",
    ...more,
  };
  return (await webhooks.subscriptions.create(input)).subscription;
}

const added = (name: string, value: string) => ({ key: `added:${name}`, stored: null, name, value });

describe("the patch", () => {
  it("is empty where nothing was changed, whatever the webhook says", async () => {
    const subscription = await make({
      type: "batch",
      description: "All of it",
      headers: { "x-a": "1" },
      events: ["signin.*", "signin.session.created"],
      retry: { schedule: ["90s"], timeout: "10s" },
      autoDisable: { consecutive: 3 },
      batch: { maxEvents: 7, maxBytes: 4096 },
      tls: { verify: false },
      ordered: true,
      signing: { scheme: "mist", secret: "quite a secret" },
    });
    expect(patchOf(subscription, formOf(subscription, host), host).patch).toEqual({});
  });

  it("goes to the library and makes the webhook what the form says", async () => {
    const text = fc.constantFrom("Splunk", "Ops Slack", "SIEM_1");
    const edits = fc.record<Partial<SettingsForm>>(
      {
        name: text,
        description: fc.constantFrom("", "For the people on call"),
        url: fc.constantFrom("https://a.example/in", "https://a.example/out", "http://b.example/", ""),
        format: fc.constantFrom("standard", "array", "topic", "splunk", "cloudevents"),
        contentType: fc.constantFrom("application/json", "text/plain; charset=utf-8"),
        ordered: fc.boolean(),
        maxEvents: fc.constantFrom("", "2", "500", "19999"),
        intervalMinutes: fc.constantFrom("", "1", "60"),
        maxBytes: fc.constantFrom("", "1 KiB", "8 MiB", "5000 B"),
        scheme: fc.constantFrom("standard", "github", "mist", "stripe"),
        events: fc.subarray(["signin.session.created", "signin.dhcp.*", "signin.configuration.audit", "*"]),
        schedule: fc.constantFrom("", "10s", "1m, 2h, 3d"),
        timeout: fc.constantFrom("", "1500ms", "1m"),
        autoDisable: fc.constantFrom(
          ...(["host", "exhausted", "never"] as const).map((rule) => ({ rule, count: "", span: "" })),
          { rule: "consecutive" as const, count: "12", span: "" },
          { rule: "failingFor" as const, count: "", span: "36h" },
        ),
        verifyTls: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(edits, async (edit) => {
        const subscription = await make({ type: "batch", headers: { "x-a": "1" } });
        const form = { ...formOf(subscription, host), ...edit };
        const { patch, problems } = patchOf(subscription, form, host);
        expect(problems.size).toBe(0);
        const after = await webhooks.subscriptions.update(subscription.id, patch);
        const left = differences(formOf(after, host), form);
        // A new server gets no header values, which the page says: the only thing that changes unasked.
        expect(left.filter((name) => name !== "headers")).toEqual([]);
        const isMoved = form.url === "" || form.url.startsWith("http://b.");
        expect(Object.keys(after.headers)).toEqual(isMoved ? [] : ["x-a"]);
      }),
      { numRuns: 60 },
    );
  });

  it("names no field that the form did not change", async () => {
    const subscription = await make();
    const FIELDS: Partial<Record<FieldName, string>> = {
      ordered: "ordered",
      maxEvents: "batch",
      timeout: "retry",
      schedule: "retry",
      scheme: "signing",
      verifyTls: "tls",
      contentType: "contentType",
    };
    const other = { maxEvents: "9", timeout: "9s", schedule: "9s", scheme: "none", contentType: "text/x" };
    const form = formOf(subscription, host);
    for (const [name, field] of Object.entries(FIELDS)) {
      const change = { ordered: true, verifyTls: false, ...other }[name as "ordered"];
      const { patch } = patchOf(subscription, { ...form, [name]: change }, host);
      expect(Object.keys(patch)).toEqual([field]);
    }
  });

  it("keeps one of two defaults where only the other is changed", async () => {
    const own = await make({ retry: { timeout: "10s" } });
    const { patch } = patchOf(own, { ...formOf(own, host), schedule: "1m" }, host);
    expect(patch).toEqual({ retry: { schedule: [60_000], timeout: "10s" } });
    const back = patchOf(own, { ...formOf(own, host), timeout: "" }, host);
    expect(back.patch).toEqual({ retry: { schedule: null, timeout: null } });
  });

  it("empty goes back to nothing, and to the default", async () => {
    const own = await make({
      description: "x",
      contentType: "text/plain",
      type: "batch",
      batch: { maxEvents: 5 },
    });
    const form = { ...formOf(own, host), description: "", url: " ", contentType: "", maxEvents: "" };
    expect(patchOf(own, form, host).patch).toEqual({
      description: null,
      url: null,
      contentType: null,
      batch: { maxEvents: null, intervalMinutes: null, maxBytes: null },
    });
  });

  it("sends what cannot be read not at all, and says so", async () => {
    const subscription = await make({ type: "batch" });
    const form: SettingsForm = {
      ...formOf(subscription, host),
      maxEvents: "many",
      maxBytes: "4 MB",
      timeout: "soon",
      schedule: "1m, 5 minutes",
      autoDisable: { rule: "consecutive", count: "", span: "" },
    };
    const { problems } = patchOf(subscription, form, host);
    expect(Object.fromEntries(problems)).toEqual({
      maxEvents: "number",
      maxBytes: "size",
      timeout: "duration",
      schedule: "schedule",
      autoDisable: "empty",
    });
    const span = {
      ...form,
      schedule: ",",
      autoDisable: { rule: "failingFor" as const, count: "", span: "1w" },
    };
    const more = patchOf(subscription, span, host).problems;
    expect([more.get("schedule"), more.get("autoDisable")]).toEqual(["schedule", "duration"]);
    const none = { ...form, autoDisable: { rule: "failingFor" as const, count: "", span: " " } };
    expect(patchOf(subscription, none, host).problems.get("autoDisable")).toBe("empty");
  });

  it("keeps, replaces, renames, adds and removes headers", async () => {
    const subscription = await make({ headers: { "x-a": "1", "x-b": "2", "x-c": "3" } });
    const form = formOf(subscription, host);
    const [a, b] = form.headers;
    if (a === undefined || b === undefined) throw new Error("There are three.");
    const headers = [{ ...a, name: "X-A" }, { ...b, value: "new" }, added(" x-d ", ""), added("", "")];
    const patched = patchOf(subscription, { ...form, headers }, host);
    expect(patched.patch).toEqual({ headers: { "X-A": "[redacted]", "x-b": "new", "x-d": "" } });
    expect(patched.rowProblems.size).toBe(0);
    const after = await webhooks.subscriptions.update(subscription.id, patched.patch);
    expect(Object.keys(after.headers)).toEqual(["X-A", "x-b", "x-d"]);
  });

  it("says which header has no name, is there twice, or lost its value with its name", async () => {
    const subscription = await make({ headers: { "x-a": "1" } });
    const form = formOf(subscription, host);
    const [a] = form.headers;
    if (a === undefined) throw new Error("There is one.");
    const headers = [
      { ...a, name: "x-z" },
      added("x-y", "1"),
      { ...added("x-y", "2"), key: "second" },
      added("", "v"),
    ];
    expect(Object.fromEntries(patchOf(subscription, { ...form, headers }, host).rowProblems)).toEqual({
      "stored:x-a": "renamed",
      second: "twice",
      "added:": "nameless",
    });
    // Where headers are not sent, nothing hinders.
    expect(patchOf(subscription, form, host).rowProblems.size).toBe(0);
  });

  it("carries no kept header to another server, and a name that objects have of their own too", async () => {
    const subscription = await make({ headers: { "x-a": "1", "x-b": "2" } });
    const form = formOf(subscription, host);
    const headers = [...form.headers, added("__proto__", "p")];
    const { patch } = patchOf(subscription, { ...form, headers, url: "https://b.example/in" }, host);
    expect(Object.entries(patch.headers ?? {})).toEqual([["__proto__", "p"]]);
  });

  it("forgets credentials, unless the address brings new ones", async () => {
    const subscription = await make({ url: "https://u:p@a.example/in" });
    expect(subscription.credentials).toBe(true);
    const form = { ...formOf(subscription, host), forgetCredentials: true };
    expect(patchOf(subscription, form, host).patch).toEqual({ credentials: false });
    const typed = { ...form, url: "https://me:too@a.example/in" };
    expect(patchOf(subscription, typed, host).patch).toEqual({ url: "https://me:too@a.example/in" });
  });

  it("sets a secret, but none where nothing is signed", async () => {
    const subscription = await make();
    const form = { ...formOf(subscription, host), secret: "s3" };
    expect(patchOf(subscription, form, host).patch).toEqual({ signing: { secret: "s3" } });
    expect(patchOf(subscription, { ...form, scheme: "mist" }, host).patch).toEqual({
      signing: { scheme: "mist", secret: "s3" },
    });
    expect(patchOf(subscription, { ...form, scheme: "none" }, host).patch).toEqual({
      signing: { scheme: "none" },
    });
  });
});

describe("the form", () => {
  it("takes what equals the host's settings for the default", async () => {
    const form = formOf(
      await make({ retry: { schedule: ["1m", "5m"] }, autoDisable: { failingFor: "5d" } }),
      host,
    );
    expect([form.schedule, form.timeout, form.autoDisable.rule, form.maxEvents]).toEqual([
      "",
      "",
      "host",
      "",
    ]);
  });

  it("shows what is the webhook's own", async () => {
    const own = await make({ type: "batch", batch: { maxBytes: 4096 }, retry: { timeout: "30s" } });
    expect(formOf(own, host)).toMatchObject({ maxBytes: "4 KiB", timeout: "30s", schedule: "" });
    const failing = formOf(await make({ autoDisable: { failingFor: "12h" } }), host).autoDisable;
    expect(failing).toEqual({ rule: "failingFor", count: "", span: "12h" });
  });

  it("is the same where what differs says nothing", async () => {
    const form = formOf(await make(), host);
    expect(
      isSame("autoDisable", form, { ...form, autoDisable: { rule: "host", count: "3", span: "1d" } }),
    ).toBe(true);
    expect(isSame("headers", form, { ...form, headers: [added("", "")] })).toBe(true);
    expect(isSame("headers", form, { ...form, headers: [added("a", "")] })).toBe(false);
  });
});
