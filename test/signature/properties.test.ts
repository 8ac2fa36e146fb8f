import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type RawRequest,
  VERIFICATION_ERROR_CODES,
  type VerificationErrorCode,
  verify,
} from "../../src/signature/verify.js";
import { codeOf, now, requestOf, SIGNED, type Signed, schemeNamed, TIME } from "./requests.js";

/** What holds for any body, secret, id and moment: what we sign is taken, and nothing else is. */

const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
const flip = (bytes: Uint8Array, bit: number): Buffer => {
  const copy = Buffer.from(bytes);
  const index = (bit >> 3) % copy.length;
  copy.writeUInt8(copy.readUInt8(index) ^ (1 << (bit & 7)), index);
  return copy;
};

const bodies = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: "binary", maxLength: 100 }));
const bits = fc.nat({ max: 1 << 20 });
const ids = fc
  .array(fc.constantFrom(..."!\"#$%&'()*+-/0123456789:;<=>?@ABCXYZ[\\]^_`abcxyz{|}~"), {
    minLength: 1,
    maxLength: 256,
  })
  .map((characters) => characters.join(""));

/** Secrets of a scheme: any length it takes. */
function secretsOf({ name }: Signed): fc.Arbitrary<string> {
  if (name === "standard")
    return fc.uint8Array({ minLength: 24, maxLength: 64 }).map((one) => `whsec_${b64(one)}`);
  if (name === "standard-ed25519") {
    return fc.uint8Array({ minLength: 32, maxLength: 32 }).map((seed) => `whsk_${b64(seed)}`);
  }
  return fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 200 })
    .filter((text) => !/\p{Surrogate}/u.test(text) && Buffer.byteLength(text) <= 1024);
}

const keyOf = ({ name }: Signed, secret: string) => schemeNamed(name).verificationKey?.(secret) ?? secret;
const isTimed = ({ hasId, name }: Signed) => hasId || name === "stripe";

/** Past every tolerance there is, so that only the signature can refuse. */
const AGES = "36500d";

describe.each(SIGNED)("$name", (scheme) => {
  const secrets = secretsOf(scheme);
  const raw = { scheme: scheme.name, now, parse: false } as const;
  const isAccepted = async (request: RawRequest, key: string) =>
    (await codeOf(verify(request, key, { ...raw, tolerance: AGES }))) === "accepted";

  it("what we sign is verified: any bytes, any secret, any id, any moment within any tolerance", async () => {
    const moment = fc.integer({ min: 1, max: 4e9 });
    await fc.assert(
      fc.asyncProperty(
        ...([secrets, ids, bodies, moment, fc.nat({ max: 864e5 }), fc.nat({ max: 864e5 })] as const),
        async (secret, id, body, timestamp, tolerance, off) => {
          const request = requestOf({ name: scheme.name, secret }, { id, body, timestamp });
          const key = keyOf(scheme, secret);
          for (const late of [off, -off]) {
            const options = { ...raw, tolerance, now: () => timestamp * 1000 + late };
            const late_: VerificationErrorCode = late > 0 ? "TIMESTAMP_TOO_OLD" : "TIMESTAMP_TOO_NEW";
            const expected = off <= tolerance || !isTimed(scheme) ? "accepted" : late_;
            expect(await codeOf(verify(request, key, options))).toBe(expected);
          }
          const answer = await verify(request, key, { ...raw, now: () => timestamp * 1000 });
          expect(Buffer.from(answer)).toEqual(Buffer.from(body));
        },
      ),
    );
  });

  it("a single bit of the body changed, added or taken away is refused", async () => {
    await fc.assert(
      fc.asyncProperty(
        secrets,
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        bits,
        async (secret, body, bit) => {
          const { headers } = requestOf({ name: scheme.name, secret }, { body });
          const forged = [
            flip(body, bit),
            body.subarray(1),
            body.subarray(0, -1),
            Buffer.concat([body, Buffer.of(0)]),
          ];
          for (const other of forged) {
            expect(await isAccepted({ body: other, headers }, keyOf(scheme, secret))).toBe(false);
          }
        },
      ),
    );
  });

  it("a single bit of any header that counts changed is refused", async () => {
    await fc.assert(
      fc.asyncProperty(secrets, ids, bodies, bits, async (secret, id, body, bit) => {
        const { headers } = requestOf({ name: scheme.name, secret }, { id, body });
        for (const [name, value] of Object.entries(headers)) {
          const changed = flip(Buffer.from(value), bit).toString("latin1");
          const request = { body, headers: { ...headers, [name]: changed } };
          expect(await isAccepted(request, keyOf(scheme, secret))).toBe(name === "x-mist-signature");
        }
      }),
    );
  });

  it("a single bit of the signature's bytes changed, and spelt as it should be, is refused", async () => {
    await fc.assert(
      fc.asyncProperty(secrets, bodies, bits, async (secret, body, bit) => {
        const { headers } = requestOf({ name: scheme.name, secret }, { body });
        const value = headers[scheme.header] ?? "";
        const at = scheme.hasId ? value.indexOf(",") + 1 : value.lastIndexOf("=") + 1;
        const encoding = scheme.hasId ? "base64" : "hex";
        const forged = flip(Buffer.from(value.slice(at), encoding), bit).toString(encoding);
        const request = { body, headers: { ...headers, [scheme.header]: value.slice(0, at) + forged } };
        expect(await isAccepted(request, keyOf(scheme, secret))).toBe(false);
      }),
    );
  });

  it("a single bit of the secret changed is refused", async () => {
    await fc.assert(
      fc.asyncProperty(secrets, bodies, bits, async (secret, body, bit) => {
        const request = requestOf({ name: scheme.name, secret }, { body });
        const key = keyOf(scheme, secret);
        const at = scheme.hasId ? key.indexOf("_") + 1 : 0;
        // Text: the last bit of a digit put before, so that it stays text and the secrets differ in one bit.
        const other = scheme.hasId
          ? key.slice(0, at) + flip(Buffer.from(key.slice(at), "base64"), bit).toString("base64")
          : `1${secret}`;
        const given = scheme.hasId
          ? request
          : requestOf({ name: scheme.name, secret: `0${secret}` }, { body });
        expect(await isAccepted(given, other)).toBe(false);
      }),
    );
  });

  it("any headers and any body end with a code, and with no other error", async () => {
    const names = [
      ...Object.keys(requestOf(scheme).headers),
      scheme.header.toUpperCase(),
      "__proto__",
      "get",
    ];
    const value = fc.oneof(
      fc.string(),
      fc.array(fc.string()),
      fc.anything(),
      fc.constant(requestOf(scheme).headers[scheme.header]),
    );
    const name = fc.oneof(fc.string(), fc.constantFrom(...names));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, value), fc.anything(), async (given, body) => {
        const headers = { ...requestOf(scheme).headers, ...given };
        const code = await codeOf(verify({ headers, body } as never, scheme.key, raw));
        expect(VERIFICATION_ERROR_CODES).toContain(code);
        const alone = await codeOf(verify(given as never, scheme.key, raw));
        expect(VERIFICATION_ERROR_CODES).toContain(alone);
      }),
    );
  });

  it("any secrets end with INVALID_SECRET or what the request deserves, and with no other error", async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (secret) => {
        const code = await codeOf(verify(requestOf(scheme), secret as string, raw));
        const isText =
          typeof secret === "string" ||
          (Array.isArray(secret) && secret.every((one) => typeof one === "string"));
        expect(isText && !scheme.hasId ? ["INVALID_SECRET", "NO_MATCH"] : ["INVALID_SECRET"]).toContain(code);
      }),
      { numRuns: 300 },
    );
  });
});

describe.each(SIGNED.filter(({ separator }) => separator !== null))("the list of $name", (scheme) => {
  const separator = scheme.separator ?? "";
  const { body, headers } = requestOf(scheme);
  const value = headers[scheme.header] ?? "";
  const [entry = "", time] = value.split(separator).reverse();
  const code = (entries: readonly string[]) =>
    codeOf(
      verify({ body, headers: { ...headers, [scheme.header]: entries.join(separator) } }, scheme.key, {
        scheme: scheme.name,
        now,
      }),
    );
  // None holds the separator, nor names a time: those are other requests.
  const unit = fc.constantFrom("v", "1", "2", "a", "A", "/", "+", "é", "\0", separator === "," ? " " : ",");
  const other = fc
    .oneof(
      fc.string({ unit, maxLength: 12 }),
      fc
        .constantFrom("v1,", "v1=", "v1a,", entry.slice(0, -1), entry.toUpperCase())
        .filter((one) => !one.includes(separator)),
      requestsOfStrangers(scheme, separator),
    )
    .filter((one) => !one.includes(", "));

  it("may be in any order and of any number up to the cap", async () => {
    const room = time ? 18 : 19;
    await fc.assert(
      fc.asyncProperty(fc.array(other, { maxLength: room }), fc.nat(), async (others, at) => {
        const all = [...others];
        all.splice(at % (others.length + 1), 0, entry);
        if (time) all.splice((at >> 8) % (all.length + 1), 0, time);
        fc.pre(all.join(separator).length <= 4_096 && !all.join(separator).includes(", "));
        expect(await code(all)).toBe("accepted");
      }),
    );
  });

  it("without the right one passes nothing, whatever else is in it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(other, { maxLength: 25 }), async (others) => {
        expect(await code(time ? [time, ...others] : others)).not.toBe("accepted");
      }),
    );
  });
});

/** Entries made rightly with other secrets. */
function requestsOfStrangers(scheme: Signed, separator: string): fc.Arbitrary<string> {
  return secretsOf(scheme)
    .filter((secret) => secret !== scheme.secret)
    .map((secret) => {
      const value = requestOf({ name: scheme.name, secret }).headers[scheme.header] ?? "";
      return value.split(separator).at(-1) ?? "";
    });
}

describe("a signature for another scheme", () => {
  const pairs = SIGNED.flatMap((from) =>
    SIGNED.filter((to) => to.name !== from.name).map((to) => [from, to] as const),
  );

  it.each(pairs.map(([from, to]) => [from.name, to.name, from, to] as const))(
    "%s never passes as %s",
    async (_, __, from, to) => {
      await fc.assert(
        fc.asyncProperty(secretsOf(from), bodies, async (secret, body) => {
          const { headers } = requestOf({ name: from.name, secret }, { body });
          const options = { scheme: to.name, now, parse: false } as const;
          // The one secret on both sides, as each spells it, and the right one of the scheme it is taken for.
          for (const key of [secret, keyOf(from, secret), to.key]) {
            const isShared = key === keyOf(from, secret) && from.hasId && to.hasId;
            // `standard` takes public keys too: that is one scheme under two names.
            if (isShared && from.name === "standard-ed25519") continue;
            expect(await codeOf(verify({ body, headers }, key, options))).not.toBe("accepted");
          }
        }),
        { numRuns: 30 },
      );
    },
  );

  it("made with a secret that serves two schemes can pass: mist, github and stripe sign bytes that may be the same", async () => {
    const body = `${TIME}.{}`;
    const mac = createHmac("sha256", "s3cret").update(body).digest("hex");
    const code = (scheme: Signed["name"], header: string, value: string, payload: string) =>
      codeOf(
        verify({ body: payload, headers: { [header]: value } }, "s3cret", { scheme, now, parse: false }),
      );
    expect(await code("github", "x-hub-signature-256", `sha256=${mac}`, body)).toBe("accepted");
    expect(await code("mist", "x-mist-signature-v2", mac, body)).toBe("accepted");
    expect(await code("stripe", "stripe-signature", `t=${TIME},v1=${mac}`, "{}")).toBe("accepted");
    expect(await code("stripe", "stripe-signature", `t=${TIME},v1=${mac}`, body)).toBe("NO_MATCH");
  });
});
