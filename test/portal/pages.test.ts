import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { portalOf } from "../../src/portal/portal.js";
import { cleanAll, KEY } from "../flow/harness.js";
import { ask } from "../http/support.js";
import { ADA, bundle, type Portal, portalHouse, referencesIn, sessionIn } from "./support.js";

afterEach(cleanAll);

const PAGES = [
  "/hooks/",
  "/hooks/new",
  "/hooks/subscriptions/sub_1",
  "/hooks/subscriptions/sub_1/deliveries/dlv_1?a=b",
];

/** What every answer of the portal's own has. */
const SECURITY = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
  "x-frame-options": "DENY",
};

describe("a page", () => {
  it.each(PAGES)("at %s is HTML, confined and not kept", async (path) => {
    const { portal } = await portalHouse();
    const got = await ask(portal, "GET", path);
    expect(got.status).toBe(200);
    expect(Object.fromEntries(got.headers)).toEqual({
      ...SECURITY,
      "cache-control": "no-store",
      "content-type": "text/html; charset=utf-8",
    });
    expect(got.text).toMatch(/^<!doctype html>\n<html lang="en" data-theme="system">/);
    expect(got.text).toContain("<title>Webhooks</title>");
    expect(got.text).toContain('<div id="root"></div>');
    expect(got.text).toMatch(/<noscript>[^<]+<\/noscript>/);
  });

  it("needs nothing inline that the policy would refuse", async () => {
    const { text } = await ask((await portalHouse()).portal, "GET", "/hooks/");
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i);
    const scripts = [...text.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
    expect(scripts).toEqual([
      expect.stringMatching(/^<script type="module" src="[^"]+">$/),
      '<script type="application/json" id="hookwright-session">',
    ]);
  });

  it.each(["", "/hooks", "/a/b"])(
    "under %j refers to files that are there, whatever a proxy puts before it",
    async (basePath) => {
      const { portal } = await portalHouse({ basePath });
      for (const path of ["/", "/new", "/subscriptions/1/deliveries/2", "//x//", "/subscriptions/a%2Fb/x"]) {
        const { status, text } = await ask(portal, "GET", basePath + path);
        expect(status, path).toBe(200);
        const references = referencesIn(text);
        expect(references).toHaveLength(4);
        for (const reference of references) {
          for (const prefix of ["", "/outer", "/outer/deep"]) {
            const seen = new URL(reference, `https://elsewhere.example.com${prefix}${basePath}${path}`);
            expect(seen.pathname.startsWith(`${prefix}${basePath}/assets/`), seen.href).toBe(true);
            const file = await ask(portal, "GET", seen.pathname.slice(prefix.length));
            expect(file.status, seen.href).toBe(200);
          }
        }
      }
    },
  );

  it("puts the theme's stylesheet after the bundle's, and says which theme", async () => {
    const { portal } = await portalHouse({ theme: { mode: "dark", accent: "#aa0000" } });
    const { text } = await ask(portal, "GET", "/hooks/new");
    const styles = referencesIn(text).filter((name) => name.endsWith(".css"));
    expect(styles).toEqual([
      "./assets/main-3c4d.css",
      expect.stringMatching(/^\.\/assets\/theme-[0-9a-f]{16}\.css$/),
    ]);
    expect(text).toContain('data-theme="dark"');
    expect(text).toContain('<meta name="color-scheme" content="dark">');
    expect(text).toContain(encodeURIComponent("#aa0000"));
    const sheet = await ask(portal, "GET", `/hooks/${styles[1]?.slice(2)}`);
    expect(sheet.text).toContain("--accent: #aa0000;");
    expect(sheet.headers.get("content-type")).toBe("text/css; charset=utf-8");
  });

  it("for HEAD is its headers", async () => {
    const { portal } = await portalHouse();
    for (const path of [
      ...PAGES,
      "/hooks",
      "/hooks/assets/main-1a2b.js",
      "/elsewhere",
      "/hooks/assets/none",
    ]) {
      const [head, got] = [await ask(portal, "HEAD", path), await ask(portal, "GET", path)];
      expect(head.text).toBe("");
      expect([head.status, ...head.headers]).toEqual([got.status, ...got.headers]);
    }
  });
});

describe("the session in a page", () => {
  it("is the caller's, and holds nothing secret", async () => {
    const place = await portalHouse({
      title: "Hooks",
      scopes: () => [{ scope: "organization:acme/signin:lobby" }],
    });
    const { secret, subscription } = await place.webhooks.subscriptions.create({
      name: "One",
      scope: ADA.scope,
      url: "https://ada:hunter2@a.example.com/",
      headers: { "x-key": "hunter3" },
      events: ["*"],
    });
    const { text } = await ask(place.portal, "GET", `/hooks/subscriptions/${subscription.id}`);
    expect(sessionIn(text)).toEqual({
      title: "Hooks",
      scope: "organization:acme",
      scopes: [
        { scope: "organization:acme", label: "Organization acme" },
        { scope: "organization:acme/signin:lobby", label: "Signin lobby" },
      ],
      actor: ADA.actor,
      permissions: ["read", "write", "reveal"],
      settings: place.webhooks.settings,
    });
    for (const hidden of [KEY, secret ?? "whsec", "hunter", "127.0.0.0"]) expect(text).not.toContain(hidden);
  });

  it("has no more of the actor than the API takes", async () => {
    const actor = { ...ADA.actor, password: "hunter2" };
    const { portal } = await portalHouse({ authorize: () => ({ ...ADA, actor, token: "hunter3" }) });
    expect((await ask(portal, "GET", "/hooks/")).text).not.toContain("hunter");
  });

  it("of two tenants are two, and so is what each sees", async () => {
    const tenant = (request: Request) => `organization:${request.headers.get("x-tenant")}`;
    const place = await portalHouse({
      authorize: (request) => ({
        scope: tenant(request),
        actor: { type: "user", id: tenant(request) },
        permissions: ["write"],
      }),
      scopes: () =>
        ["acme", "acme-canary"].map((name) => ({
          scope: `organization:${name}/signin:x`,
          label: `${name} x`,
        })),
    });
    for (const name of ["acme", "acme-canary"]) {
      await place.webhooks.subscriptions.create({ name, scope: `organization:${name}`, events: [] });
    }
    for (const [name, other] of [
      ["acme", "canary"],
      ["acme-canary", "acme "],
    ] as const) {
      const headers = { "x-tenant": name };
      const { text } = await ask(place.portal, "GET", "/hooks/", { headers });
      expect(sessionIn(text).scopes.map(({ scope }) => scope)).toEqual([
        `organization:${name}`,
        `organization:${name}/signin:x`,
      ]);
      expect(sessionIn(text).actor.id).toBe(`organization:${name}`);
      expect(text).not.toContain(other);
      const listed = await ask(place.portal, "GET", "/hooks/api/subscriptions", { headers });
      expect(listed.as<{ items: { name: string }[] }>().items.map((one) => one.name)).toEqual([name]);
    }
  });

  it("and the title break out of nothing, whatever they say", async () => {
    const place = await portalHouse();
    const usual = await ask(place.portal, "GET", "/hooks/");
    const tags = (html: string) =>
      html.match(/<[^>]*>?/g)?.map((tag) => tag.replace(/theme-\w+|content="[^"]*"/, ""));
    const hostile = fc.oneof(
      fc.constantFrom(
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "]]>",
        "</title><base href=//a>",
        "\"'&lt;",
        "\u2028",
        "\ud800",
      ),
      fc.string({ unit: "binary", minLength: 1 }),
      fc
        .array(fc.constantFrom("<", "!--", "/", "script", ">", '"', "'", "&", "\\", "title", " "), {
          minLength: 1,
        })
        .map((parts) => parts.join("")),
    );
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, async (title, label, name) => {
        fc.pre(title.trim() !== "" && title.length <= 200 && name.length <= 256);
        const authorize = () => ({ ...ADA, actor: { ...ADA.actor, name } });
        const scopes = () => [{ scope: ADA.scope, label }];
        const { portal, told } = sameHouse(place, { title, authorize, scopes });
        const { status, text } = await ask(portal, "GET", "/hooks/");
        expect([status, told]).toEqual([200, []]);
        expect(tags(text)).toEqual(tags(usual.text));
        // A lone half of a surrogate pair is no text; JSON can say it, HTML cannot.
        const session = sessionIn(text);
        expect(session.title).toBe(title.trim());
        expect(session.actor.name).toBe(name);
        expect(session.scopes[0]?.label).toBe(label.trim() || "Organization acme");
      }),
      { numRuns: 300 },
    );
  });
});

/** Another portal over the library of one. */
function sameHouse(place: Portal, options: Parameters<typeof portalHouse>[0]) {
  const told: unknown[] = [];
  const onError = (error: unknown) => void told.push(error);
  const authorize = () => ADA;
  return {
    told,
    portal: portalOf(bundle, place.webhooks, { authorize, basePath: "/hooks", onError, ...options }),
  };
}

describe("who may not", () => {
  const refusal = async (
    authorize: unknown,
    more: Parameters<typeof portalHouse>[0] = {},
    path = "/hooks/a/b",
  ) => {
    const { portal, told } = await portalHouse({ authorize: authorize as () => null, ...more });
    const got = await ask(portal, "GET", path);
    expect(Object.fromEntries(got.headers)).toMatchObject({ ...SECURITY, "cache-control": "no-store" });
    expect(got.text).toMatch(/<main class="portal-notice"><h1>[^<]+<\/h1><p>[^<]+<\/p><\/main>/);
    expect(got.text).not.toMatch(/<script|hunter2|hookwright-session/);
    expect(referencesIn(got.text).every((one) => one.startsWith("../assets/"))).toBe(true);
    expect(referencesIn(got.text).length).toBe(2);
    return { status: got.status, text: got.text, told };
  };

  it("is told to sign in, or that there is nothing for them", async () => {
    expect(await refusal(() => null)).toMatchObject({
      status: 401,
      text: expect.stringContaining("Sign in first"),
      told: [],
    });
    expect(await refusal(async () => null)).toMatchObject({ status: 401 });
    expect(await refusal(() => ({ ...ADA, permissions: [] }))).toMatchObject({ status: 403, told: [] });
    expect(await refusal(() => ({ ...ADA, permissions: ["reveal"] }))).toMatchObject({ status: 403 });
  });

  it.each<[string, unknown]>([
    [
      "throws",
      () => {
        throw new Error("hunter2");
      },
    ],
    [
      "rejects",
      async () => {
        throw new Error("hunter2");
      },
    ],
    ["answers garbage", () => ({ scope: "organization:acme", permissions: "write" })],
    ["answers undefined", () => undefined],
    ["answers a scope that there is not", () => ({ ...ADA, scope: "nowhere:1" })],
  ])("a login that %s is the host's to mend", async (_what, authorize) => {
    const { status, told } = await refusal(authorize);
    expect(status).toBe(500);
    expect(told).toHaveLength(1);
    expect(told[0]).toBeInstanceOf(Error);
  });

  it.each<[string, unknown]>([
    [
      "throw",
      () => {
        throw new Error("hunter2");
      },
    ],
    [
      "reject",
      async () => {
        throw new Error("hunter2");
      },
    ],
    ["are none", () => "all"],
    ["are unknown", () => [{ scope: `${ADA.scope}/nowhere:1` }]],
  ])("scopes that %s are, too", async (_what, scopes) => {
    const { status, told } = await refusal(() => ADA, { scopes: scopes as () => [] });
    expect(status).toBe(500);
    expect(told).toHaveLength(1);
  });

  it("a Response of the login is passed on as it is, for pages and the API", async () => {
    const { portal, told } = await portalHouse({
      authorize: () => new Response("over there", { status: 302, headers: { location: "/login" } }),
    });
    for (const path of ["/hooks/", "/hooks/api/subscriptions"]) {
      const got = await ask(portal, "GET", path);
      expect([got.status, got.text, got.headers.get("location")]).toEqual([302, "over there", "/login"]);
      expect(got.headers.get("content-security-policy")).toBeNull();
    }
    expect(told).toEqual([]);
  });

  it("a log that fails costs nobody the answer", async () => {
    const broken = () => {
      throw new Error("hunter2");
    };
    expect((await refusal(broken, { onError: broken })).status).toBe(500);
    const later: PromiseLike<void> & Promise<void> = Promise.reject(new Error("hunter2"));
    expect((await refusal(broken, { onError: (() => later) as () => void })).status).toBe(500);
  });
});
