import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NodeMessage } from "../../../src/http/node/message.js";
import { absoluteUrl, isBelow } from "../../../src/http/node/url.js";
import { HttpProblem } from "../../../src/http/problem.js";

/** As much of a request as has to do with its URL. */
function message(url: string, headers: Record<string, string>, encrypted = false) {
  return { url, headers, socket: { encrypted }, pipe: () => undefined } as unknown as NodeMessage;
}

function urlOf(url: string, headers: Record<string, string> = { host: "a.example.com" }, trustProxy = false) {
  return absoluteUrl(message(url, headers), trustProxy);
}

describe("absoluteUrl", () => {
  it("takes the host as it is, and the scheme of the socket", () => {
    expect(urlOf("/a?b=c", { host: "127.0.0.1:80" })).toBe("http://127.0.0.1:80/a?b=c");
    expect(urlOf("/", { host: "[::1]:3000" })).toBe("http://[::1]:3000/");
    expect(absoluteUrl(message("/", { host: "a" }, true), false)).toBe("https://a/");
    expect(urlOf("/", { ":authority": "h2.example.com", host: "a" })).toBe("http://h2.example.com/");
  });

  it("prefers the original URL to the one that a router has cut", () => {
    const cut = { ...message("/echo", { host: "a" }), originalUrl: "/api/echo" };
    expect(absoluteUrl(cut, false)).toBe("http://a/api/echo");
    expect(absoluteUrl({ raw: message("/echo", { host: "a" }), originalUrl: "/api/echo" }, false)).toBe(
      "http://a/api/echo",
    );
    expect(absoluteUrl({ req: cut }, false)).toBe("http://a/api/echo");
  });

  it("takes the absolute form, of the same host only", () => {
    expect(urlOf("http://a.example.com/x?y")).toBe("http://a.example.com/x?y");
    expect(urlOf("https://a.example.com")).toBe("http://a.example.com/");
    expect(urlOf("http://a.example.com?y")).toBe("http://a.example.com/?y");
    expect(() => urlOf("http://b.example.com/x")).toThrow("another host");
    expect(() => urlOf("ftp://a.example.com/x")).toThrow("characters");
  });

  it("keeps a path that looks like a host", () => {
    expect(urlOf("//evil.example.com/x")).toBe("http://a.example.com//evil.example.com/x");
  });

  it.each(["", "*", "a", "/a b", "/a\tb", "/a#b", "/a\\b", "/ä", "/\u0000", "a.example.com:443"])(
    "refuses %j",
    (target) => {
      expect(() => urlOf(target)).toThrow(HttpProblem);
    },
  );

  it.each(["/a/../b", "/a/..", "/./a", "/%2e%2E/a", "/a/.%2e", "/../a?b"])(
    "refuses dot segments: %s",
    (target) => {
      expect(() => urlOf(target)).toThrow("dot segments");
    },
  );

  it.each(["/a/...", "/.well-known/a", "/a?b=/../", "/a..b/"])("takes dots elsewhere: %s", (target) => {
    expect(urlOf(target)).toBe(`http://a.example.com${target}`);
  });

  it.each([
    "",
    "a b",
    "a,b",
    "a/b",
    "a?b",
    "a@b",
    "a:b",
    "a:",
    "a:65536",
    "[::",
    "[::g]",
    "ä",
    "a\\b",
    "a#b",
    "a%41",
    "..",
    "999.1.1.1",
  ])("refuses the host %j", (host) => {
    const refused = () => urlOf("/", { host });
    if (host === ".." && URL.canParse("http://../")) expect(refused()).toBe("http://../");
    else expect(refused).toThrow("Host header");
  });

  it("refuses no host at all", () => {
    expect(() => urlOf("/", {})).toThrow("Host header");
  });

  it("believes a proxy only when told to, and then the nearest", () => {
    const headers = {
      host: "inner:3000",
      "x-forwarded-proto": "http, HTTPS",
      "x-forwarded-host": "evil, a.example.com",
    };
    expect(urlOf("/", headers)).toBe("http://inner:3000/");
    expect(urlOf("/", headers, true)).toBe("https://a.example.com/");
    expect(urlOf("/", { host: "inner" }, true)).toBe("http://inner/");
    expect(() => urlOf("/", { host: "a", "x-forwarded-proto": "javascript" }, true)).toThrow("neither");
    expect(() => urlOf("/", { host: "a", "x-forwarded-host": "a/b" }, true)).toThrow("Host header");
  });

  it("answers the very path and query that were asked for, or refuses", () => {
    const target = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.webPath().map((path) => path || "/"),
      fc
        .array(
          fc.constantFrom("/", ".", "..", "%2e", "a", "\\", "?", "#", "@", ":", "http://a.example.com", "\t"),
          { maxLength: 8 },
        )
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(target, fc.oneof(fc.constant("a.example.com"), fc.string()), (asked, host) => {
        let answered: string;
        try {
          answered = urlOf(asked, { host });
        } catch (error) {
          expect(error).toBeInstanceOf(HttpProblem);
          return;
        }
        const url = new URL(answered);
        const own = asked.replace(/^https?:\/\/[^/?]*/i, "");
        // A URL parser writes a few characters in percent, and leaves an empty query out of `search`.
        const plain = (text: string) =>
          text
            .replace(/["'<>`{}^|]/g, encodeURIComponent)
            .replaceAll("'", "%27")
            .replace(/\?$/, "");
        expect(plain(url.pathname + url.search)).toBe(plain(own.startsWith("/") ? own : `/${own}`));
        expect([url.protocol, url.username, url.hash]).toEqual(["http:", "", ""]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("isBelow", () => {
  it.each([
    ["/api", "/api", true],
    ["/api/", "/api", true],
    ["/api", "/api/", true],
    ["/api", "/api?x", true],
    ["/api", "/api/a/b?c", true],
    ["/api", "http://a/api/b", true],
    ["/api", "/apis", false],
    ["/api", "/x?y=/api/", false],
    ["/api", "/API", false],
    ["/api", "*", false],
    ["", "/anything", true],
    ["/", "/anything", true],
  ])("%s, %s: %s", (base, target, expected) => {
    expect(isBelow(base, target)).toBe(expected);
  });
});
