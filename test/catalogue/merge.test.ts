import { describe, expect, test } from "vitest";
import { z } from "zod";
import { buildCatalogue, defineCatalogue } from "../../src/catalogue/define.js";
import { mergeCatalogues } from "../../src/catalogue/merge.js";
import { validateData } from "../../src/catalogue/validate.js";
import { lines, thrown } from "./helpers.js";

const organization = { label: "Organization", audit: "organization.audit" };
const schema = z.object({ ip: z.string() });
const session = defineCatalogue({
  scopes: { organization, signin: { parent: "organization" } },
  events: { "session.created": { at: ["signin"] }, ping: {} },
});
const lease = defineCatalogue({
  scopes: { organization: { ...organization }, network: { parent: "organization", audit: "network.audit" } },
  events: { "lease.granted": { schema, at: ["network", ""] } },
});

const conflicts = (a: unknown, b: unknown) =>
  lines(thrown("CONFIGURATION", () => mergeCatalogues(buildCatalogue(a), buildCatalogue(b))).issues).map(
    (line) => line.replace(/: .*/s, ""),
  );

describe("mergeCatalogues", () => {
  test("has the events, scopes and audit types of all", () => {
    const both = mergeCatalogues(session, lease, defineCatalogue({ events: { pong: {} } }));
    expect(both.types).toEqual([
      "session.created",
      "ping",
      "lease.granted",
      "pong",
      "organization.audit",
      "network.audit",
    ]);
    expect(both.kinds).toEqual(["", "organization", "signin", "network"]);
    expect(both.get("session.created")?.at).toEqual(["signin"]);
    // No `at` is every kind there is now.
    expect(both.allowedAt("ping", "network")).toBe(true);
    expect(validateData(both, "lease.granted", { ip: "10.0.0.1" })).toEqual({ value: { ip: "10.0.0.1" } });
    expect(Object.isFrozen(both)).toBe(true);
  });

  test("a catalogue with itself, or alone, changes nothing", () => {
    expect(mergeCatalogues(lease, lease).describe()).toEqual(lease.describe());
    expect(mergeCatalogues(lease).describe()).toEqual(lease.describe());
  });

  test("can be merged again", () => {
    const all = mergeCatalogues(mergeCatalogues(session, lease), session);
    expect(all.types).toHaveLength(5);
  });

  test("definitions that are alike are one", () => {
    const a = { events: { x: { description: "X", at: ["s", ""], schema } }, scopes: { s: { label: "S" } } };
    const b = {
      events: { x: { at: ["s", ""], schema, description: "X", group: undefined } },
      scopes: { s: { label: "S", audit: undefined } },
    };
    expect(mergeCatalogues(buildCatalogue(a), buildCatalogue(b)).types).toEqual(["x"]);
  });

  test("names that objects have by nature are kept", () => {
    const odd = buildCatalogue({
      events: Object.fromEntries([
        ["__proto__", {}],
        ["constructor", {}],
      ]),
    });
    expect(mergeCatalogues(odd, session).types).toEqual(expect.arrayContaining(["__proto__", "constructor"]));
  });
});

describe("conflicts are refused", () => {
  test("each kind and type that two define differently", () => {
    expect(
      conflicts(
        { scopes: { s: { label: "S" } }, events: { x: { description: "X" }, y: {} } },
        { scopes: { s: { label: "T" } }, events: { x: { description: "Z" }, y: {} } },
      ),
    ).toEqual(["scopes/s", "events/x"]);
  });

  test.each([
    ["one field more", { x: {} }, { x: { group: "G" } }],
    ["one field less", { x: { group: "G" } }, { x: {} }],
    ["another field", { x: { group: "G" } }, { x: { description: "G" } }],
    ["another order of at", { x: { at: ["", "s"] } }, { x: { at: ["s", ""] } }],
    ["a longer at", { x: { at: [""] } }, { x: { at: ["", "s"] } }],
    ["another schema that looks the same", { x: { schema: z.string() } }, { x: { schema: z.string() } }],
  ])("%s", (_, a, b) => {
    const scopes = { s: {} };
    expect(conflicts({ scopes, events: a }, { scopes, events: b })).toEqual(["events/x"]);
  });

  test("an event type of one that is the audit type of another", () => {
    expect(
      conflicts({ events: { "s.audit": {} } }, { scopes: { s: { audit: "s.audit" } }, events: {} }),
    ).toEqual(["events/s.audit"]);
  });
});
