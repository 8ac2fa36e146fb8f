import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { assetsOf } from "../../src/portal/assets.js";
import { themeSheet } from "../../src/portal/theme.js";
import { cleanAll } from "../flow/harness.js";
import { ask, ORIGIN } from "../http/support.js";
import { ADA, bundle, ICON, portalHouse, SCRIPT, STYLE } from "./support.js";

afterEach(cleanAll);

const nobody = { authorize: () => null };

describe("files", () => {
  const get = async (name: string, encoding?: string, options = {}) => {
    const { portal } = await portalHouse({ ...nobody, ...options });
    const headers: Record<string, string> = encoding === undefined ? {} : { "accept-encoding": encoding };
    const response = await portal(new Request(`${ORIGIN}/hooks/assets/${name}`, { headers }));
    return {
      status: response.status,
      headers: response.headers,
      bytes: Buffer.from(await response.arrayBuffer()),
    };
  };

  it.each([
    ["main-1a2b.js", "text/javascript; charset=utf-8", Buffer.from(SCRIPT)],
    ["main-3c4d.css", "text/css; charset=utf-8", Buffer.from(STYLE)],
    ["font-5e6f.woff2", "font/woff2", Buffer.from(ICON)],
  ])("%s is for everybody and for ever, gzipped or not", async (name, type, content) => {
    for (const [encoding, isGzip] of [
      ["gzip, br", true],
      [undefined, false],
      ["br", false],
      ["gzip;q=0", false],
    ] as const) {
      const { status, headers, bytes } = await get(name, encoding);
      expect(status).toBe(200);
      expect(headers.get("content-encoding")).toBe(isGzip ? "gzip" : null);
      expect(isGzip ? gunzipSync(bytes) : bytes).toEqual(content);
      expect(headers.get("content-type")).toBe(type);
      expect(headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(headers.get("vary")).toBe("accept-encoding");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("referrer-policy")).toBe("same-origin");
    }
  });

  it("are the same each time", async () => {
    const { portal } = await portalHouse(nobody);
    const once = async () => (await ask(portal, "GET", "/hooks/assets/main-1a2b.js")).text;
    expect([await once(), await once()]).toEqual([SCRIPT, SCRIPT]);
  });

  it.each([
    "",
    "none.js",
    "constructor",
    "__proto__",
    "main-1a2b.js/",
    "a/main-1a2b.js",
    "main-1a2b%2Ejs",
    "main-1a2b.js%00",
    "..%2Fapi",
  ])("there is none called %j", async (name) => {
    const { status, headers } = await get(name);
    expect(status).toBe(404);
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it("that are broken are a fault, told to the host", async () => {
    const assets = assetsOf(
      { ...bundle, files: { a: { type: "text/css", gzip: "AAAA" } } },
      themeSheet("#4f46e5"),
    );
    await expect(assets("a", null)).rejects.toThrow();
  });
});

describe("routes", () => {
  it("of the base path lead to the page, with a slash behind it and without, and ask who it is", async () => {
    const { portal } = await portalHouse({ basePath: "/a/b" });
    const got = await ask(portal, "GET", "/a/b?c=%20&d");
    expect(got.status).toBe(200);
    expect(got.text).toContain('src="./b/assets/');
    expect((await ask(portal, "GET", "/a/b/")).text).toContain('src="./assets/');
    const { portal: closed } = await portalHouse({ ...nobody, basePath: "/a/b" });
    expect((await ask(closed, "GET", "/a/b")).status).toBe(401);
    expect((await ask((await portalHouse({ ...nobody, basePath: "" })).portal, "GET", "")).status).toBe(401);
  });

  it.each(["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])("take no %s but below the API", async (method) => {
    const { portal } = await portalHouse();
    for (const path of [
      "/hooks",
      "/hooks/",
      "/hooks/new",
      "/hooks/assets/main-1a2b.js",
      "/hooks/assets/none",
    ]) {
      const got = await ask(portal, method, path);
      expect([got.status, got.headers.get("allow"), got.headers.get("cache-control")], path).toEqual([
        405,
        "GET, HEAD",
        "no-store",
      ]);
    }
  });

  it.each([
    "/",
    "/hooksx",
    "/hooksx/api/subscriptions",
    "/hooks/../api/subscriptions",
    "/hooks%2Fapi/subscriptions",
    "//hooks/",
    "/HOOKS/",
  ])("%s is not ours, whoever asks for it", async (path) => {
    let asked = 0;
    const { portal, told } = await portalHouse({
      authorize() {
        asked++;
        return ADA;
      },
    });
    for (const method of ["GET", "POST"]) {
      const got = await ask(portal, method, path);
      expect(got.status).toBe(404);
      expect(got.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(got.text).toContain("Nothing here");
    }
    expect([asked, told]).toEqual([0, []]);
  });

  it("of the API answer as it does, and are found by no other spelling", async () => {
    const place = await portalHouse();
    const created = await ask(place.portal, "POST", "/hooks/api/subscriptions", { body: { name: "One" } });
    expect(created.status).toBe(201);
    const { subscription } = created.as<{
      subscription: { id: string; scope: string; createdBy: unknown };
    }>();
    expect(created.headers.get("location")).toBe(`/hooks/api/subscriptions/${subscription.id}`);
    expect(subscription).toMatchObject({ scope: ADA.scope, createdBy: ADA.actor });
    const got = await ask(place.portal, "GET", `/hooks/x/../api/subscriptions/${subscription.id}`);
    expect(got.as()).toMatchObject({ name: "One" });
    expect(got.headers.get("content-type")).toBe("application/json");
    for (const path of [
      "/hooks/api%2Fsubscriptions",
      "/hooks//api/subscriptions",
      "/hooks/API/subscriptions",
    ]) {
      expect((await ask(place.portal, "GET", path)).text, path).toMatch(/^<!doctype html>/);
    }
    for (const path of ["/hooks/api", "/hooks/api/", "/hooks/api/none", "/hooks/api//subscriptions"]) {
      expect((await ask(place.portal, "GET", path)).problem.code, path).toBe("NOT_FOUND");
    }
    const document = await ask(place.portal, "GET", "/hooks/api/openapi.json");
    expect(document.as()).toMatchObject({ info: { title: "Webhooks" } });
    expect(document.text).not.toContain("publishEvent");
  });

  it("of the API refuse other origins, large bodies and who is not known, as the options say", async () => {
    const { portal } = await portalHouse({
      maxBodyBytes: 1024,
      allowedOrigins: ["https://admin.example.com"],
    });
    const post = (headers: Record<string, string>, name = "One") =>
      ask(portal, "POST", "/hooks/api/subscriptions", { body: { name }, headers });
    expect((await post({ origin: "https://evil.example.com" })).problem.code).toBe("CROSS_ORIGIN");
    expect((await post({ origin: "https://admin.example.com" })).status).toBe(201);
    expect((await post({}, "n".repeat(2000))).status).toBe(413);
    const unknown = await portalHouse(nobody);
    expect((await ask(unknown.portal, "GET", "/hooks/api/subscriptions")).problem.code).toBe(
      "UNAUTHENTICATED",
    );
  });

  it("of the API tell the host of its faults", async () => {
    const { portal, told } = await portalHouse({
      authorize() {
        throw new Error("hunter2");
      },
    });
    const got = await ask(portal, "GET", "/hooks/api/subscriptions");
    expect([got.status, got.problem.code]).toEqual([500, "INTERNAL"]);
    expect(told).toEqual([expect.objectContaining({ message: "hunter2" })]);
  });

  it("reject nothing, not even what is no request", async () => {
    const { portal, told } = await portalHouse();
    const got = await portal({ url: "nonsense", method: "GET", headers: new Headers() } as Request);
    expect(got.status).toBe(500);
    expect(told).toHaveLength(1);
  });
});
