import fc from "fast-check";
import { Webhook as Reference } from "standardwebhooks";
import { Webhook as Svix } from "svix";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { standardScheme } from "../../src/signature/schemes/standard.js";
import { createSharedSecret } from "../../src/signature/secret.js";
import { createSigner } from "../../src/signature/signer.js";
import { isVerificationError, verify } from "../../src/signature/verify.js";

/** Our sender and receiver against the reference implementation and against Svix's own, both ways. */

const TIME = 1_700_000_000;
const SPELT_WITHOUT_PREFIX = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NOW = { now: () => TIME * 1000 };
const verifiers = { standardwebhooks: Reference, svix: Svix } as const;

const secrets = fc
  .uint8Array({ minLength: 24, maxLength: 64 })
  .map((bytes) => `whsec_${Buffer.from(bytes).toString("base64")}`);
const ids = fc.string({
  unit: fc.constantFrom(..."abcXYZ019_-~!#$%&'()*+/:;<=>?@[]^`{|}\""),
  minLength: 1,
  maxLength: 256,
});
const json = fc
  .jsonValue({ stringUnit: "binary" })
  .map((value) => JSON.stringify(value))
  // The reference parses with a plain JSON.parse as we do, but answers undefined for an empty text.
  .filter((text) => text !== "");
const texts = fc.oneof(
  json,
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.uint8Array().map((bytes) => Buffer.from(bytes).toString("latin1")),
);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: TIME * 1000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe.each(Object.entries(verifiers))("%s", (_, Webhook) => {
  it("verifies what we sign", () => {
    fc.assert(
      fc.property(secrets, ids, json, (secret, id, body) => {
        const headers = createSigner(standardScheme, [secret])({ id, timestamp: TIME, body });
        expect(new Webhook(secret).verify(body, { ...headers })).toEqual(JSON.parse(body));
      }),
    );
  });

  it("signs what we verify", async () => {
    await fc.assert(
      fc.asyncProperty(secrets, ids, json, async (secret, id, body) => {
        const headers = {
          "webhook-id": id,
          "webhook-timestamp": String(TIME),
          "webhook-signature": new Webhook(secret).sign(id, new Date(TIME * 1000), body),
        };
        expect(await verify({ body, headers }, secret, NOW)).toEqual(JSON.parse(body));
        expect(await verify({ body: Buffer.from(body), headers }, secret, NOW)).toEqual(JSON.parse(body));
      }),
    );
  });

  it("makes the same signature for any text, JSON or not", () => {
    fc.assert(
      fc.property(secrets, ids, texts, fc.integer({ min: 1, max: 4e9 }), (secret, id, body, timestamp) => {
        const ours = createSigner(standardScheme, [secret])({ id, timestamp, body });
        const theirs = new Webhook(secret).sign(id, new Date(timestamp * 1000), body);
        expect(ours["webhook-signature"]).toBe(theirs);
        const bytes = createSigner(standardScheme, [secret])({ id, timestamp, body: Buffer.from(body) });
        expect(bytes).toEqual(ours);
      }),
    );
  });

  it("finds its secret among several of ours", () => {
    const [newest, old, stranger] = [createSharedSecret(), createSharedSecret(), createSharedSecret()];
    const headers = createSigner(standardScheme, [newest, old])({ id: "msg_1", timestamp: TIME, body: "{}" });
    for (const secret of [newest, old]) expect(new Webhook(secret).verify("{}", { ...headers })).toEqual({});
    expect(() => new Webhook(stranger).verify("{}", { ...headers })).toThrow("No matching signature");
  });
});

describe("receiver and reference agree", () => {
  it("on what does not match", async () => {
    await fc.assert(
      fc.asyncProperty(secrets, secrets, json, json, async (secret, other, body, forged) => {
        fc.pre(secret !== other || body !== forged);
        const headers = createSigner(standardScheme, [secret])({ id: "msg_1", timestamp: TIME, body });
        expect(() => new Reference(other).verify(forged, { ...headers })).toThrow();
        const error = await verify({ body: forged, headers }, other, NOW).catch((thrown: unknown) => thrown);
        expect(isVerificationError(error, "NO_MATCH")).toBe(true);
      }),
    );
  });

  it("on nothing that we take and they refuse, whatever is changed on the way", async () => {
    const often = { nil: undefined, freq: 1 } as const;
    const changes = fc.record({
      signedAt: fc.integer({ min: TIME - 310, max: TIME + 310 }),
      id: fc.option(fc.oneof(ids, fc.string({ maxLength: 8 })), often),
      timestamp: fc.option(fc.oneof(fc.constant(`${TIME} `), fc.string({ maxLength: 12 })), often),
      others: fc.array(fc.constantFrom("v1,AAAA", "v2,AAAA", "v1a,AAAA", `v1,${"A".repeat(43)}=`), {
        maxLength: 5,
      }),
      at: fc.nat({ max: 5 }),
      body: fc.option(json, often),
    });
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(secrets, ids, json, changes, async (secret, id, body, changed) => {
        const signed = createSigner(standardScheme, [secret])({ id, timestamp: changed.signedAt, body });
        const list: string[] = [...changed.others];
        list.splice(changed.at, 0, signed["webhook-signature"] ?? "");
        const headers = {
          "webhook-id": changed.id ?? id,
          "webhook-timestamp": changed.timestamp ?? String(changed.signedAt),
          "webhook-signature": list.join(" "),
        };
        const given = changed.body ?? body;
        const ours = await verify({ body: given, headers }, secret, NOW).then(
          () => true,
          (error: unknown) => {
            if (isVerificationError(error)) return false;
            throw error;
          },
        );
        if (!ours) return;
        taken++;
        for (const Webhook of Object.values(verifiers)) {
          expect(new Webhook(secret).verify(given, headers)).toEqual(JSON.parse(given));
        }
      }),
      { numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(0);
  });

  it("where we are stricter on purpose: both take these", async () => {
    const secret = createSharedSecret();
    const sign = (id: string, timestamp: string) => ({
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": new Reference(secret).sign(id, new Date(TIME * 1000), "{}"),
    });
    const time = String(TIME);
    const cases = [
      [sign("msg.1", time), "INVALID_ID"],
      [sign("msg 1", time), "INVALID_ID"],
      [sign("m".repeat(257), time), "INVALID_ID"],
      [sign("msg_1", `${TIME}abc`), "INVALID_TIMESTAMP"],
      [sign("msg_1", ` ${TIME}`), "INVALID_TIMESTAMP"],
      [sign("msg_1", `0${TIME}`), "INVALID_TIMESTAMP"],
      [sign("msg_1", `${TIME}.9`), "INVALID_TIMESTAMP"],
    ] as const;
    for (const [headers, code] of cases) {
      for (const Webhook of Object.values(verifiers)) {
        expect(new Webhook(secret).verify("{}", headers)).toEqual({});
      }
      const error = await verify({ body: "{}", headers }, secret, NOW).catch((thrown: unknown) => thrown);
      expect(isVerificationError(error, code)).toBe(true);
    }
  });

  it("and stricter with secrets: the reference takes one byte, and base64 without the prefix", async () => {
    for (const secret of ["whsec_AA==", SPELT_WITHOUT_PREFIX]) {
      const headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": String(TIME),
        "webhook-signature": new Reference(secret).sign("msg_1", new Date(TIME * 1000), "{}"),
      };
      expect(new Reference(secret).verify("{}", headers)).toEqual({});
      const error = await verify({ body: "{}", headers }, secret, NOW).catch((thrown: unknown) => thrown);
      expect(isVerificationError(error, "INVALID_SECRET")).toBe(true);
    }
  });
});
