import fc from "fast-check";
import type { Store } from "hookwright";
import { afterEach, describe, expect, it } from "vitest";
import type * as z from "zod";
import type { Route } from "../../src/http/route.js";
import { ROUTES } from "../../src/http/routes/index.js";
import { cleanAll, START, STORES, there } from "../flow/harness.js";
import {
  type Caller,
  fieldsOf,
  type House,
  house,
  type Ids,
  type Init,
  idsOf,
  type Raw,
  type Reply,
  ROUTE_TABLE,
  type Sample,
  sampleOf,
  seed,
} from "./support.js";

afterEach(cleanAll);

/**
 * What no caller may send, against every route there is: made from ROUTES, so that a new route is met, too. Whatever
 * is sent, `send` checks the answer: never a 5xx, a problem of a listed code, nothing of the inside.
 */

const MAX_BYTES = 1024 * 1024;

/** Values of every sort; which of them are wrong for a field, its schema says. */
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e21,
  "",
  "x",
  "\u0000",
  "\ud800",
  "é\u202e\u0007",
  "__proto__",
  "../../etc/passwd",
  "'; DROP TABLE subscriptions; --",
  "https://user:pass@169.254.169.254/latest/meta-data",
  "x".repeat(100_000),
  [],
  [null],
  [[]],
  ["x", "x"],
  Array.from({ length: 5000 }, () => "x"),
  {},
  { a: 1 },
  { toString: 1, constructor: { prototype: { polluted: 1 } } },
  Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`k${n}`, n])),
];

const TEXTS: readonly string[] = [
  "",
  " ",
  "x",
  "0",
  "-1",
  "201",
  "1.5",
  "1e3",
  "99999999999999999999",
  "NaN",
  "null",
  "undefined",
  "true ",
  "TRUE",
  "[]",
  "{}",
  "\u0000",
  "\ud800",
  "é",
  "__proto__",
  "../..",
  "' OR '1'='1",
  "organization:",
  "organization:a/",
  "organization:a b",
  "signin:lobby",
  "planet:earth",
  "2026-13-01",
  "2026-01-01T00:00:00",
  "+275760-09-13",
  "9".repeat(400),
  "x".repeat(20_000),
];

/** One house that is attacked; it is built anew when something got through. */
async function attackOn(makeStore: () => Store) {
  let place: House;
  let root: Caller;
  let ids: Ids;
  let before: string;
  async function build() {
    place = await house({ store: makeStore(), handler: { maxBodyBytes: MAX_BYTES } });
    root = place.as("root");
    await seed(place, "organization:b", "other");
    ids = await idsOf(place, await seed(place, "organization:a", "tag"));
    before = await place.dump();
  }
  await build();
  return {
    get place() {
      return place;
    },
    sample: (route: Route): Sample => sampleOf(route, ids),
    /** Sends what may be right or wrong: what is refused has changed nothing. */
    async try(method: string, path: string, init: Init = {}): Promise<Reply> {
      const reply = await root.send(method, path, init);
      const after = await place.dump();
      if (reply.status >= 400) expect(after, `${method} ${path} ${reply.text}`).toBe(before);
      else if (after !== before) await build();
      return reply;
    },
    /** Sends what must be refused. */
    async refused(method: string, path: string, init: Init = {}): Promise<Reply> {
      const reply = await this.try(method, path, init);
      const body = JSON.stringify(init.body)?.slice(0, 200);
      const what = `${method} ${path.slice(0, 200)} ${body} -> ${reply.text.slice(0, 300)}`;
      expect(reply.status, what).toBeGreaterThanOrEqual(400);
      expect(reply.text.length, what).toBeLessThan(50_000);
      return reply;
    },
  };
}

function sendsBody({ method }: Route): boolean {
  return method !== "GET";
}

/** Routes that look at what the body holds. Of a DELETE it means nothing (RFC 9110 section 9.3.5). */
function takesBody({ method }: Route): boolean {
  return method === "POST" || method === "PATCH";
}

function queryOf(route: Route): readonly (readonly [string, z.ZodType])[] {
  return Object.entries(route.query?.shape ?? {}) as [string, z.ZodType][];
}

function withQuery(path: string, name: string, text: string): string {
  return `${path}?${encodeURIComponent(name)}=${text === "\ud800" ? "%ED%A0%80" : encodeURIComponent(text)}`;
}

const JSON_TYPE = { "content-type": "application/json" };

function deep(open: string, close: string, depth = 100_000): string {
  return open.repeat(depth) + close.repeat(depth);
}

/** Bodies that are no JSON object at all, and the code of each. */
const NO_OBJECTS: readonly (readonly [string, Raw])[] = [
  ["half an object", "{"],
  ["null", "null"],
  ["a list", "[]"],
  ["a number", "5"],
  ["a text", '"x"'],
  ["a form", "name=x&url=y"],
  ["XML", "<a/>"],
  ["an object and more", "{}x"],
  ["two objects", "{}{}"],
  ["a trailing comma", '{"name":"One",}'],
  ["a comment", '{/**/"name":"One"}'],
  ["a NUL", "\u0000"],
  ["invalid UTF-8", new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ["an overlong slash", new Uint8Array([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d])],
  ["UTF-16", new Uint8Array([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00])],
  ["cut in a character", new Uint8Array([0x7b, 0x7d, 0xe2, 0x82])],
  ["100 000 lists deep", deep("[", "]")],
  ["100 000 lists open", "[".repeat(100_000)],
];

const WRONG_TYPES = [
  "",
  "text/plain",
  "text/plain; application/json",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/jsonp",
  "application/json, text/plain",
  "text/json",
  "application/octet-stream",
];

describe.each(STORES)("on %s", (store, makeStore) => {
  /** For what never reaches a store. */
  const isFirst = store === "memory";

  describe.each(ROUTE_TABLE)("%s", (__, route) => {
    it("refuses values that a field cannot have", async () => {
      const attack = await attackOn(makeStore);
      for (const [field, schema] of fieldsOf(route)) {
        for (const value of VALUES) {
          const { method, path, body } = attack.sample(route);
          const init = { body: { ...body, [field]: value } };
          if (schema.safeParse(value).success) await attack.try(method, path, init);
          else await attack.refused(method, path, init);
        }
      }
    });

    it("refuses texts that a parameter cannot have, and names it", async () => {
      const attack = await attackOn(makeStore);
      const { method, path, init } = attack.sample(route);
      for (const [name, schema] of queryOf(route)) {
        for (const text of TEXTS) {
          const isFine = schema.safeParse(text === "\ud800" ? "\ufffd".repeat(3) : text).success;
          const reply = await attack.try(method, withQuery(path, name, text), init);
          if (isFine) continue;
          expect([reply.status, reply.problem.code], `${name}=${text}`).toEqual([400, "INVALID_ARGUMENT"]);
          expect(reply.problem.errors).toEqual([{ parameter: name, detail: expect.any(String) }]);
        }
        const twice = `${path}?${name}=1&${name}=1`;
        expect((await attack.refused(method, twice, init)).problem.errors).toContainEqual({
          parameter: name,
          detail: "Must be given once.",
        });
      }
      for (const name of [
        "x",
        "__proto__",
        "constructor",
        "limit[]",
        "LIMIT",
        "",
        "n".repeat(10_000),
        "\u0000",
      ]) {
        const reply = await attack.refused(method, withQuery(path, name, "1"), init);
        expect(reply.problem.errors).toEqual([
          { parameter: name.slice(0, 128), detail: "Is not a known parameter." },
        ]);
      }
    });

    it.runIf(takesBody(route))(
      "refuses fields that are missing or not known, and points at them",
      async () => {
        const attack = await attackOn(makeStore);
        const { method, path, body } = attack.sample(route);
        for (const [field, schema] of fieldsOf(route)) {
          if (schema.safeParse(undefined).success) continue;
          const { [field]: _left, ...others } = body;
          const reply = await attack.refused(method, path, { body: others });
          expect(reply.status, `${field}: ${reply.text}`).toBe(422);
        }
        for (const name of [
          "extra",
          "id",
          "within",
          "idempotencyKey",
          "tx",
          "constructor",
          "toString",
          "a/b~c",
        ]) {
          const reply = await attack.refused(method, path, { body: { ...body, [name]: "x" } });
          const pointer = `#/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
          expect([reply.status, reply.problem.errors], reply.text).toEqual([
            422,
            [{ pointer, detail: expect.any(String) }],
          ]);
        }
        const many = Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`x${n}`, 1]));
        expect((await attack.refused(method, path, { body: { ...body, ...many } })).status).toBe(422);
        const long = await attack.refused(method, path, { body: { ...body, ["n".repeat(100_000)]: 1 } });
        expect(long.text.length).toBeLessThan(1000);
      },
    );

    it.runIf(isFirst && sendsBody(route))("refuses bodies that are no JSON object", async () => {
      const attack = await attackOn(makeStore);
      const { method, path } = attack.sample(route);
      for (const [name, raw] of NO_OBJECTS) {
        const reply = await attack.refused(method, path, { raw, headers: JSON_TYPE });
        expect([reply.status, reply.problem.code], name).toEqual([400, "INVALID_JSON"]);
      }
    });

    it.runIf(isFirst && takesBody(route))("survives JSON that is one trap", async () => {
      const attack = await attackOn(makeStore);
      const raw = (text: string): Init => ({ raw: text, headers: JSON_TYPE });
      const send = (text: string) => {
        const { method, path } = attack.sample(route);
        return attack.try(method, path, raw(text));
      };
      const refused = [
        '{"__proto__":{"name":"abc","polluted":1}}',
        '{"__proto__":null}',
        '{"constructor":{"prototype":{"polluted":1}}}',
        deep('{"a":', "}").replace("}", "1}"),
        `{"a":${deep("[", "]")}}`,
      ];
      for (const text of refused) expect((await send(text)).status, text.slice(0, 60)).toBe(422);
      const { body } = attack.sample(route);
      for (const [field, schema] of fieldsOf(route)) {
        const { [field]: valid = "x", ...others } = body;
        const start = `${JSON.stringify(others).slice(0, -1)}${Object.keys(others).length > 0 ? "," : ""}`;
        await send(`${start}"${field}":${deep("[", "]", 20_000)}}`);
        await send(`${start}"${field}":${deep('{"a":', "}", 20_000).replace("}", "1}")}}`);
        await send(`${start}"${field}":{"__proto__":{"polluted":1},"a":1}}`);
        await send(`${start}"${field}":1e400}`);
        await send(`${start}"${field}":-0}`);
        await send(`${start}"${field}":"\\ud800\\u0000"}`);
        // Of duplicate keys the last one counts, and no reader of ours sees another.
        if (schema.safeParse(5).success && schema.safeParse([]).success) continue;
        const wrong = schema.safeParse(5).success ? "[]" : "5";
        const reply = await send(`${start}"${field}":${JSON.stringify(valid)},"${field}":${wrong}}`);
        expect(reply.status, `${field} ${reply.text}`).toBeGreaterThanOrEqual(400);
      }
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      const { method, path } = attack.sample(route);
      const marked = await attack.try(method, path, raw(`\ufeff${JSON.stringify(body)}`));
      expect(marked.status, marked.text).toBe(route.answer.status);
    });

    it.runIf(isFirst && sendsBody(route))(
      "refuses what is too large, with Content-Length and without",
      async () => {
        const attack = await attackOn(makeStore);
        const { method, path, body } = attack.sample(route);
        const text = JSON.stringify({ ...body, padding: "x".repeat(MAX_BYTES) });
        const bytes = new TextEncoder().encode(text);
        const stream = () => new Blob([bytes]).stream();
        const inits: readonly Init[] = [
          { raw: text, headers: { ...JSON_TYPE, "content-length": String(bytes.length) } },
          { raw: stream(), headers: JSON_TYPE },
          { raw: stream(), headers: { ...JSON_TYPE, "content-length": "2" } },
          { raw: "{}", headers: { ...JSON_TYPE, "content-length": "1e9" } },
          { raw: "{}", headers: { ...JSON_TYPE, "content-length": "99999999999999999999" } },
          { raw: stream(), headers: { "content-type": "text/plain" } },
        ];
        for (const init of inits) {
          const reply = await attack.refused(method, path, init);
          expect([reply.status, reply.problem.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
        }
      },
    );

    it.runIf(isFirst && sendsBody(route))("refuses what does not say that it is JSON", async () => {
      const attack = await attackOn(makeStore);
      const { method, path, body } = attack.sample(route);
      const raw = new TextEncoder().encode(JSON.stringify(body));
      for (const headers of [{}, ...WRONG_TYPES.map((type) => ({ "content-type": type }))]) {
        const reply = await attack.refused(method, path, { raw, headers });
        expect([reply.status, reply.problem.code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
      }
    });

    it.runIf(isFirst)("refuses other methods, and says which there are", async () => {
      const attack = await attackOn(makeStore);
      const { path } = attack.sample(route);
      const own = ROUTES.filter((one) => one.path === route.path).map(({ method }) => method as string);
      const allowed = new Set([...own, ...(own.includes("GET") ? ["HEAD"] : []), "OPTIONS"]);
      for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "PROPFIND", "patch", "X-Y"]) {
        if (allowed.has(method)) continue;
        const reply = await attack.refused(method, path);
        expect(reply.status, method).toBe(405);
        expect(new Set(reply.headers.get("allow")?.split(", ")), method).toEqual(allowed);
        if (method !== "HEAD") expect(reply.problem.code).toBe("METHOD_NOT_ALLOWED");
      }
      const options = await attack.try("OPTIONS", path);
      expect([options.status, new Set(options.headers.get("allow")?.split(", "))]).toEqual([204, allowed]);
      const override = { "x-http-method-override": "DELETE", "x-method-override": "DELETE" };
      if (own.includes("GET"))
        expect((await attack.try("GET", path, { headers: override })).status).toBe(200);
    });

    it.runIf(isFirst)("finds nothing at addresses that only look like it", async () => {
      const attack = await attackOn(makeStore);
      const { method, path } = attack.sample(route);
      const others = [
        `/${path}`,
        `${path}//`,
        `${path}/x`,
        `${path}%00`,
        `${path}%2f`,
        `${path}%`,
        `${path}%zz`,
        `${path};v=1`,
        `/api${path}`,
        `/..${path}/${"a/".repeat(5000)}`,
        path.replace("/", "/%20"),
        path.replace(/^\/\w/, (start) => `/%${start.charCodeAt(1).toString(16)}`),
        path.toUpperCase(),
        path.replace("/", "\\\\"),
        path.replace("/", "/%2e%2e%2f"),
        `/${"x".repeat(100_000)}`,
      ];
      for (const other of others) {
        const { init } = attack.sample(route);
        const address = other.startsWith("/") ? other : `/${other}`;
        const reply = await attack.refused(method, address, init);
        expect([404, 405], `${method} ${address.slice(0, 100)} ${reply.text}`).toContain(reply.status);
      }
    });

    it.runIf(route.path.includes("{id}"))("knows no id but those there are", async () => {
      const attack = await attackOn(makeStore);
      const { path, method, init } = attack.sample(route);
      const place = attack.place;
      const [, kind = "", own = ""] = path.split("/");
      const unknown = path.replace(own, `${own.slice(0, -4)}zzzz`);
      const expected = await attack.refused(method, unknown, init);
      expect([expected.status, expected.problem.code]).toEqual([404, "NOT_FOUND"]);
      const { items } = await place.webhooks.deliveries.list();
      const kinds: Record<string, string> = {
        subscriptions: there(items[0]).subscriptionId,
        deliveries: there(items[0]).id,
        events: there(items[0]?.eventIds[0]),
      };
      const ids = [
        ...Object.entries(kinds).flatMap(([other, id]) => (other === kind ? [] : [id])),
        own.toUpperCase(),
        `${own}%00`,
        `${own}%20`,
        `%20${own}`,
        `${own}%0a`,
        `${own}.json`,
        `${own}%2fflush`,
        own.slice(0, -1),
        `${own}0`,
        "%",
        "%zz",
        "%2F",
        "%00",
        "%c0%ae%c0%ae",
        "%ED%A0%80",
        "%F0%9F%92%A9",
        "..%2f..%2fetc%2fpasswd",
        "__proto__",
        "constructor",
        "undefined",
        "null",
        "*",
        "0",
        "-1",
        "%27%20OR%20%271%27=%271",
        "%5B%5D",
        "%7B%22a%22:1%7D",
        "x".repeat(128),
        "x".repeat(129),
        "x".repeat(100_000),
      ];
      for (const id of ids) {
        const reply = await attack.refused(method, path.replace(own, id), init);
        expect([reply.status, reply.text], id.slice(0, 100)).toEqual([404, expected.text]);
      }
    });

    it("survives hostile headers", async () => {
      const attack = await attackOn(makeStore);
      const odd: readonly Record<string, string>[] = [
        { accept: "text/html;q=\u00ff", "accept-language": "x".repeat(10_000) },
        { range: "bytes=0-1", "if-none-match": "*", "if-modified-since": "yesterday" },
        { "x-forwarded-host": "evil.example", "x-forwarded-proto": "javascript", forwarded: "for=x" },
        { "x-original-url": "/deliveries", "x-rewrite-url": "/deliveries" },
        { authorization: `Bearer ${"x".repeat(10_000)}`, cookie: "a=b; ".repeat(2000) },
      ];
      for (const headers of odd) {
        const { method, path, init } = attack.sample(route);
        const reply = await attack.try(method, path, { ...init, headers });
        expect(reply.status, `${JSON.stringify(headers).slice(0, 80)} ${reply.text}`).toBe(
          route.answer.status,
        );
      }
      if (route.headers?.includes("if-match")) {
        for (const tag of ['"0"', '"01"', '"9007199254740993"', 'W/"1"', '""', '"a"', '"\u0080"']) {
          const { method, path, init } = attack.sample(route);
          const reply = await attack.refused(method, path, { ...init, headers: { "if-match": tag } });
          expect([reply.status, reply.problem.code], tag).toEqual([412, "VERSION_CONFLICT"]);
        }
        for (const tag of ["1", '"1', '"1", "2"', '*, "1"', "x".repeat(8000), "\u00ff", ""]) {
          const { method, path, init } = attack.sample(route);
          const reply = await attack.refused(method, path, { ...init, headers: { "if-match": tag } });
          expect([reply.status, reply.problem.code], tag).toEqual([400, "INVALID_ARGUMENT"]);
        }
      }
      if (route.headers?.includes("idempotency-key")) {
        for (const key of ["", "x".repeat(256), "é", "a\tb", "\u00ff"]) {
          const { method, path, init } = attack.sample(route);
          const reply = await attack.refused(method, path, { ...init, headers: { "idempotency-key": key } });
          expect([reply.status, reply.problem.errors], key).toEqual([
            400,
            [{ header: "Idempotency-Key", detail: expect.any(String) }],
          ]);
        }
      }
    });

    it.runIf(takesBody(route))("survives any JSON", async () => {
      const attack = await attackOn(makeStore);
      const names = fieldsOf(route).map(([field]) => field);
      const key = fc.oneof(fc.constantFrom("__proto__", "x", ...names), fc.string({ maxLength: 5 }));
      const value = fc.oneof(
        fc.jsonValue({ maxDepth: 3 }),
        fc.constantFrom<unknown>(
          START,
          "*",
          ["order.*"],
          "order.paid",
          { n: 1 },
          "https://x.example.com/",
          "1h",
        ),
      );
      const bodies = fc.oneof(
        { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
        { weight: 3, arbitrary: fc.array(fc.tuple(key, value), { maxLength: 4 }).map(Object.fromEntries) },
      );
      await fc.assert(
        fc.asyncProperty(bodies, fc.boolean(), async (body, isOnTop) => {
          const { method, path, body: valid } = attack.sample(route);
          const mixed = isOnTop && typeof body === "object" ? { ...valid, ...body } : body;
          await attack.try(method, path, { body: mixed });
        }),
        { numRuns: 60 },
      );
    });
  });

  describe("cursors", () => {
    const lists = ROUTE_TABLE.filter(([, route]) => route.query?.shape.cursor !== undefined);

    it.each(lists)("%s takes its own and no other", async (_, route) => {
      const attack = await attackOn(makeStore);
      const { path } = attack.sample(route);
      const page = async (search: string) => attack.try("GET", `${path}?${search}`);
      const nextOf = async (address: string) =>
        there((await attack.try("GET", address)).as<{ next: string | null }>().next);
      const own = await nextOf(`${path}?limit=1`);
      const all = (await page("limit=200")).as<{ items: { id: string }[] }>().items.map(({ id }) => id);
      const following = await page(`limit=200&cursor=${own}`);
      expect(following.as<{ items: { id: string }[] }>().items.map(({ id }) => id)).toEqual(all.slice(1));

      const [print, at, id] = JSON.parse(Buffer.from(own, "base64url").toString()) as [
        string,
        number,
        string,
      ];
      const made = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString("base64url");
      const foreign = await Promise.all(
        lists.flatMap(([, other]) => {
          const address = attack.sample(other).path;
          const filters = other.query?.shape.scope === undefined ? [] : ["&scope=organization:a"];
          return (other === route ? filters : ["", ...filters]).map((filter) =>
            nextOf(`${address}?limit=1${filter}`),
          );
        }),
      );
      const forged = [
        ...foreign,
        "",
        "x",
        "null",
        own.slice(0, -1),
        own.slice(1),
        `${own}A`,
        `${own}=`,
        `${own}%00`,
        own.toLowerCase(),
        "A".repeat(20_000),
        made("x", at, id),
        made(print, String(at), id),
        made(print, at + 0.5, id),
        made(print, null, id),
        made(print, at, 5),
        made(print, at, ""),
        made(print, at, "\u0000"),
        made(print, at, "x".repeat(300)),
        made(print, at),
        made(print, at, id, 1),
        made([print], at, id),
        Buffer.from(JSON.stringify({ 0: print, 1: at, 2: id, length: 3 })).toString("base64url"),
        Buffer.from(deep("[", "]", 300)).toString("base64url"),
      ];
      for (const cursor of forged) {
        const reply = await attack.refused("GET", `${path}?cursor=${cursor}`);
        expect([reply.status, reply.problem.code, reply.problem.errors], cursor.slice(0, 200)).toEqual([
          400,
          "INVALID_CURSOR",
          [{ parameter: "cursor", detail: expect.any(String) }],
        ]);
      }
      // It is not signed: another place in the same list opens nothing that the list does not.
      const places = [made(print, -1, id), made(print, Number.MAX_SAFE_INTEGER, id), made(print, at, "zzz")];
      const flipped = [...own].map((char, index) => {
        const other = char === "A" ? "B" : "A";
        return own.slice(0, index) + other + own.slice(index + 1);
      });
      for (const cursor of [...places, ...flipped]) {
        const reply = await page(`limit=200&cursor=${cursor}`);
        if (reply.status === 400) expect(reply.problem.code).toBe("INVALID_CURSOR");
        else for (const item of reply.as<{ items: { id: string }[] }>().items) expect(all).toContain(item.id);
      }
    });
  });
});

describe("addresses that no route has", () => {
  it.each([
    "/",
    "//",
    "/.",
    "/..",
    "/%2e%2e",
    "/..%2f..%2f",
    "/%00",
    "/%",
    "/favicon.ico",
    "/admin",
    "/subscriptions.json",
    "/__proto__",
    "/constructor",
    "/\\evil.example",
    "/?x=y",
    `/${"a/".repeat(20_000)}`,
    `/${"%41".repeat(20_000)}`,
  ])("%.60j", async (path) => {
    const ada = (await house()).as("ada");
    for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      const reply = await ada.send(method, path);
      expect(reply.status, method).toBe(404);
      if (method !== "HEAD") expect(reply.problem.code).toBe("NOT_FOUND");
    }
  });

  it("dot segments are gone before we see them", async () => {
    const ada = (await house()).as("ada");
    expect((await ada.send("GET", "/x/../subscriptions")).status).toBe(200);
    expect((await ada.send("GET", "/x/%2e%2E/subscriptions/.")).status).toBe(200);
    expect((await ada.send("GET", "/x/..%2fsubscriptions")).status).toBe(404);
  });
});
