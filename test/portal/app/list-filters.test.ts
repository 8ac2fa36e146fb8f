import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ALL,
  type Filters,
  filtersOf,
  isFiltered,
  matches,
  SORTS,
  sorted,
  withFilters,
} from "../../../src/portal/app/pages/list/filters.js";
import { HEALTHS, listHealth } from "../../../src/portal/app/pages/list/health.js";
import { steady } from "../../../src/portal/app/pages/list/steady.js";
import type { Subscription } from "../../../src/subscriptions/present.js";

const HEALTH: Subscription["health"] = {
  status: "pending",
  consecutiveFailures: 0,
  failingSince: null,
  lastAttemptAt: null,
  lastStatus: null,
  heldUntil: null,
};

function webhook(fields: Partial<Omit<Subscription, "health">> = {}, health = {}): Subscription {
  const base = {
    id: "sub_1",
    name: "Splunk",
    description: null,
    type: "event",
    url: "https://hooks.example.com/in",
    events: ["signin.session.*"],
    enabled: true,
    disabledReason: null,
    createdAt: "2026-01-01T00:00:00.000Z",
  };
  return { ...base, ...fields, health: { ...HEALTH, ...health } } as Subscription;
}

const filters: fc.Arbitrary<Filters> = fc.record({
  text: fc.string(),
  status: fc.constantFrom("", "enabled", "disabled"),
  health: fc.constantFrom("", ...HEALTHS),
  type: fc.constantFrom("", "event", "batch"),
  sort: fc.constantFrom(...SORTS),
});

describe("filters in the address", () => {
  it("come back as they were written, and leave the rest of the address alone", () => {
    fc.assert(
      fc.property(filters, filters, (before, chosen) => {
        const params = withFilters(new URLSearchParams({ scope: "organization:acme" }), before);
        const after = new URLSearchParams(withFilters(params, chosen).toString());
        expect(filtersOf(after)).toEqual(chosen);
        expect(after.get("scope")).toBe("organization:acme");
      }),
    );
  });

  it("are not written where nothing is chosen", () => {
    expect(withFilters(new URLSearchParams("q=x&status=enabled&sort=name"), ALL).toString()).toBe("");
  });

  it("count as not said where they are none", () => {
    expect(filtersOf(new URLSearchParams("status=on&health=disabled&type=ping&sort=size"))).toEqual(ALL);
  });

  it("tell whether something may be left out", () => {
    expect(isFiltered(ALL)).toBe(false);
    expect(isFiltered({ ...ALL, sort: "name", text: "  " })).toBe(false);
    expect(isFiltered({ ...ALL, text: "x" })).toBe(true);
    expect(isFiltered({ ...ALL, status: "enabled" })).toBe(true);
    expect(isFiltered({ ...ALL, health: "failing" })).toBe(true);
    expect(isFiltered({ ...ALL, type: "batch" })).toBe(true);
  });
});

describe("matches", () => {
  const found = (text: string, fields: Partial<Omit<Subscription, "health">> = {}) =>
    matches(webhook(fields), { ...ALL, text });

  it("looks for each word in name, description, URL and events, in any case", () => {
    expect(found("")).toBe(true);
    expect(found(" SPLUNK  example ")).toBe(true);
    expect(found("splunk elsewhere")).toBe(false);
    expect(found("ticket", { description: "For the Ticket system" })).toBe(true);
    expect(found("example.com", { url: null })).toBe(false);
  });

  it("finds what a prefix hears", () => {
    expect(found("signin.session.created")).toBe(true);
    expect(found("signin.sessions")).toBe(false);
    expect(found("signin.session.created", { events: ["*"] })).toBe(false);
  });

  it("filters by status, type and health", () => {
    expect(matches(webhook(), { ...ALL, status: "disabled" })).toBe(false);
    expect(matches(webhook(), { ...ALL, status: "enabled" })).toBe(true);
    expect(matches(webhook({ type: "batch" }), { ...ALL, type: "event" })).toBe(false);
    expect(matches(webhook({}, { status: "failing" }), { ...ALL, health: "failing" })).toBe(true);
    expect(matches(webhook({}, { status: "failing" }), { ...ALL, health: "healthy" })).toBe(false);
  });
});

describe("listHealth", () => {
  it.each([
    [true, "healthy", null, "healthy"],
    [true, "failing", null, "failing"],
    [true, "pending", null, "pending"],
    [false, "disabled", null, "pending"],
    [false, "disabled", "manual", "paused"],
    [false, "disabled", "exhausted", "stopped"],
    [false, "disabled", "gone", "stopped"],
  ] as const)("enabled %s, %s, disabled for %s: %s", (enabled, status, disabledReason, health) => {
    expect(listHealth(webhook({ enabled, disabledReason }, { status }))).toBe(health);
  });
});

describe("sorted", () => {
  const a = webhook({ id: "a", name: "item 10", createdAt: "2026-01-01T00:00:00.000Z" });
  const b = webhook(
    { id: "b", name: "Item 9", createdAt: "2026-01-02T00:00:00.000Z" },
    { lastAttemptAt: "2026-02-01T00:00:00.000Z" },
  );
  const c = webhook(
    { id: "c", name: "zebra", createdAt: "2026-01-03T00:00:00.000Z" },
    { lastAttemptAt: "2026-02-02T00:00:00.000Z" },
  );
  const ids = (items: readonly Subscription[]) => items.map(({ id }) => id).join("");

  it("puts the newest first", () => expect(ids(sorted([b, a, c], "newest"))).toBe("cba"));
  it("puts names as in a dictionary, numbers by their size", () =>
    expect(ids(sorted([c, a, b], "name"))).toBe("bac"));
  it("puts the latest delivery first, and none last", () =>
    expect(ids(sorted([a, b, c], "last"))).toBe("cba"));
});

describe("steady", () => {
  it("keeps what was shown in its order, what is new in front", () => {
    const items = ["x", "c", "b", "a"].map((id) => ({ id }));
    const shown = new Map([
      ["a", 0],
      ["b", 1],
      ["gone", 2],
      ["c", 3],
    ]);
    expect(steady(items, shown).map(({ id }) => id)).toEqual(["x", "a", "b", "c"]);
  });
});
