import { describe, expect, it } from "vitest";
import type { Authorization } from "../../src/http/authorize.js";
import type { PortalScope } from "../../src/portal/options.js";
import { scopesFor } from "../../src/portal/scopes.js";
import { sessionOf } from "../../src/portal/session.js";
import { catalogue } from "../http/support.js";
import { ADA } from "./support.js";

const ACME = "organization:acme";
const LOBBY = `${ACME}/signin:lobby`;
const scopes = (own: string, answered: readonly PortalScope[]) => scopesFor(own, answered, catalogue);

describe("the scopes to choose from", () => {
  it("are the caller's own alone, called after its kind", () => {
    expect(scopes(ACME, [])).toEqual([{ scope: ACME, label: "Organization acme" }]);
    expect(scopes(LOBBY, [])).toEqual([{ scope: LOBBY, label: "Signin lobby" }]);
    expect(scopes("", [])).toEqual([{ scope: "", label: "Root" }]);
  });

  it("are what the host names, within the caller's, each once and the caller's own first", () => {
    const answered = [
      { scope: LOBBY, label: "The lobby" },
      { scope: "organization:acme-canary", label: "Not theirs" },
      { scope: "", label: "Everything" },
      { scope: LOBBY, label: "Again" },
      { scope: ACME, label: "Acme Ltd" },
      { scope: ACME, label: "Acme again" },
      { scope: `${ACME}/signin:bar` },
      { scope: `${ACME}/signin:inn`, label: "  " },
    ];
    expect(scopes(ACME, answered)).toEqual([
      { scope: ACME, label: "Acme Ltd" },
      { scope: LOBBY, label: "The lobby" },
      { scope: `${ACME}/signin:bar`, label: "Signin bar" },
      { scope: `${ACME}/signin:inn`, label: "Signin inn" },
    ]);
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["no list", {}],
    ["texts", [ACME]],
    ["a label that is none", [{ scope: ACME, label: 5 }]],
    ["no scope", [{ label: "A" }]],
    ["a scope of no kind", [{ scope: `${ACME}/nowhere:1` }]],
    ["a scope of no form", [{ scope: `${ACME}/` }]],
  ])("are not %s", (_what, answered) => {
    expect(() => scopes(ACME, answered as PortalScope[])).toThrow(
      expect.objectContaining({ code: "CONFIGURATION" }),
    );
  });
});

describe("the session", () => {
  const settings = {} as Parameters<typeof sessionOf>[0]["settings"];
  const request = new Request("https://a.example.com/");
  const of = (authorization: Authorization, answer: PortalScope[] | Promise<PortalScope[]> = []) =>
    sessionOf({ catalogue, settings }, { title: "T", scopes: () => answer }, authorization, request);

  it("is who calls and what is theirs", async () => {
    expect(await of(ADA, Promise.resolve([{ scope: LOBBY }]))).toEqual({
      title: "T",
      scope: ACME,
      scopes: [
        { scope: ACME, label: "Organization acme" },
        { scope: LOBBY, label: "Signin lobby" },
      ],
      actor: ADA.actor,
      permissions: ["read", "write", "reveal"],
      settings,
    });
  });

  it("has permissions that come with others, and none beside", async () => {
    expect((await of({ ...ADA, permissions: ["read"] })).permissions).toEqual(["read"]);
    expect((await of({ ...ADA, permissions: ["reveal", "read", "read"] })).permissions).toEqual([
      "read",
      "reveal",
    ]);
    expect((await of({ ...ADA, permissions: ["write"] })).permissions).toEqual(["read", "write"]);
  });

  it("asks with the caller and the request", async () => {
    const seen: unknown[] = [];
    await sessionOf(
      { catalogue, settings },
      {
        title: "",
        scopes(...all) {
          seen.push(...all);
          return [];
        },
      },
      ADA,
      request,
    );
    expect(seen).toEqual([ADA, request]);
    expect(seen[1]).toBe(request);
  });
});
