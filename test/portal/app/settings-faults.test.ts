import { describe, expect, it } from "vitest";
import { pointerOf } from "../../../src/http/problem.js";
import { hasCredentials, isMoved, originOf } from "../../../src/portal/app/pages/settings/address.js";
import { faultsOf, hasFaults, NO_FAULTS, pathOf } from "../../../src/portal/app/pages/settings/faults.js";
import type { SettingsForm } from "../../../src/portal/app/pages/settings/form.js";
import { makeSecret, secretFate } from "../../../src/portal/app/pages/settings/signing-change.js";
import { valueText } from "../../../src/portal/app/pages/settings/value-text.js";
import { en } from "../../../src/portal/app/text/index.js";

const at = (...path: (string | number)[]) => ({
  pointer: pointerOf(path),
  detail: `${path.join(".")} is bad.`,
});
const row = (name: string) => ({ key: `key of ${name}`, stored: null, name, value: "" });

describe("what the API says is wrong", () => {
  it("is read from its pointers", () => {
    expect(pathOf(pointerOf(["headers", "x~y/z %"]))).toEqual(["headers", "x~y/z %"]);
    expect(pathOf("#/a%")).toEqual(["a%"]);
  });

  it.each([
    [["name"], "name"],
    [["credentials"], "forgetCredentials"],
    [["batch", "maxBytes"], "maxBytes"],
    [["signing", "scheme"], "scheme"],
    [["signing", "secret"], "secret"],
    [["autoDisable", "consecutive"], "autoDisable"],
    [["tls", "verify"], "verifyTls"],
    [["retry", "timeout"], "timeout"],
    [["headers"], "headers"],
    [["events"], "events"],
  ])("at %s stands beside %s", (path, name) => {
    const { fields, rest } = faultsOf([at(...path)], { patch: {}, rows: [] });
    expect(fields).toEqual({ [name]: `${path.join(".")} is bad.` });
    expect(rest).toEqual([]);
  });

  it("stands beside the header, the event and the wait that it is about", () => {
    const long = "x".repeat(200);
    const faults = faultsOf(
      [at("headers", "X-A"), at("headers", long.slice(0, 128)), at("events", 1), at("retry", "schedule", 1)],
      {
        patch: { events: ["a", "b"], retry: { schedule: ["1m", "8d"] } },
        rows: [row("x-a"), row(long)],
      },
    );
    expect(Object.keys(faults.rows)).toEqual(["key of x-a", `key of ${long}`]);
    expect(faults.events).toEqual({ b: "events.1 is bad." });
    expect(faults.fields).toEqual({ schedule: "2: retry.schedule.1 is bad." });
  });

  it("is kept where it has no field", () => {
    const faults = faultsOf(
      [
        at("metadata"),
        at("names"),
        { header: "If-Match", detail: "Is old." },
        at("headers", "gone"),
        at("name"),
        at("name"),
      ],
      { patch: {}, rows: [] },
    );
    expect(faults.rest).toEqual(["metadata is bad.", "names is bad.", "Is old."]);
    expect(faults.fields).toEqual({ headers: "headers.gone is bad.", name: "name is bad. name is bad." });
    expect(hasFaults({ ...faults, attempt: 1 })).toBe(true);
    expect(hasFaults({ ...NO_FAULTS, attempt: 1 })).toBe(false);
  });
});

describe("an address", () => {
  it.each([
    [null, "https://b.example", false],
    ["https://a.example/in", "https://a.example/out", false],
    ["https://a.example/in", " https://u:p@A.example:443/out", false],
    ["https://a.example/in", "https://a.example:8443/in", true],
    ["https://a.example/in", "http://a.example/in", true],
    ["https://a.example/in", "", true],
    ["https://a.example/in", "https://", false],
  ])("from %s to %s is another server: %s", (stored, typed, moved) => {
    expect(isMoved(stored, typed)).toBe(moved);
  });

  it("has credentials where it names a user or a password", () => {
    expect(
      ["https://u@a.example", "https://:p@a.example", "https://a.example", "u:p@a"].map(hasCredentials),
    ).toEqual([true, true, false, false]);
    expect(originOf("nothing")).toBeNull();
  });
});

describe("another scheme", () => {
  const secrets = [{ createdAt: "2026-01-01T00:00:00.000Z", expiresAt: null }];
  const of = (scheme: string, more: object = {}) => ({ scheme, secrets, verificationKey: null, ...more });

  it.each([
    [of("standard"), "standard", "same"],
    [of("none", { secrets: [] }), "none", "unsigned"],
    [of("standard"), "none", "dropped"],
    [of("standard"), "mist", "kept"],
    [of("mist"), "standard", "maybe"],
    [of("standard"), "acme", "maybe"],
    [of("standard"), "standard-ed25519", "needed"],
    [of("standard-ed25519", { verificationKey: "whpk_" }), "github", "needed"],
    [of("none", { secrets: [] }), "standard", "needed"],
  ])("from %j to %s: %s", (signing, scheme, fate) => {
    expect(secretFate(signing, scheme)).toBe(fate);
  });

  it("is given no secret where nobody knows what it wants", () => {
    expect(makeSecret("acme")).toBeNull();
    expect(makeSecret("mist")).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("a value in words", () => {
  const form: SettingsForm = {
    name: "Splunk",
    description: "",
    url: "",
    forgetCredentials: false,
    format: "standard",
    contentType: "application/json",
    ordered: true,
    maxEvents: "",
    intervalMinutes: "5",
    maxBytes: "4 KiB",
    headers: [
      { key: "1", stored: "x-a", name: "x-a", value: "" },
      { ...row("x-b"), value: "hush" },
    ],
    scheme: "mist",
    secret: "hush",
    events: ["a.b", "c.*"],
    schedule: "",
    timeout: "5s",
    autoDisable: { rule: "consecutive", count: "3", span: "" },
    verifyTls: false,
  };
  const said = (more: Partial<SettingsForm> = {}) =>
    Object.fromEntries(
      (Object.keys(form) as (keyof SettingsForm)[]).map((name) => [
        name,
        valueText(name, { ...form, ...more }, en),
      ]),
    );

  it("says what people would, and never a secret", () => {
    expect(said()).toEqual({
      name: "Splunk",
      description: "Empty",
      url: "Empty",
      forgetCredentials: "As it was",
      format: "standard",
      contentType: "application/json",
      ordered: "Yes",
      maxEvents: "Default",
      intervalMinutes: "5",
      maxBytes: "4 KiB",
      headers: "x-a, x-b (new value)",
      scheme: "mist",
      secret: "A new secret",
      events: "a.b, c.*",
      schedule: "Default",
      timeout: "5s",
      autoDisable: "after 3 failed attempts in a row",
      verifyTls: "No",
    });
    expect(JSON.stringify(said())).not.toContain("hush");
  });

  it("says that there is none", () => {
    const { headers, events, secret, autoDisable, forgetCredentials } = said({
      headers: [],
      events: [],
      secret: "",
      autoDisable: { rule: "failingFor", count: "", span: "5d" },
      forgetCredentials: true,
    });
    expect([headers, events, secret, autoDisable, forgetCredentials]).toEqual([
      "None",
      "None",
      "As it was",
      "after failing for 5d",
      "Forget them when saving",
    ]);
    expect(said({ url: "https://u:p@a.example/in" }).url).toBe("https://••••••@a.example/in");
    expect(said({ url: "https://a.example/@in" }).url).toBe("https://a.example/@in");
    expect(said({ events: ["a", "*"] }).events).toBe("*");
    expect(said({ autoDisable: { rule: "host", count: "", span: "" } }).autoDisable).toBe("Default");
    expect(said({ autoDisable: { rule: "never", count: "", span: "" } }).autoDisable).toBe("Never");
  });
});
