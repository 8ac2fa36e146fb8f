import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isVerificationError,
  type RawRequest,
  VERIFICATION_ERROR_CODES,
  VerificationError,
  type VerificationErrorCode,
  type VerifyOptions,
  verify,
} from "../../src/signature/verify.js";

/** The known answer of the Standard Webhooks specification. */
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const TIME = 1614265330;
const BODY = '{"test": 2432232314}';
const SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const OTHER = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const NOW: VerifyOptions = { now: () => TIME * 1000 };

const headers = { "webhook-id": ID, "webhook-timestamp": String(TIME), "webhook-signature": SIGNATURE };
const request: RawRequest = { body: BODY, headers };

/** A request signed right, whatever its parts: for inputs that only the other checks may refuse. */
function signed(parts: { id?: string; timestamp?: string; body?: string | Uint8Array } = {}): RawRequest {
  const { id = ID, timestamp = String(TIME), body = BODY } = parts;
  const key = Buffer.from(SECRET.slice(6), "base64");
  const mac = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
  return {
    body,
    headers: { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${mac}` },
  };
}

const withHeaders = (changed: Record<string, string | string[] | undefined>): RawRequest => ({
  body: BODY,
  headers: { ...headers, ...changed },
});

async function codeOf(promise: Promise<unknown>): Promise<VerificationErrorCode | "accepted"> {
  try {
    await promise;
    return "accepted";
  } catch (error) {
    if (isVerificationError(error)) return error.code;
    throw error;
  }
}

describe("accepts", () => {
  it("the specification's known answer", async () => {
    expect(await verify(request, SECRET, NOW)).toEqual({ test: 2432232314 });
  });

  it.each<[string, RawRequest["body"]]>([
    ["a Uint8Array", new TextEncoder().encode(BODY)],
    ["a Buffer that is a slice of another", Buffer.from(`xx${BODY}xx`).subarray(2, 2 + BODY.length)],
    ["an ArrayBuffer", new TextEncoder().encode(BODY).buffer],
    ["bytes in shared memory", sharedBytes(BODY)],
  ])("a body that is %s", async (_, body) => {
    expect(await verify({ body, headers }, SECRET, NOW)).toEqual({ test: 2432232314 });
  });

  it.each<[string, RawRequest["headers"]]>([
    ["a Headers", new Headers(headers)],
    [
      "a record in another case",
      { "Webhook-Id": ID, "WEBHOOK-TIMESTAMP": String(TIME), "Webhook-signature": SIGNATURE },
    ],
    [
      "a record of arrays",
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    ],
    ["a record with holes", { ...headers, cookie: undefined, "WEBHOOK-ID": undefined }],
    ["a record without a prototype", Object.assign(Object.create(null), headers)],
    [
      "the same value twice",
      { ...headers, "Webhook-Id": ID, "webhook-timestamp": [String(TIME), String(TIME)] },
    ],
  ])("headers that are %s", async (_, given) => {
    expect(await verify({ body: BODY, headers: given }, SECRET, NOW)).toEqual({ test: 2432232314 });
  });

  it("a Fetch Request, byte for byte", async () => {
    const body = Buffer.from('\uFEFF{"a":"é€😀"}');
    const { headers: given } = signed({ body });
    const sent = new Request("http://localhost/", {
      method: "POST",
      headers: new Headers(given as never),
      body,
    });
    expect(await verify(sent, SECRET, NOW)).toEqual({ a: "é€😀" });
  });

  it("anything with headers.get and arrayBuffer", async () => {
    const read: string[] = [];
    const like = {
      headers: {
        get(name: string) {
          read.push(name);
          return new Headers(headers).get(name);
        },
      },
      arrayBuffer: async () => new TextEncoder().encode(BODY).buffer,
    };
    expect(await verify(like, SECRET, NOW)).toEqual({ test: 2432232314 });
    expect(read).toEqual(["webhook-id", "webhook-timestamp", "webhook-signature"]);
  });

  it("any of several secrets, in any order", async () => {
    expect(await verify(request, [OTHER, SECRET], NOW)).toEqual({ test: 2432232314 });
    expect(await verify(request, [SECRET, OTHER], NOW)).toEqual({ test: 2432232314 });
  });

  it.each([
    ["other versions around it", `v2,${SIGNATURE.slice(3)} v1a,${SIGNATURE.slice(3)} ${SIGNATURE} v0,x`],
    ["wrong ones before it", `v1,${Buffer.alloc(32).toString("base64")} ${SIGNATURE}`],
    ["unreadable ones before it", `v1,??? v1 ,x v1,AAAA ${SIGNATURE}`],
    ["double spaces", `  ${SIGNATURE}`],
    ["the last place that is read", `${"v1,AAAA ".repeat(19)}${SIGNATURE}`],
  ])("the right signature among others: %s", async (_, list) => {
    expect(await verify(withHeaders({ "webhook-signature": list }), SECRET, NOW)).toEqual({
      test: 2432232314,
    });
  });

  it("a __proto__ in the body as data, and touches no prototype", async () => {
    const parsed = await verify<object>(signed({ body: '{"__proto__":{"polluted":true}}' }), SECRET, NOW);
    expect(Object.hasOwn(parsed, "__proto__")).toBe(true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect((parsed as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each([
    ["null", null],
    ["0", 0],
    ['""', ""],
    ["[]", []],
    [" \n{}\t", {}],
  ])("JSON that is no object: %j", async (body, value) => {
    expect(await verify(signed({ body }), SECRET, NOW)).toEqual(value);
  });

  it("an id of 256 characters with every character an id may hold", async () => {
    const all = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i))
      .join("")
      .replace(/[.,]/g, "");
    await expect(verify(signed({ id: all.repeat(3).slice(0, 256) }), SECRET, NOW)).resolves.toBeDefined();
  });

  it("what was verified, even if the caller's bytes change meanwhile", async () => {
    const body = Buffer.from(BODY);
    const verified = verify({ body, headers }, SECRET, NOW);
    body.fill(" ");
    expect(await verified).toEqual({ test: 2432232314 });
  });
});

describe("time", () => {
  it.each<[string, VerifyOptions["tolerance"], number, VerificationErrorCode | "accepted"]>([
    ["five minutes late", undefined, 300_000, "accepted"],
    ["a millisecond later", undefined, 300_001, "TIMESTAMP_TOO_OLD"],
    ["five minutes early", undefined, -300_000, "accepted"],
    ["a millisecond earlier", undefined, -300_001, "TIMESTAMP_TOO_NEW"],
    ["a tolerance in words", "90s", 90_000, "accepted"],
    ["past a tolerance in words", "1.5m", 90_001, "TIMESTAMP_TOO_OLD"],
    ["a tolerance in milliseconds", 10, -10, "accepted"],
    ["past a tolerance in milliseconds", 10, -11, "TIMESTAMP_TOO_NEW"],
    ["no tolerance", 0, 1, "TIMESTAMP_TOO_OLD"],
    ["days", "2d", 172_800_000, "accepted"],
    ["hours", "1h", 3_600_001, "TIMESTAMP_TOO_OLD"],
    ["a clock that answers no number", undefined, Number.NaN, "TIMESTAMP_TOO_OLD"],
  ])("%s", async (_, tolerance, late, code) => {
    expect(await codeOf(verify(request, SECRET, { tolerance, now: () => TIME * 1000 + late }))).toBe(code);
  });

  it("reads the system's clock by default", async () => {
    expect(await codeOf(verify(request, SECRET))).toBe("TIMESTAMP_TOO_OLD");
    const timestamp = String(Math.floor(Date.now() / 1000));
    expect(await codeOf(verify(signed({ timestamp }), SECRET, { tolerance: "1h" }))).toBe("accepted");
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, "", "5", "5 m", "-5m", "5M", "1e3s", "Infinityd", null])(
    "refuses the tolerance %j, which would switch the check off or mean nothing",
    async (tolerance) => {
      await expect(verify(request, SECRET, { ...NOW, tolerance: tolerance as never })).rejects.toThrow(
        TypeError,
      );
    },
  );
});

const b64 = (length: number) => Buffer.alloc(length, 9).toString("base64");

describe("INVALID_SECRET, before anything else", () => {
  it.each<[string, unknown]>([
    ["empty", ""],
    ["undefined", undefined],
    ["null", null],
    ["a number", 5],
    ["no secrets", []],
    ["an empty one among good ones", [SECRET, ""]],
    ["an undefined one among good ones", [SECRET, undefined]],
    ["a nested list", [[SECRET]]],
    ["the prefix alone", "whsec_"],
    ["no prefix", SECRET.slice(6)],
    ["another prefix", `whsek_${SECRET.slice(6)}`],
    ["a private key", `whsk_${b64(64)}`],
    ["white space around it", `${SECRET} `],
    ["a line break", `${SECRET}\n`],
    ["not base64", "whsec_????????????????????????????????"],
    ["unpadded", `whsec_${b64(25).replace(/=+$/, "")}`],
    ["the URL alphabet", `whsec_${"-_".repeat(16)}`],
    ["stray last bits", `whsec_${b64(25).replace(/.==$/, "f==")}`],
    ["23 bytes", `whsec_${b64(23)}`],
    ["65 bytes", `whsec_${b64(65)}`],
    ["a public key of 31 bytes", `whpk_${b64(31)}`],
    ["a public key of 64 bytes", `whpk_${b64(64)}`],
    ["a public key of zeros", `whpk_${Buffer.alloc(32).toString("base64")}`],
  ])("%s", async (_, secret) => {
    expect(await codeOf(verify({ body: "", headers: {} }, secret as string))).toBe("INVALID_SECRET");
    expect(await codeOf(verify(request, secret as string, NOW))).toBe("INVALID_SECRET");
  });

  it("takes secrets of 24 and of 64 bytes", async () => {
    for (const size of [24, 64]) {
      expect(await codeOf(verify(request, `whsec_${b64(size)}`, NOW))).toBe("NO_MATCH");
    }
  });

  it("refuses a shared secret where public keys are asked for", async () => {
    const options: VerifyOptions = { ...NOW, scheme: "standard-ed25519" };
    expect(await codeOf(verify(request, SECRET, options))).toBe("INVALID_SECRET");
  });

  it("a text secret only when it is empty", async () => {
    for (const scheme of ["mist", "github", "stripe"] as const) {
      expect(await codeOf(verify(request, "", { scheme }))).toBe("INVALID_SECRET");
      expect(await codeOf(verify(request, "x", { scheme }))).toBe("MISSING_HEADER");
    }
  });
});

describe("refuses", () => {
  const shifted = signed({ id: "msg_1", body: `2.${BODY}` });
  const hostile: [string, RawRequest, VerificationErrorCode][] = [
    ["no headers", { body: BODY, headers: {} }, "MISSING_HEADER"],
    ["headers left out", { body: BODY } as never, "MISSING_HEADER"],
    ["no id", withHeaders({ "webhook-id": undefined }), "MISSING_HEADER"],
    ["an empty list of ids", withHeaders({ "webhook-id": [] }), "MISSING_HEADER"],
    ["a null id", withHeaders({ "webhook-id": null as never }), "MISSING_HEADER"],
    ["no timestamp", withHeaders({ "webhook-timestamp": undefined }), "MISSING_HEADER"],
    ["no signature", withHeaders({ "webhook-signature": undefined }), "MISSING_HEADER"],
    [
      "no signature, with an odd id and time",
      { body: BODY, headers: { "webhook-id": ".", "webhook-timestamp": "x" } },
      "MISSING_HEADER",
    ],
    [
      "Svix's own header names",
      { body: BODY, headers: { "svix-id": ID, "svix-timestamp": `${TIME}`, "svix-signature": SIGNATURE } },
      "MISSING_HEADER",
    ],

    ["an empty id", signed({ id: "" }), "INVALID_ID"],
    ["an id with a full stop", signed({ id: "msg.1" }), "INVALID_ID"],
    ["an id with a space", signed({ id: "msg 1" }), "INVALID_ID"],
    ["an id with a comma", signed({ id: "msg,1" }), "INVALID_ID"],
    ["an id with a line break", signed({ id: "msg\n" }), "INVALID_ID"],
    ["an id with DEL", signed({ id: "msg\x7f" }), "INVALID_ID"],
    ["an id that is not ASCII", signed({ id: "msgé" }), "INVALID_ID"],
    ["an id of 257 characters", signed({ id: "a".repeat(257) }), "INVALID_ID"],
    ["an id and an odd time", signed({ id: "", timestamp: "x" }), "INVALID_ID"],
    ["two ids in a list", withHeaders({ "webhook-id": [ID, "msg_2"] }), "INVALID_ID"],
    ["two ids in two cases", withHeaders({ "Webhook-Id": "msg_2" }), "INVALID_ID"],
    ["two ids, joined", withHeaders({ "webhook-id": `${ID}, msg_2` }), "INVALID_ID"],
    [
      "id and timestamp shifted into one another",
      { ...shifted, headers: { ...(shifted.headers as object), "webhook-id": `msg_1.${TIME}` } },
      "INVALID_ID",
    ],

    ...[
      "",
      "0",
      "+1",
      "-1614265330",
      "1e9",
      "01614265330",
      "1614265330abc",
      "1700000000abc",
      "0x60379a32",
      "1614265330.0",
      " 1614265330",
      "1614265330 ",
      "1614265330\n",
      "١٦١٤٢٦٥٣٣٠",
      "1".repeat(16),
      "9".repeat(5000),
      "NaN",
      "Infinity",
      "2021-02-25T15:02:10Z",
      "1,614,265,330",
    ].map((timestamp): [string, RawRequest, VerificationErrorCode] => [
      `the timestamp ${JSON.stringify(timestamp).slice(0, 30)}`,
      signed({ timestamp }),
      "INVALID_TIMESTAMP",
    ]),
    ["two times", withHeaders({ "webhook-timestamp": [`${TIME}`, `${TIME + 1}`] }), "INVALID_TIMESTAMP"],
    ["milliseconds", signed({ timestamp: `${TIME}000` }), "TIMESTAMP_TOO_NEW"],
    ["the first second", signed({ timestamp: "1" }), "TIMESTAMP_TOO_OLD"],
    ["fifteen nines", signed({ timestamp: "9".repeat(15) }), "TIMESTAMP_TOO_NEW"],

    ...[
      "",
      " ",
      "v1",
      "v1,",
      ",",
      SIGNATURE.slice(3),
      SIGNATURE.slice(0, -4),
      SIGNATURE.slice(0, -1),
      `${SIGNATURE}=`,
      `${SIGNATURE}AAAA`,
      SIGNATURE.replace("+", "-").replace("/", "_"),
      SIGNATURE.replace("OE=", "OF="),
      SIGNATURE.replace("v1", "V1"),
      SIGNATURE.replace("v1", "v2"),
      SIGNATURE.replace("v1", "v1a"),
      SIGNATURE.replace("v1", "v10"),
      `v1=${SIGNATURE.slice(3)}`,
      `${SIGNATURE},`,
      `${SIGNATURE},x`,
      `v1,${SIGNATURE}`,
      `v1, ${SIGNATURE.slice(3)}`,
      `${SIGNATURE}, v1,AAAA`,
      `${SIGNATURE};v1,AAAA`,
      `${SIGNATURE}\tv1,AAAA`,
      `${"v1,AAAA ".repeat(20)}${SIGNATURE}`,
      `${SIGNATURE} ${"A".repeat(5000)}`,
      `v1,${b64(32)}`,
      `v1,${Buffer.alloc(64).toString("base64")}`,
      "__proto__,x constructor,y",
    ].map((list): [string, RawRequest, VerificationErrorCode] => [
      `the signature ${JSON.stringify(list).slice(0, 60)}`,
      withHeaders({ "webhook-signature": list }),
      "NO_MATCH",
    ]),
    ["two signature headers", withHeaders({ "webhook-signature": [SIGNATURE, "v1,AAAA"] }), "NO_MATCH"],
    ["another body", { body: `${BODY} `, headers }, "NO_MATCH"],
    ["no body", { body: "", headers }, "NO_MATCH"],
    ["another id", withHeaders({ "webhook-id": "msg_2" }), "NO_MATCH"],
    ["another time", withHeaders({ "webhook-timestamp": `${TIME + 1}` }), "NO_MATCH"],
    ["text that is not UTF-8 and not signed", { body: Buffer.from([0xff]), headers }, "NO_MATCH"],

    ["an empty body", signed({ body: "" }), "INVALID_BODY"],
    ["a body cut short", signed({ body: '{"a":' }), "INVALID_BODY"],
    ["two objects", signed({ body: "{}{}" }), "INVALID_BODY"],
    ["plain text", signed({ body: "hello" }), "INVALID_BODY"],
    ["NaN", signed({ body: "NaN" }), "INVALID_BODY"],
    ["a body that is not UTF-8", signed({ body: Buffer.from([0x22, 0xff, 0x22]) }), "INVALID_BODY"],
    ["an overlong encoding", signed({ body: Buffer.from([0x22, 0xc0, 0xaf, 0x22]) }), "INVALID_BODY"],
    ["a parsed body", { body: { test: 2432232314 } as never, headers }, "INVALID_BODY"],
    ["a parsed array", { body: [1] as never, headers }, "INVALID_BODY"],
    ["no body at all", { headers } as never, "INVALID_BODY"],
    ["a null body", { body: null as never, headers }, "INVALID_BODY"],
  ];

  it.each(hostile)("%s", async (_, given, code) => {
    expect(await codeOf(verify(given, SECRET, NOW))).toBe(code);
  });

  it("the right request under another secret", async () => {
    expect(await codeOf(verify(request, OTHER, NOW))).toBe("NO_MATCH");
  });

  it("a flip of any bit of the body, the id or the signature", async () => {
    const flips = [...Array(BODY.length * 8).keys()].map((bit) => {
      const body = Buffer.from(BODY);
      body.writeUInt8(body.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      return verify({ body, headers }, SECRET, NOW);
    });
    expect(new Set(await Promise.all(flips.map(codeOf)))).toEqual(new Set(["NO_MATCH"]));
    const mac = Buffer.from(SIGNATURE.slice(3), "base64");
    for (let bit = 0; bit < 256; bit++) {
      const changed = Buffer.from(mac);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const given = withHeaders({ "webhook-signature": `v1,${changed.toString("base64")}` });
      expect(await codeOf(verify(given, SECRET, NOW))).toBe("NO_MATCH");
    }
  });

  it("any list of signatures that was made without the secret, with no other error", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({
          unit: fc.constantFrom("v", "1", "a", ",", " ", "=", "A", "/", "\0", "é"),
          maxLength: 200,
        }),
        async (list) => {
          expect(await codeOf(verify(withHeaders({ "webhook-signature": list }), SECRET, NOW))).toBe(
            "NO_MATCH",
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it("any headers and any body with a code, never with another error", async () => {
    const value = fc.oneof(fc.string(), fc.array(fc.string()), fc.constant(undefined), fc.integer());
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom(...Object.keys(headers), "Webhook-Id", "__proto__", "get"),
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, value), fc.anything(), async (given, body) => {
        const code = await codeOf(verify({ headers: { ...headers, ...given }, body } as never, SECRET, NOW));
        expect(VERIFICATION_ERROR_CODES).toContain(code);
      }),
      { numRuns: 300 },
    );
  });
});

describe("a body that cannot be read", () => {
  it("was read before: the message says what to do", async () => {
    const sent = new Request("http://localhost/", {
      method: "POST",
      headers: new Headers(headers),
      body: BODY,
    });
    await sent.text();
    const error = await verify(sent, SECRET, NOW).catch((thrown: unknown) => thrown);
    expect(isVerificationError(error, "INVALID_BODY")).toBe(true);
    expect(String(error)).toMatch(/read once as bytes|read it once as bytes/);
    expect((error as Error).cause).toBeInstanceOf(TypeError);
  });

  it("is not read at all when the headers are refused", async () => {
    const sent = new Request("http://localhost/", { method: "POST", body: BODY });
    expect(await codeOf(verify(sent, SECRET, NOW))).toBe("MISSING_HEADER");
    expect(sent.bodyUsed).toBe(false);
  });
});

describe("VerificationError", () => {
  it("is told apart from other errors, also across copies of the package", () => {
    const error = new VerificationError("NO_MATCH", "No.");
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe("VerificationError");
    expect(isVerificationError(error)).toBe(true);
    expect(isVerificationError(error, "NO_MATCH")).toBe(true);
    expect(isVerificationError(error, "INVALID_ID")).toBe(false);
    expect(isVerificationError(Object.assign(new Error(), { name: "VerificationError" }))).toBe(true);
    expect(isVerificationError({ name: "VerificationError", code: "NO_MATCH" })).toBe(false);
    expect(isVerificationError(new TypeError())).toBe(false);
    expect(isVerificationError(undefined)).toBe(false);
  });

  it("holds no secret, signature or body", async () => {
    const cases: [RawRequest, string][] = [
      [signed({ body: "zzbodyzz" }), SECRET],
      [{ body: "zzbodyzz", headers }, SECRET],
      [request, `${SECRET}zz`],
    ];
    for (const [given, secret] of cases) {
      const error = (await verify(given, secret, NOW).catch(
        (thrown: unknown) => thrown,
      )) as VerificationError;
      expect(error).toBeInstanceOf(VerificationError);
      const text = `${error.message} ${error.stack} ${error.cause}`;
      for (const hidden of ["zzbodyzz", SECRET.slice(6), SIGNATURE.slice(3)])
        expect(text).not.toContain(hidden);
    }
  });

  it("lists the codes in the order of the checks", () => {
    expect(VERIFICATION_ERROR_CODES).toEqual([
      "INVALID_SECRET",
      "MISSING_HEADER",
      "INVALID_ID",
      "INVALID_TIMESTAMP",
      "TIMESTAMP_TOO_OLD",
      "TIMESTAMP_TOO_NEW",
      "NO_MATCH",
      "INVALID_BODY",
    ]);
  });
});

describe("an unknown scheme", () => {
  it.each(["none", "", "__proto__", "constructor", "toString"])("%j is a TypeError", async (scheme) => {
    await expect(verify(request, SECRET, { scheme: scheme as never })).rejects.toThrow(/there is no scheme/);
  });
});

function sharedBytes(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
