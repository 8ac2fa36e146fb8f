import fc from "fast-check";
import { expect, test } from "vitest";
import { fromBase64, fromHex } from "../../src/signature/bytes.js";
import { readHeader } from "../../src/signature/headers.js";
import { github, mist } from "../../src/signature/receive/body-only.js";
import type { Receiver } from "../../src/signature/receive/receiver.js";
import { standard, standardEd25519 } from "../../src/signature/receive/standard.js";
import { stripe } from "../../src/signature/receive/stripe.js";
import { checkTimestamp } from "../../src/signature/receive/time.js";
import { isVerificationError } from "../../src/signature/verify.js";
import { hostileText } from "./hostile.js";

const NOW = 1_700_000_000_000;
const time = String(NOW / 1000);
const hex = "ab".repeat(32);
const pieces = [
  "v1,",
  "v1a,",
  "v1=",
  "v2,",
  "t=",
  time,
  "sha256=",
  "sha1=",
  hex,
  `${"A".repeat(43)}=`,
  " ",
  ",",
  ", ",
  ";",
  "=",
  "\0",
  "é",
  "-",
  "_",
  "__proto__",
];
const text = hostileText(...pieces);

const receivers: readonly (readonly [string, Receiver])[] = [
  ["standard", standard],
  ["standard-ed25519", standardEd25519],
  ["mist", mist],
  ["github", github],
  ["stripe", stripe],
];

test.each(receivers)(
  "%s reads any header into at most twenty signatures, or says VerificationError",
  (_, receiver) => {
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 3 }),
        ([list = "", id = "msg_1", timestamp = time]) => {
          const headers: Record<string, string> = { "webhook-id": id, "webhook-timestamp": timestamp };
          try {
            const claim = receiver.claim({
              header: (name) => headers[name] ?? list,
              checkTime: (given) => checkTimestamp(given, 300_000, NOW),
              signatureHeader: "stripe-signature",
            });
            expect(claim.signatures.length).toBeLessThanOrEqual(20);
            // The bytes before the body are as many as its characters: readMessage counts on it.
            expect(claim.prefix).toMatch(/^[\x20-\x7e]*$/);
            if (list.length > 4_096)
              expect(claim.signatures.filter((one) => one?.bytes.length === 32)).toEqual([]);
          } catch (error) {
            if (!isVerificationError(error)) throw error;
          }
        },
      ),
      { numRuns: 600 },
    );
  },
);

test("base64 and hex have one text for each value, whatever the text", () => {
  fc.assert(
    fc.property(text, (given) => {
      const [base64, digits] = [fromBase64(given), fromHex(given)];
      if (base64 !== null) expect(Buffer.from(base64).toString("base64")).toBe(given);
      if (digits !== null) expect(Buffer.from(digits).toString("hex")).toBe(given);
    }),
    { numRuns: 600 },
  );
});

test("a header reads the same from a record, in any case and as a list, as from a Headers", () => {
  const value = hostileText("v1,", "x", ",", "=").map((one) => one.replace(/[^\x21-\x7e]/g, ""));
  fc.assert(
    fc.property(
      fc.mixedCase(fc.constant("webhook-signature")),
      fc.uniqueArray(value, { maxLength: 4 }),
      (name, values) => {
        const headers = new Headers();
        for (const one of values) headers.append(name, one);
        const expected = readHeader(headers, "webhook-signature");
        expect(readHeader({ [name]: values, other: "x" }, "webhook-signature")).toBe(expected);
        expect(readHeader({ [name]: [...values, ...values] }, "webhook-signature")).toBe(expected);
      },
    ),
  );
});
