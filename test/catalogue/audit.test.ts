import { describe, expect, test } from "vitest";
import { defineCatalogue } from "../../src/catalogue/define.js";
import { validateData } from "../../src/catalogue/validate.js";
import { lines, thrown } from "./helpers.js";

const catalogue = defineCatalogue({
  scopes: {
    organization: { audit: "organization.audit" },
    region: { parent: "organization", audit: "site.audit" },
    site: { parent: "region", label: "Building", audit: "site.audit" },
    desk: { parent: "site", audit: "desk.audit" },
    other: { parent: "organization" },
  },
  events: { ping: {} },
});

const data = {
  scope: "organization:acme",
  scopeLabel: "Organization",
  actor: { type: "user", id: "u_1", role: "admin" },
  action: "subscription.created",
  description: "Created.",
  subscription: { id: "sub_1", name: "Splunk" },
  before: null,
  after: { name: "Splunk" },
  metadata: { ip: "10.0.0.1" },
  ticket: "T-1",
};

describe("audit types", () => {
  test("are heard at their kinds, at all kinds above and at the root", () => {
    expect(catalogue.get("organization.audit")?.at).toEqual(["", "organization"]);
    expect(catalogue.get("site.audit")?.at).toEqual(["", "organization", "region", "site"]);
    expect(catalogue.allowedAt("site.audit", "other")).toBe(false);
  });

  test("are shown and offered as the host says", () => {
    const told = defineCatalogue({
      scopes: {
        organization: {
          audit: "organization.audit",
          auditInfo: {
            label: "Configuration Change",
            group: "Audit Events",
            description: "Settings changed.",
          },
        },
        site: { parent: "organization", audit: "site.audit", auditInfo: { at: ["site"] } },
      },
      events: { ping: { label: "Ping" } },
    });
    expect(told.get("organization.audit")).toMatchObject({
      label: "Configuration Change",
      group: "Audit Events",
      description: "Settings changed.",
      at: ["", "organization"],
    });
    expect(told.get("site.audit")).toMatchObject({ label: null, group: "Configuration audit", at: ["site"] });
    expect(told.allowedAt("site.audit", "organization")).toBe(false);
    expect(told.groups({ at: "site" })).toEqual([
      { group: "Configuration audit", types: [expect.objectContaining({ type: "site.audit", label: null })] },
      { group: null, types: [{ type: "ping", label: "Ping", description: "", deprecated: false }] },
    ]);
  });

  test("refuse an auditInfo that names no kind, or says what there is not to say", () => {
    const error = thrown("CONFIGURATION", () =>
      defineCatalogue({
        scopes: {
          site: { audit: "site.audit", auditInfo: { at: ["planet" as "site"], colour: "red" } as never },
        },
        events: {},
      }),
    );
    expect(lines(error.issues)).toEqual(expect.arrayContaining([expect.stringContaining("auditInfo")]));
    const unknown = thrown("CONFIGURATION", () =>
      defineCatalogue({
        scopes: { site: { audit: "site.audit", auditInfo: { at: ["planet" as "site"] } } },
        events: {},
      }),
    );
    expect(unknown.issues.map(({ path }) => path)).toEqual([["scopes", "site", "auditInfo", "at", 0]]);
  });

  test("are one type when kinds share the name", () => {
    expect(catalogue.types).toEqual(["ping", "organization.audit", "site.audit", "desk.audit"]);
    expect(catalogue.get("site.audit")).toMatchObject({
      group: "Configuration audit",
      description: "The configuration was changed: Region, Building.",
      audit: true,
      deprecated: false,
    });
  });

  test("have an example that passes, at a scope of their kind", () => {
    for (const type of ["organization.audit", "site.audit", "desk.audit"]) {
      const example = catalogue.get(type)?.example;
      expect(validateData(catalogue, type, example)).toEqual({ value: example });
    }
    expect(catalogue.get("organization.audit")?.example).toMatchObject({ scope: "organization:example" });
    expect(catalogue.get("site.audit")?.example).toMatchObject({
      scope: "organization:example/region:example",
    });
    expect(catalogue.get("desk.audit")?.example).toMatchObject({
      scope: "organization:example/region:example/site:example/desk:example",
      scopeLabel: "Desk",
    });
  });

  test("the root can have one, for hosts without scopes", () => {
    const plain = defineCatalogue({
      scopes: { "": { audit: "webhooks.audit", label: "Account" } },
      events: {},
    });
    expect(plain.types).toEqual(["webhooks.audit"]);
    expect(plain.kinds).toEqual([""]);
    expect(plain.kind("")).toMatchObject({ label: "Account", audit: "webhooks.audit" });
    expect(plain.get("webhooks.audit")).toMatchObject({
      at: [""],
      example: { scope: "", scopeLabel: "Account" },
    });
  });
});

describe("audit data", () => {
  test("is open: fields of the host's pass through at every level", () => {
    expect(validateData(catalogue, "organization.audit", data)).toEqual({ value: data });
  });

  test("may do without a subscription, metadata and the actor's name", () => {
    const { subscription: _, metadata: __, ...rest } = data;
    expect(validateData(catalogue, "organization.audit", rest)).toEqual({ value: rest });
  });

  test.each([
    ["scope", { scope: 1 }],
    ["scopeLabel", { scopeLabel: undefined }],
    ["actor", { actor: null }],
    ["actor/type", { actor: { type: "robot", id: "r" } }],
    ["actor/id", { actor: { type: "system" } }],
    ["action", { action: undefined }],
    ["description", { description: null }],
    ["subscription/name", { subscription: { id: "sub_1" } }],
    ["before", { before: undefined }],
    ["after", { after: "all" }],
    ["metadata", { metadata: [] }],
  ])("needs %s to be right", (path, patch) => {
    const error = thrown("INVALID_DATA", () => validateData(catalogue, "site.audit", { ...data, ...patch }));
    expect(lines(error.issues)).toEqual([expect.stringMatching(`^${path}: `)]);
  });
});
