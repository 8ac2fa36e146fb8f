import { describe, expect, it } from "vitest";
import { WebhookError } from "../../src/model/errors.js";
import { type PortalOptions, parsePortalOptions } from "../../src/portal/options.js";
import { securityHeaders } from "../../src/portal/policy.js";

const authorize = () => null;
const parse = (options: Record<string, unknown>) =>
  parsePortalOptions({ authorize, ...options } as PortalOptions);

function issuesOf(options: unknown): string[] {
  try {
    parsePortalOptions(options as PortalOptions);
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error;
    expect(error.code).toBe("CONFIGURATION");
    expect(error.message).toContain("createPortal");
    return error.issues.map(({ path }) => path.join("."));
  }
  return ["accepted"];
}

describe("options of createPortal", () => {
  it("have defaults", () => {
    const { scopes, handler, ...settings } = parse({});
    expect(settings).toEqual({
      authorize,
      basePath: "",
      title: "Webhooks",
      theme: { mode: "system", accent: "#4f46e5" },
      ancestors: ["'none'"],
      onError: undefined,
    });
    expect(
      scopes({ scope: "", actor: { type: "user", id: "a" }, permissions: [] }, new Request("https://a")),
    ).toEqual([]);
    expect(handler).toMatchObject({ authorize, basePath: "/api" });
  });

  it.each([
    ["", ""],
    ["/", ""],
    ["/hooks/", "/hooks"],
    ["a/b", "/a/b"],
  ])("take the base path %j", (given, expected) => {
    expect(parse({ basePath: given })).toMatchObject({
      basePath: expected,
      handler: { basePath: `${expected}/api` },
    });
  });

  it("take a theme in one word or in two", () => {
    expect(parse({ theme: "dark" }).theme).toEqual({ mode: "dark", accent: "#4f46e5" });
    expect(parse({ theme: { accent: "#ABCDEF" } }).theme).toEqual({ mode: "system", accent: "#ABCDEF" });
  });

  it("hand on what is the API's", () => {
    const given = {
      maxBodyBytes: 2048,
      allowedOrigins: ["https://a.example.com"],
      onError() {},
      clock: { now: () => 5 },
    };
    expect(parse(given).handler).toMatchObject(given);
  });

  it.each<[string, unknown, string[]]>([
    ["nothing", undefined, [""]],
    ["no authorize", {}, ["authorize"]],
    ["what is misspelt", { authorize, basepath: "/a" }, [""]],
    ["what is the handler's alone", { authorize, publish: true }, [""]],
    ["a base path with dots", { authorize, basePath: "/a/../b" }, ["basePath"]],
    ["a base path with a slash too many", { authorize, basePath: "/a//b" }, ["basePath"]],
    ["a base path that is a URL", { authorize, basePath: "https://a/b" }, ["basePath"]],
    ["an empty title", { authorize, title: " " }, ["title"]],
    ["a title that is no text", { authorize, title: 5 }, ["title"]],
    ["a title without end", { authorize, title: "x".repeat(201) }, ["title"]],
    ["another theme", { authorize, theme: "dusk" }, ["theme.mode"]],
    ["a theme that is no object", { authorize, theme: 5 }, ["theme"]],
    ["a colour in words", { authorize, theme: { accent: "red" } }, ["theme.accent"]],
    ["CSS in a colour", { authorize, theme: { accent: "#4f46e5;}" } }, ["theme.accent"]],
    ["a frame of anybody", { authorize, frameAncestors: ["*"] }, ["frameAncestors.0"]],
    ["a frame of a page", { authorize, frameAncestors: ["https://a.example.com/b"] }, ["frameAncestors.0"]],
    [
      "a policy in an origin",
      { authorize, frameAncestors: ["self", "https://a;script-src"] },
      ["frameAncestors.1"],
    ],
    ["a list in an origin", { authorize, frameAncestors: ["https://a,b"] }, ["frameAncestors.0"]],
    ["an origin alone", { authorize, frameAncestors: "https://a" }, ["frameAncestors"]],
    ["another scheme", { authorize, frameAncestors: ["ftp://a"] }, ["frameAncestors.0"]],
    ["scopes that are a list", { authorize, scopes: [] }, ["scopes"]],
    [
      "each at once",
      { maxBodyBytes: 1, allowedOrigins: ["a"], clock: {} },
      ["authorize", "maxBodyBytes", "allowedOrigins.0", "clock"],
    ],
  ])("refuse %s", (_what, options, paths) => {
    expect(issuesOf(options).sort()).toEqual([...paths].sort());
  });
});

describe("who may frame it", () => {
  const framed = (frameAncestors?: unknown) => {
    const headers = securityHeaders(parse(frameAncestors === undefined ? {} : { frameAncestors }).ancestors);
    const [, sources] = /frame-ancestors (.*)$/.exec(headers["content-security-policy"] ?? "") ?? [];
    return [sources, headers["x-frame-options"]];
  };

  it("is nobody, oneself or the origins named; the older header says so only where it can", () => {
    expect(framed()).toEqual(["'none'", "DENY"]);
    expect(framed([])).toEqual(["'none'", "DENY"]);
    expect(framed("self")).toEqual(["'self'", "SAMEORIGIN"]);
    expect(framed(["self", "self"])).toEqual(["'self'", "SAMEORIGIN"]);
    expect(framed(["https://a.example.com:8443"])).toEqual(["https://a.example.com:8443", undefined]);
    expect(framed(["self", "https://*.example.com"])).toEqual(["'self' https://*.example.com", undefined]);
  });
});
