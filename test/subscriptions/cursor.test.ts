import fc from "fast-check";
import { expect, test } from "vitest";
import { WebhookError } from "../../src/model/errors.js";
import { decodeCursor, encodeCursor } from "../../src/subscriptions/cursor.js";

const list = { kind: "subscriptions", filters: { scope: "organization:acme", enabled: true } };
const position = { at: 1_700_000_000_000, id: "sub_1" };
const cursor = encodeCursor(position, list);
const refusal = expect.objectContaining({
  code: "INVALID_CURSOR",
  issues: [expect.objectContaining({ path: ["cursor"] })],
});

test("comes back, and is opaque", () => {
  expect(decodeCursor(cursor, list)).toEqual(position);
  expect(cursor).toMatch(/^[\w-]+$/);
  const id = fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((c) => String.fromCharCode(c)),
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(fc.integer(), id, (at, id) => {
      expect(decodeCursor(encodeCursor({ at, id }, list), list)).toEqual({ at, id });
    }),
  );
});

test("means the same when filters are reordered or left out as undefined", () => {
  const same = { kind: list.kind, filters: { enabled: true, scope: "organization:acme", type: undefined } };
  expect(decodeCursor(cursor, same)).toEqual(position);
});

test.each([
  { ...list, kind: "deliveries" },
  { ...list, filters: { ...list.filters, enabled: false } },
  { ...list, filters: { scope: "organization:acme" } },
  { ...list, filters: { ...list.filters, extra: 1 } },
])("is refused by %j", (other) => {
  expect(() => decodeCursor(cursor, other)).toThrow(refusal);
});

const forged = (change: (parts: unknown[]) => unknown) => {
  const parts = JSON.parse(Buffer.from(cursor, "base64url").toString()) as unknown[];
  return Buffer.from(JSON.stringify(change(parts))).toString("base64url");
};

test.each([
  "",
  "x",
  "?",
  `${cursor}=`,
  `${cursor} `,
  Buffer.from("{}").toString("base64url"),
  Buffer.from("null").toString("base64url"),
  forged(([tag, , id]) => [tag, "1", id]),
  forged(([tag, , id]) => [tag, 1.5, id]),
  forged(([tag, at]) => [tag, at, ""]),
  forged(([tag, at]) => [tag, at, 7]),
  forged(([tag, at]) => [tag, at, "a\0b"]),
  forged(([tag, at]) => [tag, at, "a".repeat(257)]),
  forged((parts) => [...parts, 1]),
  forged(() => "x".repeat(2000)),
])("refuses case %#", (foreign) => {
  expect(() => decodeCursor(foreign, list)).toThrow(refusal);
});

test("never crashes on garbage", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.anything()), (garbage) => {
      try {
        decodeCursor(garbage as string, list);
      } catch (error) {
        expect(error).toBeInstanceOf(WebhookError);
        return;
      }
      throw new Error("taken");
    }),
  );
});
