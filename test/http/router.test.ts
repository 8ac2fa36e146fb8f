import { describe, expect, it } from "vitest";
import type { Route } from "../../src/http/route.js";
import { Router } from "../../src/http/router.js";
import { ROUTES } from "../../src/http/routes/index.js";

const router = new Router(ROUTES);

describe("what a path leads to", () => {
  it.each(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))("%s", (_, route) => {
    const path = route.path.replace("{id}", "x%2Fy%20z");
    const id = route.path.includes("{id}") ? "x/y z" : "";
    for (const written of [path, `${path}/`]) {
      expect(router.match(route.method, written)).toEqual({ route, id });
      if (route.method === "GET") expect(router.match("HEAD", written).route).toBe(route);
    }
  });

  it.each([
    "/",
    "",
    "subscriptions",
    "/Subscriptions",
    "//subscriptions",
    "/subscriptions//",
    "/subscriptions//flush",
    "/subscriptions/a/b",
    "/subscriptions/a/flush/b",
    "/x/subscriptions",
    "/subscriptions\n",
    "/deliveries/a/retry2",
    "/{id}",
  ])("%j leads nowhere", (path) => {
    expect(router.methods(path)).toEqual([]);
    expect(() => router.match("GET", path)).toThrow(expect.objectContaining({ code: "NOT_FOUND" }));
  });

  it("takes a full stop for a full stop", () => {
    const json = new Router([{ ...there(ROUTES[0]), path: "/openapi.json" }]);
    expect(json.methods("/openapi.json")).toEqual(["GET", "HEAD", "OPTIONS"]);
    expect(json.methods("/openapi-json")).toEqual([]);
  });

  it("leaves an id that is encoded badly as it is", () => {
    expect(router.match("GET", "/events/%zz").id).toBe("%zz");
    expect(router.match("GET", "/events/%").id).toBe("%");
  });
});

describe("methods", () => {
  it("names all that an address takes", () => {
    expect(router.methods("/subscriptions/a")).toEqual(["GET", "PATCH", "DELETE", "HEAD", "OPTIONS"]);
    expect(router.methods("/subscriptions/a/flush")).toEqual(["POST", "OPTIONS"]);
  });

  it.each(["PUT", "get", "POST ", "TRACE", "OPTIONS", ""])("refuses %j and says what it takes", (method) => {
    expect(() => router.match(method, "/events/a")).toThrow(
      expect.objectContaining({ code: "METHOD_NOT_ALLOWED", headers: { allow: "GET, HEAD, OPTIONS" } }),
    );
  });

  it("HEAD is for what can be read", () => {
    expect(() => router.match("HEAD", "/deliveries/a/retry")).toThrow(
      expect.objectContaining({ code: "METHOD_NOT_ALLOWED" }),
    );
  });
});

function there(route: Route | undefined): Route {
  if (route === undefined) throw new Error("no route");
  return route;
}
