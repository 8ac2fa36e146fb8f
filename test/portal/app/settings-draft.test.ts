import { describe, expect, it } from "vitest";
import {
  afterSave,
  changedFields,
  conflictOf,
  type Draft,
  edited,
  followed,
  refused,
  shownForm,
} from "../../../src/portal/app/pages/settings/draft.js";
import { NO_FAULTS } from "../../../src/portal/app/pages/settings/faults.js";
import type { HostSettings } from "../../../src/portal/app/pages/settings/form.js";
import type { Subscription } from "../../../src/subscriptions/present.js";

const host: HostSettings = {
  retry: { schedule: [60_000], timeout: 15_000 },
  autoDisable: "exhausted",
  batch: { maxEvents: 20_000, intervalMinutes: 20, maxBytes: 4_194_304 },
};

const stored: Subscription = {
  id: "sub_1",
  scope: "",
  name: "Splunk",
  description: null,
  type: "event",
  url: "https://a.example/in",
  events: ["a.b"],
  enabled: true,
  version: 3,
  contentType: "application/json",
  headers: { "x-a": "[redacted]" },
  credentials: false,
  format: "standard",
  signing: {
    scheme: "standard",
    secrets: [{ createdAt: "2026-01-01T00:00:00.000Z", expiresAt: null }],
    verificationKey: null,
  },
  retry: host.retry,
  autoDisable: "exhausted",
  tls: { verify: true },
  ordered: false,
  batch: null,
  metadata: {},
  health: {
    status: "pending",
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
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
};
const later = (more: Partial<Subscription>): Subscription => ({
  ...stored,
  version: stored.version + 1,
  ...more,
});

function draftOf(edit: Parameters<typeof edited>[3], live = stored): Draft {
  const draft = edited(null, live, host, edit);
  if (draft === null) throw new Error("Nothing was edited.");
  return draft;
}

describe("a draft", () => {
  it("holds what was typed, over what is stored now", () => {
    const draft = draftOf({ name: "Typed" });
    const live = later({ name: "Theirs", description: "Theirs" });
    expect(shownForm(draft, live, host)).toMatchObject({ name: "Typed", description: "Theirs" });
    expect(changedFields(draft, live, host)).toEqual(["name"]);
    expect(changedFields(null, live, host)).toEqual([]);
  });

  it("is none once everything is as it is stored", () => {
    const draft = draftOf({ name: "Typed" });
    expect(edited(draft, stored, host, { name: "Splunk" })).toBeNull();
    expect(edited(draft, stored, host, { events: ["a.b"] })?.edits).toEqual({ name: "Typed" });
  });

  it("keeps a header that was added and is empty still, which changes nothing yet", () => {
    const rows = shownForm(null, stored, host).headers;
    const blank = { key: "added:1", stored: null, name: "", value: "" };
    const draft = draftOf({ headers: [...rows, blank] });
    expect(draft.edits.headers).toHaveLength(2);
    expect(changedFields(draft, stored, host)).toEqual([]);
  });

  it("stands on the version of its first edit", () => {
    const draft = draftOf({ name: "Typed" });
    const newer = later({ description: "Theirs" });
    expect(edited(draft, newer, host, { url: "https://b.example" })?.base.version).toBe(3);
    // Faults alone are no edit.
    const faulty = refused(null, stored, { ...NO_FAULTS, rest: ["No."] });
    expect(edited(faulty, newer, host, { name: "Typed" })?.base.version).toBe(4);
  });

  it("follows a version in which nothing of the page differs", () => {
    const draft = draftOf({ name: "Typed" });
    expect(followed(draft, later({ enabled: false }), host)?.base.version).toBe(4);
    expect(followed(draft, stored, host)).toBe(draft);
    const older = { ...stored, version: 2 };
    expect(followed(draft, older, host)?.base.version).toBe(3);
  });

  it("does not follow where a setting differs", () => {
    const draft = draftOf({ name: "Typed" });
    expect(followed(draft, later({ description: "Theirs" }), host)?.base.version).toBe(3);
  });

  it("does not follow a new secret where it would replace it", () => {
    const signing = {
      ...stored.signing,
      secrets: [{ createdAt: "2026-02-02T00:00:00.000Z", expiresAt: null }],
    };
    const live = later({ signing });
    expect(followed(draftOf({ secret: "mine" }), live, host)?.base.version).toBe(3);
    expect(followed(draftOf({ scheme: "mist" }), live, host)?.base.version).toBe(3);
    expect(followed(draftOf({ name: "Typed" }), live, host)?.base.version).toBe(4);
  });

  it("ends where what is stored has become what was typed", () => {
    expect(followed(draftOf({ name: "Typed" }), later({ name: "Typed" }), host)).toBeNull();
  });

  it("keeps what was typed while it was being saved", () => {
    const sent = draftOf({ name: "Typed", description: "Sent" });
    const typing = edited(sent, stored, host, { name: "Typed more" });
    const saved = later({ name: "Typed", description: "Sent" });
    const rest = afterSave(typing, sent.edits, saved, host);
    expect(rest).toMatchObject({ edits: { name: "Typed more" }, base: { version: 4 } });
    expect(afterSave(sent, sent.edits, saved, host)).toBeNull();
    expect(afterSave(null, sent.edits, saved, host)).toBeNull();
  });

  it("counts its failures, and forgets what was wrong with a field that is changed", () => {
    const first = refused(draftOf({ name: "x" }), stored, {
      ...NO_FAULTS,
      fields: { name: "Too short.", url: "Refused." },
      rest: ["Not saved."],
    });
    expect(refused(first, stored, NO_FAULTS).faults.attempt).toBe(2);
    expect(edited(first, stored, host, { name: "xyz" })?.faults).toEqual({
      ...NO_FAULTS,
      attempt: 1,
      fields: { url: "Refused." },
    });
  });
});

describe("a conflict", () => {
  it("lists what the reader edited and what others changed", () => {
    const draft = draftOf({ name: "Mine", description: "Same" });
    const rows = conflictOf(draft, later({ name: "Theirs", description: "Same", ordered: true }), host);
    expect(rows.map(({ name, mine, theirs }) => [name, mine?.[name] ?? null, theirs[name]])).toEqual([
      ["name", "Mine", "Theirs"],
      // Both made it the same, which they did.
      ["description", null, "Same"],
      ["ordered", null, true],
    ]);
  });
});
