import fc from "fast-check";
import { expect, test } from "vitest";
import { isWebhookError } from "../../src/model/errors.js";
import { builtInSchemes } from "../../src/signature/registry.js";
import { formatSecret, parseSecret, type SecretKind } from "../../src/signature/secret.js";
import { createSealer } from "../../src/subscriptions/seal.js";
import { secretProblem } from "../../src/subscriptions/secrets.js";
import { hostileText } from "./hostile.js";

const kinds: readonly SecretKind[] = ["whsec", "whsk", "whpk"];
const pieces = [
  "whsec_",
  "whsk_",
  "whpk_",
  "AAAA",
  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
  "=",
  "==",
  "+",
  "/",
  "-",
  "_",
  " ",
  "\n",
  "é",
  "\ud800",
];
const text = hostileText(...pieces);

test("any text is the one spelling of a secret or none, and nothing is thrown", () => {
  fc.assert(
    fc.property(fc.constantFrom(...kinds), text, (kind, given) => {
      const bytes = parseSecret(kind, given);
      if (bytes !== null) expect(formatSecret(kind, bytes)).toBe(given);
    }),
    { numRuns: 600 },
  );
});

test("what is printed is read back", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      fc.pre(bytes.some((byte) => byte !== 0));
      for (const kind of kinds) expect(parseSecret(kind, formatSecret(kind, bytes))).toEqual(bytes);
    }),
  );
});

test.each([...builtInSchemes])("%s takes any text or says why not, without quoting it", (_, scheme) => {
  fc.assert(
    fc.property(text, (given) => {
      try {
        scheme.checkSecret?.(given);
        if (given !== "") scheme.key?.(given);
      } catch (error) {
        if (!isWebhookError(error, "INVALID_ARGUMENT")) throw error;
        expect(error.issues.map(({ path }) => path)).toEqual([["secret"]]);
        if (given.length > 12) expect(error.message).not.toContain(given);
      }
      const problem = secretProblem(scheme, given);
      if (problem !== null && given.length > 12) expect(problem).not.toContain(given);
    }),
    { numRuns: 300 },
  );
});

test("a sealed value opens to what was sealed, and anything else is UNSEAL_FAILED", () => {
  const sealer = createSealer([Buffer.alloc(32, 1).toString("base64")]);
  const sealed = sealer.seal("s3cret", "sub_1:secret");
  const parts = sealed.split(".");
  const given = fc.oneof(
    hostileText("v1", "v0", ".", ...parts),
    fc.array(fc.constantFrom(...parts), { maxLength: 6 }).map((list) => list.join(".")),
  );
  fc.assert(
    fc.property(given, fc.string(), (value, plain) => {
      expect(sealer.open(sealer.seal(plain, "c"), "c")).toBe(Buffer.from(plain).toString());
      try {
        expect(sealer.open(value, "sub_1:secret")).toBe("s3cret");
        expect(value).toBe(sealed);
      } catch (error) {
        if (!isWebhookError(error, "UNSEAL_FAILED")) throw error;
      }
    }),
    { numRuns: 800 },
  );
});
