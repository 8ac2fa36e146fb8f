import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { netgraph } from "../../../examples/catalogues/netgraph.js";
import { catalogueGroups } from "../../../src/portal/app/pages/catalogue/groups.js";
import { elementId, hashOf, placeOf } from "../../../src/portal/app/pages/catalogue/place.js";

const CATALOGUE = {
  groups: netgraph.groups({ at: "organization" }),
  events: netgraph.describe({ at: "organization" }).events,
};

describe("catalogueGroups", () => {
  const types = (text: string) =>
    catalogueGroups(CATALOGUE, text).flatMap(({ events }) => events.map(({ type }) => type));

  it("has every type once, under its heading, without a search", () => {
    const groups = catalogueGroups(CATALOGUE, " ");
    expect(groups.map(({ group }) => group)).toEqual(CATALOGUE.groups.map(({ group }) => group));
    expect(types("").toSorted()).toEqual(CATALOGUE.events.map(({ type }) => type).toSorted());
    for (const { group, events } of groups) expect(events.map((event) => event.group)).toContain(group);
  });

  it("finds words in name, label, description and group, and drops empty headings", () => {
    expect(types("dhcp.granted")).toEqual(["signin.dhcp.granted"]);
    expect(types("configuration change signin")).toEqual(["signin.configuration.audit"]);
    expect(types("Audit events")).toEqual(["organization.configuration.audit"]);
    expect(types("ARENA associated")).toEqual(["signin.arenasession.resumed"]);
    expect(catalogueGroups(CATALOGUE, "dhcp").map(({ group }) => group)).toEqual(["DHCP"]);
    expect(types("granted nowhere")).toEqual([]);
  });
});

describe("places in the address", () => {
  it("come back from the address that leads to them, each with an id of its own", () => {
    const name = fc.string({ minLength: 1, unit: "grapheme" });
    fc.assert(
      fc.property(fc.stringMatching(/^[\w-]+(\.[\w-]+)*$/), name, (type, group) => {
        expect(placeOf(hashOf({ type }))).toEqual({ type });
        expect(placeOf(hashOf({ group }))).toEqual({ group });
        expect(elementId({ type })).not.toBe(elementId({ group }));
        expect(elementId({ group })).not.toMatch(/\s/);
      }),
    );
  });

  it("say nothing where there is nothing, or what nobody wrote", () => {
    expect(placeOf("")).toBeNull();
    expect(placeOf("#")).toBeNull();
    expect(placeOf("#%E0%A4%A")).toBeNull();
    expect(placeOf("#signin.session.created")).toEqual({ type: "signin.session.created" });
    expect(hashOf({ type: "signin.session.created" })).toBe("#signin.session.created");
  });
});
