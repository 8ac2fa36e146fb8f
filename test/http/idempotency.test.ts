import { afterEach, describe, expect, it } from "vitest";
import type { Authorization } from "../../src/http/authorize.js";
import { type Answer, Idempotency, idempotencyKeyOf } from "../../src/http/idempotency.js";
import { ROUTES } from "../../src/http/routes/index.js";
import { testClock } from "../../src/testing/clock.js";
import { cleanAll } from "../flow/harness.js";
import { deferred } from "../make.js";
import { headersOf, house, idsOf, sampleOf, seed } from "./support.js";

afterEach(cleanAll);

const ADA: Authorization = { scope: "organization:a", actor: { type: "user", id: "ada" }, permissions: [] };
const REQUEST = ["POST", "/x", "", "{}"];

function answer(n: number, status = 200, size = 0): Answer {
  return { status, headers: {}, body: `${n}${" ".repeat(size)}` };
}

/** Counts how often something is made. */
function maker(status = 200, size = 0) {
  let made = 0;
  return async () => answer(++made, status, size);
}

describe("the key", () => {
  it("is none without a header", () => {
    expect(idempotencyKeyOf(null, ADA)).toBeUndefined();
  });

  it.each(["a", "x".repeat(255), '"8e03978e-40d5-43dd-bc93-6894a57f9324"', "a b~!"])(
    "may be %j",
    (header) => {
      const key = idempotencyKeyOf(header, ADA);
      expect(key).toMatch(/^[\w-]{43}$/);
      expect(idempotencyKeyOf(header, ADA)).toBe(key);
    },
  );

  it.each(["", "x".repeat(256), "é", "a\tb", "a\u007f", "\u0000"])("may not be %j", (header) => {
    expect(() => idempotencyKeyOf(header, ADA)).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        errors: [expect.objectContaining({ header: "Idempotency-Key" })],
      }),
    );
  });

  it("is its own to each caller", () => {
    const callers: Authorization[] = [
      ADA,
      { ...ADA, scope: "organization:b" },
      { ...ADA, scope: "" },
      { ...ADA, actor: { type: "user", id: "bob" } },
      { ...ADA, actor: { type: "system", id: "ada" } },
      { ...ADA, scope: 'organization:a","user', actor: { type: "user", id: "ada" } },
    ];
    const keys = callers.map((caller) => idempotencyKeyOf("k", caller));
    expect(new Set(keys).size).toBe(callers.length);
  });
});

describe("the same request again", () => {
  it("has the same answer, made once", async () => {
    const idempotency = new Idempotency(testClock());
    const make = maker();
    const first = await idempotency.once("k", REQUEST, make);
    expect(await idempotency.once("k", REQUEST, make)).toBe(first);
    expect(await idempotency.once("other", REQUEST, make)).toEqual(answer(2));
  });

  it.each([400, 404, 409, 412, 422])("also when that was a %i", async (status) => {
    const idempotency = new Idempotency(testClock());
    const make = maker(status);
    await idempotency.once("k", REQUEST, make);
    expect(await idempotency.once("k", REQUEST, make)).toEqual(answer(1, status));
  });

  it.each([500, 503])("not when it was a %i", async (status) => {
    const idempotency = new Idempotency(testClock());
    const make = maker(status);
    await idempotency.once("k", REQUEST, make);
    expect(await idempotency.once("k", REQUEST, make)).toEqual(answer(2, status));
  });

  it("nor when nothing was answered", async () => {
    const idempotency = new Idempotency(testClock());
    await expect(idempotency.once("k", REQUEST, () => Promise.reject(new Error("x")))).rejects.toThrow("x");
    expect(await idempotency.once("k", REQUEST, maker())).toEqual(answer(1));
  });

  it.each([0, 1, 2, 3])("is another one when part %i differs", async (part) => {
    const idempotency = new Idempotency(testClock());
    await idempotency.once("k", REQUEST, maker());
    const other = REQUEST.map((text, index) => (index === part ? `${text}!` : text));
    await expect(idempotency.once("k", other, maker())).rejects.toMatchObject({
      code: "IDEMPOTENCY_KEY_REUSED",
    });
  });

  it("has to wait for the first", async () => {
    const idempotency = new Idempotency(testClock());
    const { promise, resolve } = deferred<Answer>();
    const first = idempotency.once("k", REQUEST, () => promise);
    await expect(idempotency.once("k", REQUEST, maker())).rejects.toMatchObject({
      code: "IDEMPOTENCY_KEY_IN_USE",
      headers: { "retry-after": "1" },
    });
    await expect(idempotency.once("k", [...REQUEST, "!"], maker())).rejects.toMatchObject({
      code: "IDEMPOTENCY_KEY_REUSED",
    });
    resolve(answer(7));
    await first;
    expect(await idempotency.once("k", REQUEST, maker())).toEqual(answer(7));
  });
});

describe("what is forgotten", () => {
  it("is what is an hour old", async () => {
    const clock = testClock();
    const idempotency = new Idempotency(clock);
    const make = maker();
    await idempotency.once("k", REQUEST, make);
    clock.advance(3_600_000 - 1);
    expect(await idempotency.once("k", REQUEST, make)).toEqual(answer(1));
    clock.advance(1);
    expect(await idempotency.once("k", REQUEST, make)).toEqual(answer(2));
  });

  it("is the oldest of more than ten thousand", async () => {
    const idempotency = new Idempotency(testClock());
    for (let n = 0; n <= 10_001; n++) await idempotency.once(`k${n}`, ["x"], maker());
    const again = async (key: string) => (await idempotency.once(key, ["x"], async () => answer(2))).body;
    expect(await again("k10000")).toBe("1");
    expect(await again("k5000")).toBe("1");
    expect(await again("k0")).toBe("2");
  });

  it("is the oldest of more than 16 MiB, and the count comes down again", async () => {
    const idempotency = new Idempotency(testClock());
    const big = 1024 * 1024;
    for (let n = 0; n < 40; n++) await idempotency.once(`k${n}`, ["x"], maker(200, big));
    const again = async (key: string) =>
      (await idempotency.once(key, ["x"], async () => answer(2))).body?.trim();
    expect(await again("k39")).toBe("1");
    expect(await again("k26")).toBe("1");
    expect(await again("k0")).toBe("2");
  });

  it("is never what is under way", async () => {
    const clock = testClock();
    const idempotency = new Idempotency(clock);
    const { promise, resolve } = deferred<Answer>();
    const first = idempotency.once("k", REQUEST, () => promise);
    clock.advance("2h");
    await idempotency.once("old", REQUEST, maker());
    await expect(idempotency.once("k", REQUEST, maker())).rejects.toMatchObject({
      code: "IDEMPOTENCY_KEY_IN_USE",
    });
    resolve(answer(1));
    await first;
  });
});

const POSTS = ROUTES.filter(({ method }) => method === "POST").map((route) => [route.path, route] as const);

describe("over HTTP", () => {
  it.each(POSTS)("POST %s is done once", async (_, route) => {
    const place = await house();
    const ids = await idsOf(place, await seed(place, "organization:a", "tag"));
    const ada = place.as("ada");
    const { method, path, init } = sampleOf(route, ids);
    const headers = { "idempotency-key": "k 1" };
    const first = await ada.send(method, path, { ...init, headers });
    expect(first.status).toBe(route.answer.status);
    const sent = place.requests.length;
    const dump = await place.dump();
    const second = await ada.send(method, path, { ...init, headers });
    expect([second.status, second.text, headersOf(second)]).toEqual([
      first.status,
      first.text,
      headersOf(first),
    ]);
    expect(place.requests.length).toBe(sent);
    expect(await place.dump()).toBe(dump);

    const other = await ada.send(method, path, { body: { name: "Other" }, headers });
    expect([other.status, other.problem.code]).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
    const elsewhere = await ada.send("POST", "/events", {
      body: { type: "order.shipped", data: {} },
      headers,
    });
    expect(elsewhere.problem.code).toBe("IDEMPOTENCY_KEY_REUSED");
    expect(await place.dump()).toBe(dump);
  });

  it("a request under way is told of", async () => {
    const place = await house();
    const { subscriptions } = await seed(place, "organization:a", "tag");
    const ada = place.as("ada");
    const path = `/subscriptions/${subscriptions[0]}/test`;
    const headers = { "idempotency-key": "k" };
    const both = await Promise.all([
      ada.send("POST", path, { headers }),
      ada.send("POST", path, { headers }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const refused = both.find(({ status }) => status === 409);
    expect(refused?.problem.code).toBe("IDEMPOTENCY_KEY_IN_USE");
    expect(refused?.headers.get("retry-after")).toBe("1");
  });

  it("what one may see is not shown to one who may not, though it is the same key", async () => {
    const place = await house();
    const full = place.as("full", { actor: { type: "user", id: "ada" } });
    const less = place.as("less", { actor: { type: "user", id: "ada" }, permissions: ["write"] });
    const init = { body: { name: "One" }, headers: { "idempotency-key": "k" } };
    const { secret } = (await full.send("POST", "/subscriptions", init)).as<{ secret: string }>();
    expect(secret).toMatch(/^whsec_/);
    const again = await less.send("POST", "/subscriptions", init);
    expect(again.text).not.toContain(secret);
  });
});
