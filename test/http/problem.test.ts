import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  HTTP_PROBLEM_CODES,
  HttpProblem,
  type HttpProblemCode,
  pointerOf,
  problemOf,
} from "../../src/http/problem.js";
import { problemAnswer } from "../../src/http/schemas/index.js";
import { WEBHOOK_ERROR_CODES, WebhookError, type WebhookErrorCode } from "../../src/model/errors.js";
import { checkShape } from "./support.js";

const BODY = { isConditional: false, isQuery: false };
const QUERY = { isConditional: false, isQuery: true };

/** Statuses of each code: of a body, of a query, and with If-Match. */
const STATUSES: Readonly<Record<WebhookErrorCode, readonly [number, number, number]>> = {
  UNKNOWN_EVENT_TYPE: [422, 400, 422],
  INVALID_DATA: [422, 400, 422],
  INVALID_SUBSCRIPTION: [422, 400, 422],
  URL_REFUSED: [422, 400, 422],
  NOT_FOUND: [404, 404, 404],
  VERSION_CONFLICT: [409, 409, 412],
  UNKNOWN_SCOPE: [422, 400, 422],
  SCOPE_NOT_ALLOWED: [422, 400, 422],
  INVALID_CURSOR: [400, 400, 400],
  INVALID_ARGUMENT: [422, 400, 422],
  INVALID_STATE: [409, 409, 409],
  STORE_UNAVAILABLE: [503, 503, 503],
  UNSEAL_FAILED: [500, 500, 500],
  CONFIGURATION: [500, 500, 500],
};

const SECRET = "postgres://admin:hunter2@10.0.0.1/db";

describe("the answer to an error of the library's", () => {
  it.each(WEBHOOK_ERROR_CODES)("%s", (code) => {
    const issues = [{ path: ["a", 1], message: SECRET }];
    const error = new WebhookError(code, SECRET, { issues, cause: new Error(SECRET) });
    const contexts = [BODY, QUERY, { isConditional: true, isQuery: false }];
    for (const [index, context] of contexts.entries()) {
      const status = STATUSES[code][index] ?? 0;
      const { problem, headers } = problemOf(error, context);
      checkShape(problemAnswer, problem, code);
      expect(problem).toMatchObject({ status, code: status === 500 ? "INTERNAL" : code });
      const isOurs = status >= 500;
      expect(problem.detail === SECRET).toBe(!isOurs);
      if (isOurs) expect(JSON.stringify(problem)).not.toContain(SECRET);
      expect(headers).toEqual(status === 503 ? { "retry-after": expect.stringMatching(/^[1-9]\d*$/) } : {});
    }
  });

  it("one from another copy of the package is known", () => {
    const other = Object.assign(new Error("gone"), { name: "WebhookError", code: "NOT_FOUND", issues: [] });
    expect(problemOf(other, BODY).problem).toMatchObject({ status: 404, code: "NOT_FOUND" });
  });
});

describe("the answer to a refusal of the API's", () => {
  it.each(Object.keys(HTTP_PROBLEM_CODES) as HttpProblemCode[])("%s", (code) => {
    const errors = [{ header: "X", detail: "no" }];
    const { problem, headers } = problemOf(
      new HttpProblem(code, "why", { errors, headers: { a: "b" } }),
      BODY,
    );
    checkShape(problemAnswer, problem, code);
    expect(problem).toMatchObject({ code, status: HTTP_PROBLEM_CODES[code], detail: "why", errors });
    expect(problem.title).toMatch(/^[A-Z][a-z ]+$/);
    expect(headers).toEqual({ a: "b" });
  });
});

it.each<unknown>([
  new Error(SECRET),
  new TypeError(SECRET),
  Object.assign(new Error(SECRET), { code: "NOT_FOUND", status: 404 }),
  Object.assign(new Error(SECRET), { name: "WebhookError", code: "MADE_UP", issues: [] }),
  Object.assign(new Error(SECRET), { name: "WebhookError", code: "constructor", issues: [] }),
  SECRET,
  { code: "NOT_FOUND", message: SECRET },
  null,
  undefined,
])("anything else (%#) is a fault of ours, without a detail", (error) => {
  const { problem, headers } = problemOf(error, BODY);
  checkShape(problemAnswer, problem, "a fault");
  expect(problem).toMatchObject({ status: 500, code: "INTERNAL" });
  expect(JSON.stringify([problem, headers])).not.toContain(SECRET);
});

describe("where the bad field is", () => {
  it.each([
    [[], "#"],
    [["name"], "#/name"],
    [["retry", "schedule", 2], "#/retry/schedule/2"],
    [["a/b"], "#/a~1b"],
    [["a~b"], "#/a~0b"],
    [["~1"], "#/~01"],
    [["~/"], "#/~0~1"],
    [[""], "#/"],
    [["a b", "é", "%", "#", '"'], "#/a%20b/%C3%A9/%25/%23/%22"],
    [["\ud800"], "#/%EF%BF%BD"],
  ])("%j is %s", (path, pointer) => {
    expect(pointerOf(path)).toBe(pointer);
  });

  it("can be read back (RFC 6901 section 6)", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }), (path) => {
        const pointer = pointerOf(path);
        expect(pointer).toMatch(/^#(?:\/[A-Za-z0-9\-._~!$&'()*+,;=:@%]*)+$/);
        const tokens = decodeURIComponent(pointer.slice(1)).split("/").slice(1);
        expect(tokens.map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"))).toEqual(path);
      }),
    );
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (path) => pointerOf(path).startsWith("#")),
    );
  });

  it("of a query is its parameter", () => {
    const error = new WebhookError("INVALID_CURSOR", "no", {
      issues: [{ path: ["cursor"], message: "bad" }],
    });
    expect(problemOf(error, QUERY).problem.errors).toEqual([{ parameter: "cursor", detail: "bad" }]);
    expect(problemOf(error, BODY).problem.errors).toEqual([{ pointer: "#/cursor", detail: "bad" }]);
  });

  it("is left out where no field is bad", () => {
    expect(problemOf(new WebhookError("NOT_FOUND", "no"), BODY).problem).not.toHaveProperty("errors");
  });
});
