import { createHmac, createPublicKey, verify as verifyEd25519 } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isWebhookError } from "../../src/model/errors.js";
import type { SignatureScheme, SignedMessage } from "../../src/model/signature.js";
import { builtInSchemes, defaultScheme, schemesWith } from "../../src/signature/registry.js";
import { githubScheme } from "../../src/signature/schemes/github.js";
import { mistScheme } from "../../src/signature/schemes/mist.js";
import { noneScheme } from "../../src/signature/schemes/none.js";
import { standardScheme } from "../../src/signature/schemes/standard.js";
import { standardEd25519Scheme } from "../../src/signature/schemes/standard-ed25519.js";
import { stripeScheme } from "../../src/signature/schemes/stripe.js";
import { parseSecret } from "../../src/signature/secret.js";
import { createSigner } from "../../src/signature/signer.js";
import { isVerificationError, type VerifyScheme, verify } from "../../src/signature/verify.js";

const TIME = 1_700_000_000;
const NOW = { now: () => TIME * 1000 };
const message: SignedMessage = { id: "msg_1", timestamp: TIME, body: '{"a":"é"}' };
const verifiable: VerifyScheme[] = ["standard", "standard-ed25519", "mist", "github", "stripe"];

function schemeNamed(name: string): SignatureScheme<unknown> {
  const scheme = builtInSchemes.get(name);
  if (!scheme) throw new Error(`no scheme ${name}`);
  return scheme;
}

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => "accepted",
    (error) => (isVerificationError(error) ? error.code : error),
  );

const hmac = (hash: string, key: string, text: string) => createHmac(hash, key).update(text).digest("hex");

describe("every built-in scheme", () => {
  it("is registered by the name a subscription uses", () => {
    expect([...builtInSchemes.keys()].sort()).toEqual([...verifiable, "none"].sort());
    expect(builtInSchemes.get(defaultScheme)).toBe(standardScheme);
  });

  it("stays beside the host's own, and cannot be replaced by them", () => {
    const acme = stripeScheme("Acme-Signature");
    const all = schemesWith({ acme });
    expect([...all]).toEqual([...builtInSchemes, ["acme", acme]]);
    expect(builtInSchemes.has("acme")).toBe(false);
    for (const name of [...builtInSchemes.keys(), "Acme", ""]) {
      expect(() => schemesWith({ [name]: acme })).toThrow("cannot be registered in signatures");
    }
  });

  it.each([...builtInSchemes])(
    "%s takes its own new secrets and sets the headers it says, in lower case",
    (_, scheme) => {
      const secret = scheme.createSecret?.() ?? "missing";
      expect(() => scheme.checkSecret?.(secret)).not.toThrow();
      const headers = createSigner(scheme, [secret])(message);
      expect(Object.keys(headers)).toEqual(scheme.headers);
      for (const name of Object.keys(headers)) expect(name).toBe(name.toLowerCase());
    },
  );

  it.each(verifiable)("%s makes a new secret each time", (name) => {
    const made = new Set(Array.from({ length: 50 }, () => schemeNamed(name).createSecret?.()));
    expect(made.size).toBe(50);
  });

  it.each(verifiable)("%s is understood by verify, over any JSON body and as text or bytes", async (name) => {
    const scheme = schemeNamed(name);
    const secret = scheme.createSecret?.() ?? "missing";
    const key = scheme.verificationKey?.(secret) ?? secret;
    const sign = createSigner(scheme, [secret]);
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ stringUnit: "binary" }), async (value) => {
        const body = JSON.stringify(value);
        const bytes = new TextEncoder().encode(body);
        const headers = sign({ ...message, body });
        expect(sign({ ...message, body: bytes })).toEqual(headers);
        expect(await verify({ body, headers }, key, { ...NOW, scheme: name })).toEqual(JSON.parse(body));
        const forged = { body: `${body} `, headers };
        expect(await code(verify(forged, key, { ...NOW, scheme: name }))).toBe("NO_MATCH");
      }),
      { numRuns: 40 },
    );
  });

  it.each(verifiable)("%s refuses to sign without a key", (name) => {
    expect(() => schemeNamed(name).sign(message, [])).toSatisfy((run: () => void) => {
      try {
        run();
        return false;
      } catch (error) {
        return isWebhookError(error, "INVALID_STATE");
      }
    });
  });

  it.each(["standard", "standard-ed25519", "stripe"] as const)(
    "%s signs with every secret, newest first, and one secret of either side is enough",
    async (name) => {
      const scheme = schemeNamed(name);
      const secrets = Array.from({ length: 3 }, () => scheme.createSecret?.() ?? "missing");
      const keyOf = (secret: string) => scheme.verificationKey?.(secret) ?? secret;
      const headers = createSigner(scheme, secrets)(message);
      const request = { body: message.body, headers };
      for (const secret of secrets) {
        expect(await verify(request, keyOf(secret), { ...NOW, scheme: name })).toEqual({ a: "é" });
      }
      const stranger = keyOf(scheme.createSecret?.() ?? "missing");
      expect(await code(verify(request, stranger, { ...NOW, scheme: name }))).toBe("NO_MATCH");
      const known = [stranger, keyOf(secrets[2] ?? "missing")];
      expect(await verify(request, known, { ...NOW, scheme: name })).toEqual({ a: "é" });

      const listed = (list: readonly string[]) =>
        Object.values(createSigner(scheme, list)(message))
          .at(-1)
          ?.split(name === "stripe" ? ",v1=" : " ") ?? [];
      const alone = secrets.map((secret) => listed([secret]).at(-1));
      expect(listed(secrets).slice(-3)).toEqual(alone);
    },
  );

  it.each(["mist", "github"] as const)("%s has room for one signature: the newest secret's", async (name) => {
    const scheme = schemeNamed(name);
    const headers = createSigner(scheme, ["new", "old"])(message);
    expect(headers).toEqual(createSigner(scheme, ["new"])(message));
    const request = { body: message.body, headers };
    expect(await verify(request, ["old", "new"], { scheme: name })).toEqual({ a: "é" });
    expect(await code(verify(request, "old", { scheme: name }))).toBe("NO_MATCH");
  });
});

/** Each refusal is `INVALID_ARGUMENT` on `secret`, and never quotes what it refused. */
function expectRefused(scheme: SignatureScheme<unknown>, secret: string): void {
  for (const check of [scheme.checkSecret, scheme.key]) {
    try {
      check?.(secret);
      expect.unreachable();
    } catch (error) {
      if (!isWebhookError(error, "INVALID_ARGUMENT")) throw error;
      expect(error.issues.map((issue) => issue.path)).toEqual([["secret"]]);
      if (secret.length > 8)
        expect(JSON.stringify([error.message, error.issues])).not.toContain(secret.slice(6));
    }
  }
}

describe("standard", () => {
  it("gives the specification's known answer", () => {
    const sign = createSigner(standardScheme, ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]);
    const id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    expect(sign({ id, timestamp: 1614265330, body: '{"test": 2432232314}' })).toEqual({
      "webhook-id": id,
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
  });

  it("makes secrets of 32 random bytes", () => {
    expect(parseSecret("whsec", standardScheme.createSecret())).toHaveLength(32);
  });

  it.each([
    "",
    "whsec_",
    "secret",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw ",
    "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa",
    `whsec_${Buffer.alloc(23, 1).toString("base64")}`,
    `whsec_${Buffer.alloc(65, 1).toString("base64")}`,
    `whsk_${Buffer.alloc(32, 1).toString("base64")}`,
  ])("refuses the secret %j", (secret) => {
    expectRefused(standardScheme, secret);
  });

  it("takes 24 and 64 bytes", () => {
    for (const size of [24, 64])
      standardScheme.checkSecret(`whsec_${Buffer.alloc(size, 1).toString("base64")}`);
  });
});

describe("standard-ed25519", () => {
  // RFC 8032, section 7.1, test 1.
  const seed = Buffer.from("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "hex");
  const point = Buffer.from("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "hex");
  const short = `whsk_${seed.toString("base64")}`;
  const long = `whsk_${Buffer.concat([seed, point]).toString("base64")}`;
  const publicKey = `whpk_${point.toString("base64")}`;

  it("derives the public key of RFC 8032, from the seed alone too", () => {
    expect(standardEd25519Scheme.verificationKey(short)).toBe(publicKey);
    expect(standardEd25519Scheme.verificationKey(long)).toBe(publicKey);
  });

  it("signs what node:crypto verifies, over id.timestamp.body", () => {
    const headers = createSigner(standardEd25519Scheme, [long])(message);
    const key = createPublicKey({
      key: { kty: "OKP", crv: "Ed25519", x: point.toString("base64url") },
      format: "jwk",
    });
    const signature = headers["webhook-signature"] ?? "";
    expect(signature).toMatch(/^v1a,[A-Za-z0-9+/]{86}==$/);
    const mac = Buffer.from(signature.slice(4), "base64");
    expect(verifyEd25519(null, Buffer.from(`msg_1.${TIME}.${message.body}`), key, mac)).toBe(true);
    expect(createSigner(standardEd25519Scheme, [short])(message)).toEqual(headers);
  });

  it("is verified by a whpk_ key under the name standard too", async () => {
    const request = { body: message.body, headers: createSigner(standardEd25519Scheme, [long])(message) };
    expect(await verify(request, publicKey, NOW)).toEqual({ a: "é" });
    expect(await verify(request, [standardScheme.createSecret(), publicKey], NOW)).toEqual({ a: "é" });
  });

  it("never lets a public key be used as a shared one, nor one kind of entry as the other", async () => {
    const shared = `whsec_${point.toString("base64")}`;
    const forged = createSigner(standardScheme, [shared])(message);
    const asV1a = forged["webhook-signature"]?.replace("v1,", "v1a,") ?? "";
    for (const headers of [forged, { ...forged, "webhook-signature": asV1a }]) {
      expect(await code(verify({ body: message.body, headers }, publicKey, NOW))).toBe("NO_MATCH");
    }
  });

  it("makes secrets of 64 bytes: seed and public key", () => {
    const secret = standardEd25519Scheme.createSecret();
    const bytes = parseSecret("whsk", secret);
    expect(bytes).toHaveLength(64);
    const half = Buffer.from(bytes?.subarray(32) ?? []).toString("base64");
    expect(standardEd25519Scheme.verificationKey(secret)).toBe(`whpk_${half}`);
  });

  it.each([
    "",
    publicKey,
    `whsec_${seed.toString("base64")}`,
    `whsk_${seed.subarray(1).toString("base64")}`,
    `whsk_${Buffer.concat([seed, seed]).toString("base64")}`,
  ])("refuses the secret %j", (secret) => {
    expectRefused(standardEd25519Scheme, secret);
  });
});

describe("mist", () => {
  it("signs the body alone, in SHA-256 and SHA-1, with the secret's UTF-8", () => {
    const body = '{"topic":"alarms","events":[]}';
    expect(createSigner(mistScheme, ["pässwörd"])({ ...message, body })).toEqual({
      "x-mist-signature-v2": hmac("sha256", "pässwörd", body),
      "x-mist-signature": hmac("sha1", "pässwörd", body),
    });
  });

  it.each(["", "a".repeat(1025), "é".repeat(513), "half \ud800 pair"])("refuses a secret (%#)", (secret) => {
    expectRefused(mistScheme, secret);
  });

  it("is verified by SHA-256 whatever the SHA-1 beside it is", async () => {
    const headers = { "x-mist-signature": "wrong", "X-Mist-Signature-v2": hmac("sha256", "s", "{}") };
    expect(await verify({ body: "{}", headers }, "s", { scheme: "mist" })).toEqual({});
  });

  it.each(["a", "a".repeat(1024), " ", "😀"])("takes a secret chosen by the user (%#)", (secret) => {
    mistScheme.checkSecret(secret);
  });
});

describe("github", () => {
  it("gives the known answer of GitHub's documentation", () => {
    const sign = createSigner(githubScheme, ["It's a Secret to Everybody"]);
    expect(sign({ ...message, body: "Hello, World!" })).toEqual({
      "x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    });
  });
});

describe("stripe", () => {
  const body = "{}";
  const mac = hmac("sha256", "whsec_x", `${TIME}.${body}`);
  const read = (value: string | string[], options = {}) =>
    code(
      verify({ body, headers: { "Stripe-Signature": value } }, "whsec_x", {
        ...NOW,
        scheme: "stripe",
        ...options,
      }),
    );

  it("signs t.body with the UTF-8 of the whole secret", () => {
    expect(createSigner(stripeScheme(), ["whsec_x"])({ ...message, body })).toEqual({
      "stripe-signature": `t=${TIME},v1=${mac}`,
    });
  });

  it("may use another header, on both sides", async () => {
    const scheme = stripeScheme("Acme-Signature");
    const headers = createSigner(scheme, ["s"])(message);
    expect(Object.keys(headers)).toEqual(["acme-signature"]);
    const request = { body: message.body, headers };
    const options = { ...NOW, scheme: "stripe", header: "ACME-Signature" } as const;
    expect(await verify(request, "s", options)).toEqual({ a: "é" });
    expect(await code(verify(request, "s", { ...NOW, scheme: "stripe" }))).toBe("MISSING_HEADER");
  });

  it.each(["", "a b", "a:b", "a\r\nb", "é", "a".repeat(129)])("refuses the header name %j", (name) => {
    expect(() => stripeScheme(name)).toSatisfy((run: () => void) => {
      try {
        run();
        return false;
      } catch (error) {
        return isWebhookError(error, "CONFIGURATION");
      }
    });
  });

  it.each([
    [`t=${TIME},v1=${mac}`, "accepted"],
    [`v1=${mac},t=${TIME}`, "accepted"],
    [`t=${TIME},v0=x,v1=zz,v1=${mac},new=1`, "accepted"],
    [`t=${TIME - 301},v1=${mac}`, "TIMESTAMP_TOO_OLD"],
    [`t=${TIME + 301},v1=${mac}`, "TIMESTAMP_TOO_NEW"],
  ] as [string | string[], string][])("reads %j", async (value, expected) => {
    expect(await read(value)).toBe(expected);
  });
});

describe("none", () => {
  it("signs nothing and has no secret", () => {
    expect(noneScheme.createSecret()).toBe("");
    expect(createSigner(noneScheme, [])(message)).toEqual({});
    expect(createSigner(noneScheme, [""])(message)).toEqual({});
    expect(() => noneScheme.checkSecret("x")).toThrow("leave the secret out");
  });
});

describe("createSigner", () => {
  it("makes each key once, and gives a scheme without `key` the secrets themselves", () => {
    let made = 0;
    const seen: unknown[] = [];
    const counting: SignatureScheme<number> = {
      key: (secret) => {
        made++;
        return secret.length;
      },
      sign: (_, keys) => {
        seen.push(keys);
        return {};
      },
    };
    const sign = createSigner(counting, ["a", "bb"]);
    sign(message);
    sign(message);
    expect(made).toBe(2);
    expect(seen).toEqual([
      [1, 2],
      [1, 2],
    ]);
    const plain: SignatureScheme = { sign: ({ id }, keys) => ({ "x-acme": `${id} ${keys.join()}` }) };
    expect(createSigner(plain, ["a", "b"])(message)).toEqual({ "x-acme": "msg_1 a,b" });
  });

  it("keeps `this` for schemes that are classes", () => {
    class Acme implements SignatureScheme {
      label = "acme";
      key(secret: string) {
        return `${this.label}:${secret}`;
      }
      sign(_: SignedMessage, keys: readonly string[]) {
        return { "x-acme": `${this.label} ${keys.join()}` };
      }
    }
    expect(createSigner(new Acme(), ["s"])(message)).toEqual({ "x-acme": "acme acme:s" });
  });
});
