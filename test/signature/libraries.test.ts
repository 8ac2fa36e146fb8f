import { sign as octokitSign, verify as octokitVerify } from "@octokit/webhooks-methods";
import fc from "fast-check";
import { verify } from "hookwright/verify";
import Stripe from "stripe";
import { describe, expect, it } from "vitest";
import type { SignatureScheme } from "../../src/model/signature.js";
import { githubScheme } from "../../src/signature/schemes/github.js";
import { stripeScheme } from "../../src/signature/schemes/stripe.js";
import { createSigner } from "../../src/signature/signer.js";

/** Our signatures held against what their inventors publish, both ways. */

const AT = 1_767_225_600;
const payloads = fc
  .record({ note: fc.string({ unit: "binary" }), n: fc.integer() })
  .map((one) => JSON.stringify(one));
const secrets = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme-ascii" });

const sign = (scheme: unknown, secret: string, body: string) =>
  createSigner(scheme as SignatureScheme<unknown>, [secret])({ id: "evt_1", timestamp: AT, body });

describe("github, against @octokit/webhooks-methods", () => {
  it("verifies there what we sign", async () => {
    await fc.assert(
      fc.asyncProperty(secrets, payloads, async (secret, body) => {
        const signature = sign(githubScheme, secret, body)["x-hub-signature-256"] ?? "";
        expect(await octokitVerify(secret, body, signature)).toBe(true);
        expect(await octokitVerify(`${secret}x`, body, signature)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  it("verifies here what it signs", async () => {
    await fc.assert(
      fc.asyncProperty(secrets, payloads, async (secret, body) => {
        const headers = { "X-Hub-Signature-256": await octokitSign(secret, body) };
        expect(await verify({ body, headers }, secret, { scheme: "github" })).toEqual(JSON.parse(body));
        await expect(
          verify({ body: `${body} `, headers }, secret, { scheme: "github" }),
        ).rejects.toMatchObject({
          code: "NO_MATCH",
        });
      }),
      { numRuns: 50 },
    );
  });
});

describe("stripe, against the stripe package", () => {
  const stripe = new Stripe("sk_test_none");
  const body = JSON.stringify({ id: "evt_1", object: "event", type: "invoice.paid" });
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  it("constructs there an event from what we sign", () => {
    const header = sign(stripeScheme(), secret, body)["stripe-signature"] ?? "";
    const event = stripe.webhooks.constructEvent(body, header, secret, 300, undefined, AT * 1000);
    expect(event.type).toBe("invoice.paid");
    expect(() =>
      stripe.webhooks.constructEvent(`${body} `, header, secret, 300, undefined, AT * 1000),
    ).toThrow();
  });

  it("verifies here what its own test header says", async () => {
    const header = stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: AT });
    const request = { body, headers: { "Stripe-Signature": header } };
    const now = () => AT * 1000;
    expect(await verify(request, secret, { scheme: "stripe", now })).toMatchObject({ type: "invoice.paid" });
    const late = () => AT * 1000 + 300_001;
    await expect(verify(request, secret, { scheme: "stripe", now: late })).rejects.toMatchObject({
      code: "TIMESTAMP_TOO_OLD",
    });
  });
});
