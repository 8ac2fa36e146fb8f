import fc from "fast-check";
import { ClientError } from "hookwright/client";
import { describe, expect, it } from "vitest";
import { fieldProblems, isAllBeside } from "../../../src/portal/app/api/field-problems.js";
import { creationKeys, creationOf } from "../../../src/portal/app/pages/create/creation.js";
import { scopeLabel } from "../../../src/portal/app/ui/scope-label.js";

const SPLUNK = { scope: "", type: "event", name: "Splunk" } as const;

describe("creationOf", () => {
  it("takes spaces off the ends of the name, and nothing else", () => {
    expect(creationOf({ ...SPLUNK, name: "  Ops  Slack " })).toEqual({ ...SPLUNK, name: "Ops  Slack" });
  });
});

describe("creationKeys", () => {
  it("is the same for the same creation, and another for another", () => {
    for (const change of [{ name: "Splunk2" }, { type: "batch" as const }, { scope: "organization:acme" }]) {
      const keyOf = creationKeys();
      const first = keyOf(SPLUNK);
      expect(keyOf({ ...SPLUNK })).toBe(first);
      expect(keyOf({ ...SPLUNK, ...change })).not.toBe(first);
    }
  });

  it("is not the same for two forms", () => {
    expect(creationKeys()(SPLUNK)).not.toBe(creationKeys()(SPLUNK));
    expect(creationKeys()(SPLUNK)).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe("problems of fields", () => {
  const error = (...errors: ClientError["errors"]) =>
    new ClientError("INVALID_SUBSCRIPTION", "No.", { errors });

  it("stand beside the field that the pointer names, the first of each", () => {
    const both = error(
      { pointer: "#/name", detail: "Too short." },
      { pointer: "#/name", detail: "Odd." },
      { pointer: "#/names", detail: "Unknown." },
      { parameter: "name", detail: "No." },
    );
    expect(fieldProblems(both, ["name", "scope"])).toEqual({ name: "Too short." });
    expect(isAllBeside(both, ["name", "scope"])).toBe(false);
  });

  it("are all beside their fields only where there are some, each with its field", () => {
    expect(isAllBeside(error({ pointer: "#/name", detail: "" }), ["name"])).toBe(true);
    expect(isAllBeside(error({ pointer: "#/scope/0", detail: "" }), ["scope"])).toBe(true);
    expect(isAllBeside(error({ pointer: "#/scope", detail: "" }), ["name"])).toBe(false);
    expect(isAllBeside(error(), ["name"])).toBe(false);
    expect(isAllBeside(new Error("other"), ["name"])).toBe(false);
    expect(fieldProblems(new Error("other"), ["name"])).toEqual({});
  });
});

describe("scopeLabel", () => {
  it("is the host's word, else the kind and id of the last part", () => {
    const known = [{ scope: "organization:acme", label: "Acme Ltd" }];
    expect(scopeLabel("organization:acme", known, "All")).toBe("Acme Ltd");
    expect(scopeLabel("organization:acme/signin:lobby", known, "All")).toBe("signin lobby");
    expect(scopeLabel("", known, "All")).toBe("All");
  });

  it("is never empty", () => {
    fc.assert(fc.property(fc.string(), (scope) => scopeLabel(scope, [], "All") !== ""));
  });
});
