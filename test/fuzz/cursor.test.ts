import fc from "fast-check";
import { expect, test } from "vitest";
import { isWebhookError } from "../../src/model/errors.js";
import { type CursorList, decodeCursor, encodeCursor } from "../../src/subscriptions/cursor.js";
import { anything, hostileText } from "./hostile.js";

const lists: fc.Arbitrary<CursorList> = fc.record({
  kind: fc.constantFrom("subscriptions", "deliveries", "events", "pending"),
  filters: fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.constant(undefined))),
});
const ids = fc
  .array(fc.integer({ min: 0x21, max: 0x7e }), { minLength: 1, maxLength: 256 })
  .map((points) => String.fromCharCode(...points));
const positions = fc.record({ at: fc.maxSafeInteger(), id: ids });
const isRefused = (run: () => unknown): boolean => {
  try {
    run();
    return false;
  } catch (error) {
    if (isWebhookError(error, "INVALID_CURSOR")) return true;
    throw error;
  }
};

test("every position comes back from its own list, and from no other", () => {
  fc.assert(
    fc.property(positions, lists, lists, (position, list, other) => {
      const cursor = encodeCursor(position, list);
      expect(decodeCursor(cursor, list)).toEqual({ ...position, at: position.at + 0 });
      const isSame = encodeCursor(position, other) === cursor;
      expect(isRefused(() => decodeCursor(cursor, other))).toBe(!isSame);
    }),
    { numRuns: 500 },
  );
});

test("anything else is refused with INVALID_CURSOR, and nothing else is thrown", () => {
  fc.assert(
    fc.property(
      fc.oneof(hostileText("A", "W10", "bnVsbA", "_", "-", "=", "+", "/", "%"), anything),
      lists,
      (given, list) => {
        expect(isRefused(() => decodeCursor(given as string, list))).toBe(true);
      },
    ),
    { numRuns: 800 },
  );
});

test("one that was tampered with is refused, or is one that could have been made", () => {
  fc.assert(
    fc.property(
      positions,
      lists,
      fc.nat(),
      fc.base64String({ maxLength: 4 }),
      (position, list, at, patch) => {
        const cursor = encodeCursor(position, list);
        const index = at % cursor.length;
        const changed = cursor.slice(0, index) + patch.replaceAll("=", "") + cursor.slice(index + 1);
        let read: { at: number; id: string } | null = null;
        const refused = isRefused(() => {
          read = decodeCursor(changed, list);
        });
        if (!refused && read !== null) expect(decodeCursor(encodeCursor(read, list), list)).toEqual(read);
      },
    ),
    { numRuns: 600 },
  );
});

test("JSON that only looks like a position is refused", () => {
  const rests = fc.oneof(
    fc.array(fc.jsonValue(), { maxLength: 4 }),
    fc.tuple(
      fc.oneof(fc.maxSafeInteger(), fc.double(), fc.constant(2 ** 53)),
      fc.oneof(ids, fc.string({ unit: "binary" })),
    ),
  );
  const list = { kind: "events", filters: {} };
  const [tag] = JSON.parse(Buffer.from(encodeCursor({ at: 0, id: "x" }, list), "base64url").toString()) as [
    string,
  ];
  fc.assert(
    fc.property(rests, fc.boolean(), (rest, isTagged) => {
      const cursor = Buffer.from(JSON.stringify(isTagged ? [tag, ...rest] : rest)).toString("base64url");
      const [at, id] = rest;
      const fits = isTagged && rest.length === 2 && Number.isSafeInteger(at) && typeof id === "string";
      const isRight = fits && /^[!-~]{1,256}$/.test(id) && cursor.length <= 1_024;
      expect(isRefused(() => decodeCursor(cursor, list))).toBe(!isRight);
    }),
    { numRuns: 600 },
  );
});
