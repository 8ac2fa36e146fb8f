import { describe, expect, it } from "vitest";
import { authorized, may, type Permission } from "../../src/http/authorize.js";

const request = new Request("https://api.example.com/");
const GOOD = { scope: "a:b", actor: { type: "user", id: "ada" }, permissions: ["read"] } as const;

describe("who is calling", () => {
  it("is what the host answers, at once or later, and no more", async () => {
    expect(await authorized(() => GOOD, request)).toEqual(GOOD);
    expect(await authorized(async () => GOOD, request)).toEqual(GOOD);
    expect(await authorized(() => ({ ...GOOD, admin: true }), request)).toEqual(GOOD);
    expect(await authorized(() => ({ ...GOOD, permissions: [] }), request)).toMatchObject({
      permissions: [],
    });
  });

  it("is given the request", async () => {
    let seen: Request | null = null;
    await authorized((one) => {
      seen = one;
      return GOOD;
    }, request);
    expect(seen).toBe(request);
  });

  it("a Response is the answer", async () => {
    const response = new Response("no", { status: 302 });
    expect(await authorized(() => response, request)).toBe(response);
  });

  it("null is nobody", async () => {
    await expect(authorized(() => null, request)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  const { actor, permissions, scope } = GOOD;
  it.each<unknown>([
    undefined,
    true,
    false,
    "ada",
    [],
    {},
    { actor, permissions },
    { scope: null, actor, permissions },
    { scope: 5, actor, permissions },
    { scope, permissions },
    { scope, actor: null, permissions },
    { scope, actor: "ada", permissions },
    { scope, actor },
    { scope, actor, permissions: "write" },
    { scope, actor, permissions: ["admin"] },
    { scope, actor, permissions: [null] },
    { scope, actor: {}, permissions },
    { scope, actor: { type: "user" }, permissions },
    { scope, actor: { id: "ada" }, permissions },
    { scope, actor: { type: "robot", id: "ada" }, permissions },
    { scope, actor: { type: "user", id: 5 }, permissions },
    { scope, actor: { type: "user", id: "" }, permissions },
    { scope, actor: { type: "user", id: "ada", name: 5 }, permissions },
  ])("%j is a fault of the host's", async (answer) => {
    await expect(authorized(() => answer as never, request)).rejects.toMatchObject({ code: "CONFIGURATION" });
  });

  it("lets out what the host throws", async () => {
    const fault = new Error("database down");
    const throwing = () => {
      throw fault;
    };
    await expect(authorized(throwing, request)).rejects.toBe(fault);
    await expect(authorized(() => Promise.reject(fault), request)).rejects.toBe(fault);
  });
});

describe("what they may", () => {
  it.each<[Permission[], Permission[]]>([
    [[], []],
    [["read"], ["read"]],
    [["write"], ["read", "write"]],
    [["reveal"], ["reveal"]],
    [
      ["write", "reveal"],
      ["read", "write", "reveal"],
    ],
  ])("%j is %j", (permissions, allowed) => {
    for (const wanted of ["read", "write", "reveal"] as const) {
      expect(may({ ...GOOD, permissions }, wanted), wanted).toBe(allowed.includes(wanted));
    }
  });
});
