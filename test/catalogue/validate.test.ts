import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import * as mini from "zod/mini";
import { z as z3 } from "zod/v3";
import { buildCatalogue } from "../../src/catalogue/define.js";
import { validateData } from "../../src/catalogue/validate.js";
import { isWebhookError, type WebhookError } from "../../src/model/errors.js";
import { lines, standard, thrown } from "./helpers.js";

const withSchema = (schema: unknown) => buildCatalogue({ events: { "a.b": { schema } } });
const invalid = (schema: unknown, data: unknown) =>
  thrown("INVALID_DATA", () => validateData(withSchema(schema), "a.b", data));

/** The WebhookError that a promise is rejected with. */
async function rejected(promise: unknown): Promise<WebhookError> {
  expect(promise).toBeInstanceOf(Promise);
  const error = await (promise as Promise<unknown>).then(
    () => new Error("Expected a rejection"),
    (reason) => reason,
  );
  if (!isWebhookError(error, "INVALID_DATA")) throw error;
  return error;
}

describe("types", () => {
  const catalogue = buildCatalogue({ events: { "session.created": {}, "lease.granted": {} } });
  const unknown = (type: unknown) =>
    thrown("UNKNOWN_EVENT_TYPE", () => validateData(catalogue, type as string, {})).message;

  test("an unknown one is refused, with the name that was probably meant", () => {
    expect(unknown("session.creatd")).toBe(
      'The catalogue has no event type "session.creatd". Did you mean "session.created"?',
    );
    expect(unknown("invoice.paid")).toBe(
      'The catalogue has no event type "invoice.paid". Add it to the events of defineCatalogue.',
    );
  });

  test("names that objects have by nature, patterns, and what is no text", () => {
    for (const type of ["__proto__", "constructor", "*", "session.*", ""])
      expect(unknown(type)).toContain(`"${type}"`);
    for (const type of [undefined, null, 1, {}])
      expect(unknown(type)).toMatch(/An event type is a string, not/);
  });

  test("a very long one is cut", () => {
    expect(unknown("x".repeat(100_000)).length).toBeLessThan(300);
  });
});

describe("schemas of any library", () => {
  const valid = { id: "s", n: "3" };
  const expected = { value: { id: "s", n: 3, kind: "guest" } };

  test.each([
    ["zod", z.object({ id: z.string(), n: z.string().transform(Number), kind: z.string().default("guest") })],
    [
      "zod 3",
      z3.object({ id: z3.string(), n: z3.string().transform(Number), kind: z3.string().default("guest") }),
    ],
    [
      "valibot",
      v.object({
        id: v.string(),
        n: v.pipe(v.string(), v.transform(Number)),
        kind: v.optional(v.string(), "guest"),
      }),
    ],
    [
      "zod/mini",
      mini.object({
        id: mini.string(),
        n: mini.pipe(
          mini.string(),
          mini.transform((text: string) => Number(text)),
        ),
        kind: mini._default(mini.string(), "guest"),
      }),
    ],
  ])("%s: answers at once what the schema makes of it, and names each bad field", (_, schema) => {
    expect(validateData(withSchema(schema), "a.b", valid)).toMatchObject(expected);
    const error = invalid(schema, { id: 1, n: null });
    expect(error.issues.map(({ path }) => path)).toEqual([["id"], ["n"]]);
    expect(error.message).toMatch(/^The data of "a\.b" is not acceptable: id: /);
  });

  test("paths go through objects and arrays", () => {
    const list = { items: [{ id: "a" }, { id: 2 }] };
    const path = ["items", 1, "id"];
    expect(invalid(z.object({ items: z.array(z.object({ id: z.string() })) }), list).issues[0]?.path).toEqual(
      path,
    );
    expect(invalid(v.object({ items: v.array(v.object({ id: v.string() })) }), list).issues[0]?.path).toEqual(
      path,
    );
  });

  test("a sync answer is handed on, not copied", () => {
    const answer = { value: { a: 1 } };
    expect(validateData(withSchema(standard(() => answer)), "a.b", {})).toBe(answer);
  });
});

describe("asynchronous schemas", () => {
  const schema = z.object({ id: z.string().refine(async (id) => id !== "s_1", "is taken") });

  test("answer a promise of the value", async () => {
    const result = validateData(withSchema(schema), "a.b", { id: "free" });
    expect(result).toBeInstanceOf(Promise);
    expect(await result).toEqual({ value: { id: "free" } });
  });

  test("reject with the issues", async () => {
    const error = await rejected(validateData(withSchema(schema), "a.b", { id: "s_1" }));
    expect(error.issues).toEqual([{ path: ["id"], message: "is taken" }]);
  });

  test("reject without the words of what they threw", async () => {
    const error = await rejected(
      validateData(withSchema(standard(() => Promise.reject(new RangeError("hunter2")))), "a.b", {}),
    );
    expect(lines(error.issues)).toEqual([expect.stringContaining("(RangeError)")]);
    expect(JSON.stringify([error.message, error.issues, error.cause])).not.toContain("hunter2");
  });

  test("may answer any thenable", async () => {
    // biome-ignore lint/suspicious/noThenProperty: a promise of another library
    const schema = standard(() => ({ then: (resolve: (result: unknown) => void) => resolve({ value: 7 }) }));
    const result = validateData(withSchema(schema), "a.b", {});
    expect(result).toBeInstanceOf(Promise);
    expect(await result).toEqual({ value: 7 });
  });
});

describe("schemas that misbehave", () => {
  test("throwing is INVALID_DATA, and the data stays out of it", () => {
    for (const thrownValue of [new TypeError("hunter2"), "hunter2", { secret: "hunter2" }, null]) {
      const error = invalid(
        standard(() => {
          throw thrownValue;
        }),
        { password: "hunter2" },
      );
      expect(lines(error.issues)).toEqual([
        expect.stringMatching(/^: The schema threw \(\w+\) instead of answering/),
      ]);
      expect(JSON.stringify([error.message, error.issues, error.cause])).not.toContain("hunter2");
    }
  });

  test.each([undefined, null, 1, "ok"])("answering %s is INVALID_DATA", (answer) => {
    expect(
      invalid(
        standard(() => answer),
        {},
      ).message,
    ).toMatch(/The schema gave no answer/);
  });

  test.each([1, "no", [null], [{ message: "m", path: 1 }], { length: 1 }])(
    "issues that are none (%j) refuse",
    (issues) => {
      expect(
        invalid(
          standard(() => ({ issues })),
          {},
        ).message,
      ).toMatch(/The schema threw \(TypeError\)/);
    },
  );

  test("issues without any in them still refuse", () => {
    expect(
      lines(
        invalid(
          standard(() => ({ issues: [] })),
          {},
        ).issues,
      ),
    ).toEqual([": The schema refused it."]);
  });

  test.each([undefined, () => {}, Symbol("s")])(
    "a value of which JSON leaves nothing is INVALID_DATA",
    (value) => {
      expect(
        invalid(
          standard(() => ({ value })),
          {},
        ).message,
      ).toMatch(/JSON cannot carry/);
    },
  );
});

test("the message of a library that quotes values is freed of them", () => {
  const error = invalid(v.object({ token: v.number(), pin: v.pipe(v.number(), v.minValue(5000)) }), {
    token: "hunter2 $& (x)",
    pin: 1234,
  });
  expect(error.issues).toHaveLength(2);
  expect(JSON.stringify([error.message, error.issues])).not.toMatch(/hunter2|1234/);
});

describe("no schema", () => {
  const catalogue = buildCatalogue({ events: { "a.b": {} } });

  test.each([[{ a: [1, null, "x"] }], ["text"], [0], [null], [false], [[]], [new Date(0)]])(
    "takes %j",
    (data) => {
      expect(validateData(catalogue, "a.b", data)).toEqual({ value: data });
    },
  );

  test("refuses what JSON cannot carry, with its path", () => {
    const error = thrown("INVALID_DATA", () => validateData(catalogue, "a.b", { a: [{ n: 1n }] }));
    expect(error.issues).toEqual([{ path: ["a", 0, "n"], message: "JSON cannot carry a bigint." }]);
    for (const data of [undefined, () => {}, Symbol("s"), 1n, Number.NaN]) {
      thrown("INVALID_DATA", () => validateData(catalogue, "a.b", data));
    }
  });
});
