import { createHmac, timingSafeEqual } from "node:crypto";
import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { githubScheme } from "../../src/signature/schemes/github.js";
import { mistScheme } from "../../src/signature/schemes/mist.js";
import { stripeScheme } from "../../src/signature/schemes/stripe.js";
import { createSigner } from "../../src/signature/signer.js";
import { isVerificationError, verify } from "../../src/signature/verify.js";

/**
 * Signatures of other systems against receivers written from those systems' own documents on `node:crypto` alone, and
 * known answers that those documents print. `libraries.test.ts` holds the same schemes against their inventors' code.
 */

const TIME = 1_700_000_000;
const NOW = { now: () => TIME * 1000 };

const secrets = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 64 })
  .filter((text) => !/\p{Surrogate}/u.test(text));
const json = fc.jsonValue({ stringUnit: "binary" }).map((value) => JSON.stringify(value));

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const hmac = (hash: "sha1" | "sha256", secret: string, body: string | Uint8Array) =>
  createHmac(hash, secret).update(body).digest("hex");

/** "Validating webhook deliveries": the header is `sha256=` and the hex HMAC-SHA256 of the payload. */
const gitHub = (secret: string, body: string | Uint8Array, headers: Readonly<Record<string, string>>) =>
  isEqual(headers["x-hub-signature-256"] ?? "", `sha256=${hmac("sha256", secret, body)}`);

/** "Webhook security": v2 is the hex HMAC-SHA256 of the body, the older header the hex HMAC-SHA1. */
const mist = (secret: string, body: string | Uint8Array, headers: Readonly<Record<string, string>>) =>
  isEqual(headers["x-mist-signature-v2"] ?? "", hmac("sha256", secret, body)) &&
  isEqual(headers["x-mist-signature"] ?? "", hmac("sha1", secret, body));

/** "Verify webhook signatures manually": split at commas, take `t` and each `v1`, sign `t.payload`. */
function stripe(
  secret: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>>,
): boolean {
  const parts = (headers["stripe-signature"] ?? "").split(",").map((part) => part.split("=", 2));
  const time = parts.find(([name]) => name === "t")?.[1] ?? "";
  const expected = hmac("sha256", secret, Buffer.concat([Buffer.from(`${time}.`), Buffer.from(body)]));
  return parts.some(([name, value]) => name === "v1" && isEqual(value ?? "", expected));
}

describe.each([
  ["github", githubScheme, gitHub],
  ["mist", mistScheme, mist],
  ["stripe", stripeScheme(), stripe],
] as const)("%s", (name, scheme, receiver) => {
  const sign = (secret: string, body: string | Uint8Array) =>
    createSigner(scheme, [secret])({ id: "evt_1", timestamp: TIME, body });

  it("what we sign, an independent receiver takes: any text, and bytes that are no text", () => {
    fc.assert(
      fc.property(secrets, fc.oneof(json, fc.uint8Array()), (secret, body) => {
        expect(receiver(secret, body, sign(secret, body))).toBe(true);
      }),
    );
  });

  it("another secret or another body, it refuses", () => {
    fc.assert(
      fc.property(secrets, secrets, json, json, (secret, other, body, forged) => {
        fc.pre(secret !== other && body !== forged);
        expect(receiver(other, body, sign(secret, body))).toBe(false);
        expect(receiver(secret, forged, sign(secret, body))).toBe(false);
      }),
    );
  });

  it("what an independent sender signs, our receiver takes, and nothing else", async () => {
    const senders = {
      github: (secret: string, body: string) => ({
        "x-hub-signature-256": `sha256=${hmac("sha256", secret, body)}`,
      }),
      mist: (secret: string, body: string) => ({ "X-Mist-Signature-v2": hmac("sha256", secret, body) }),
      stripe: (secret: string, body: string) => ({
        "Stripe-Signature": `t=${TIME},v1=${hmac("sha256", secret, `${TIME}.${body}`)}`,
      }),
    };
    await fc.assert(
      fc.asyncProperty(secrets, json, async (secret, body) => {
        const headers: Record<string, string> = senders[name](secret, body);
        const options = { ...NOW, scheme: name };
        expect(await verify({ body, headers }, secret, options)).toEqual(JSON.parse(body));
        const forged = await verify({ body: `${body} `, headers }, secret, options).catch(
          (error: unknown) => error,
        );
        expect(isVerificationError(forged, "NO_MATCH")).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe("known answers", () => {
  it("github: the example of its own documentation", async () => {
    const headers = createSigner(githubScheme, ["It's a Secret to Everybody"])({
      id: "evt_1",
      timestamp: TIME,
      body: "Hello, World!",
    });
    expect(headers).toEqual({
      "x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    });
  });

  it("mist: the HMAC-SHA1 and HMAC-SHA256 test cases of RFC 2202 and RFC 4231 that have a text key", () => {
    const body = "what do ya want for nothing?";
    expect(createSigner(mistScheme, ["Jefe"])({ id: "evt_1", timestamp: TIME, body })).toEqual({
      "x-mist-signature-v2": "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
      "x-mist-signature": "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
    });
  });

  it("github: every payload of GitHub's own collection, as the bytes we would send", () => {
    const examples = createRequire(import.meta.url)("@octokit/webhooks-examples") as readonly {
      readonly examples: readonly unknown[];
    }[];
    const bodies = examples.flatMap((one) => one.examples).map((payload) => JSON.stringify(payload));
    expect(bodies.length).toBeGreaterThan(100);
    const sign = createSigner(githubScheme, ["s3cret"]);
    for (const body of bodies) {
      const headers = sign({ id: "evt_1", timestamp: TIME, body: Buffer.from(body) });
      expect(gitHub("s3cret", body, headers)).toBe(true);
    }
  });
});
