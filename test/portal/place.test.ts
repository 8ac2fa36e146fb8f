import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeOf } from "../../src/portal/place.js";

const at = (basePath: string, path: string) => placeOf(basePath, new URL(`https://host${path}`));

describe("a path", () => {
  it.each([
    ["/hooks", "page"],
    ["/hooks?a=/api/", "page"],
    ["/hooks/", "page"],
    ["/hooks/new", "page"],
    ["/hooks/subscriptions/1/deliveries/2", "page"],
    ["/hooks/apis", "page"],
    ["/hooks/Api/subscriptions", "page"],
    ["/hooks/api%2Fsubscriptions", "page"],
    ["/hooks//api/subscriptions", "page"],
    ["/hooks/new/../..", "outside"],
    ["/hooks/new/%2e%2E/assets/x", "asset"],
    ["/hooks/api", "api"],
    ["/hooks/api/", "api"],
    ["/hooks/x/../api/subscriptions", "api"],
    ["/hooks/assets", "asset"],
    ["/hooks/assets/", "asset"],
    ["/hooks/assets/a/b", "asset"],
    ["/hooksx", "outside"],
    ["/hooksx/api", "outside"],
    ["/hooks/../api/subscriptions", "outside"],
    ["/hooks%2Fapi/subscriptions", "outside"],
    ["//hooks/api", "outside"],
    ["/x/hooks/api", "outside"],
    ["/HOOKS/", "outside"],
    ["/", "outside"],
  ])("%s leads to %s", (path, kind) => {
    expect(at("/hooks", path).kind).toBe(kind);
  });

  it("of the root leads nowhere outside", () => {
    expect(at("", "/")).toEqual({ kind: "page", root: "./" });
    expect(at("", "/api/x").kind).toBe("api");
    expect(at("", "//api/x").kind).toBe("page");
    expect(at("", "/assets/x")).toEqual({ kind: "asset", name: "x" });
  });

  it("of the base without its slash leads to the same files, under any prefix", () => {
    expect(at("/a/b", "/a/b?c=d&e")).toEqual({ kind: "page", root: "./b/" });
    expect(new URL("./b/assets/x", "https://host/outer/a/b?c").pathname).toBe("/outer/a/b/assets/x");
  });

  it("of a page leads back to the base from wherever it is, under whatever prefix", () => {
    const segment = fc.oneof(fc.constantFrom("", "new", "%2F", "a.b", ";", "@", ":", "..."), fc.webSegment());
    fc.assert(
      fc.property(
        fc.array(segment, { maxLength: 6 }),
        fc.constantFrom("", "/hooks", "/a/b"),
        fc.constantFrom("", "/outer", "/outer/deep"),
        (segments, base, prefix) => {
          const inside = new URL(`https://host${base}/${segments.join("/")}`);
          const place = placeOf(base, inside);
          if (place.kind !== "page") return;
          const outside = new URL(`https://other${prefix}${inside.pathname}?q`);
          expect(new URL(`${place.root}assets/x`, inside).pathname).toBe(`${base}/assets/x`);
          expect(new URL(`${place.root}assets/x`, outside).pathname).toBe(`${prefix}${base}/assets/x`);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
