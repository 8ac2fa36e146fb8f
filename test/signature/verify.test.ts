import { createHmac } from "node:crypto";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  isVerificationError,
  type RawRequest,
  VERIFICATION_ERROR_CODES,
  VerificationError,
  type VerificationErrorCode,
  type VerifyOptions,
  verify,
} from "../../src/signature/verify.js";
import { codeOf } from "./requests.js";

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

const withHeaders = (changed: Record<string, string>): RawRequest => ({
  body: BODY,
  headers: { ...headers, ...changed },
});

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
  ])("%s", async (_, tolerance, late, code) => {
    expect(await codeOf(verify(request, SECRET, { tolerance, now: () => TIME * 1000 + late }))).toBe(code);
  });

  it("reads the system's clock by default", async () => {
    expect(await codeOf(verify(request, SECRET))).toBe("TIMESTAMP_TOO_OLD");
    const timestamp = String(Math.floor(Date.now() / 1000));
    expect(await codeOf(verify(signed({ timestamp }), SECRET, { tolerance: "1h" }))).toBe("accepted");
  });
});

describe("parse: false", () => {
  const raw = { ...NOW, parse: false } as const;

  it.each<[string, string | Uint8Array]>([
    ["JSON", BODY],
    ["nothing", ""],
    ["objects back to back, as the format splunk sends them", '{"event":1}{"event":2}'],
    ["a form", "a=1&b=2"],
    ["bytes that are no text", Buffer.from([0xff, 0, 0xc0])],
    ["a byte order mark", Buffer.from("\uFEFF{}")],
  ])("answers the bytes of a body that is %s", async (_, body) => {
    const answer = await verify(signed({ body }), SECRET, raw);
    expect(answer).toBeInstanceOf(Uint8Array);
    expect(Buffer.from(answer)).toEqual(Buffer.from(body));
    expect(answer.buffer.byteLength).toBe(answer.length);
  });

  it("checks all else as before", async () => {
    expect(await codeOf(verify({ body: `${BODY} `, headers }, SECRET, raw))).toBe("NO_MATCH");
    expect(await codeOf(verify(request, SECRET, { ...raw, now: () => 0 }))).toBe("TIMESTAMP_TOO_NEW");
    expect(await codeOf(verify({ headers } as never, SECRET, raw))).toBe("INVALID_BODY");
  });

  it("answers a copy, which the caller's bytes do not change", async () => {
    const body = Buffer.from(BODY);
    const answer = await verify({ body, headers }, SECRET, raw);
    body.fill(" ");
    expect(Buffer.from(answer).toString()).toBe(BODY);
  });

  it("is asked for by `false` alone", async () => {
    for (const parse of [undefined, null, 0, ""]) {
      const answer = await verify(request, SECRET, { ...NOW, parse: parse as undefined });
      expect(answer).toEqual({ test: 2432232314 });
    }
  });

  it("is known to the compiler", () => {
    expectTypeOf(verify(request, SECRET, raw)).resolves.toEqualTypeOf<Uint8Array>();
    expectTypeOf(verify(request, SECRET, NOW)).resolves.toBeUnknown();
    expectTypeOf(verify<{ a: 1 }>(request, SECRET, { parse: true, ...NOW })).resolves.toEqualTypeOf<{
      a: 1;
    }>();
    // @ts-expect-error Whoever does not know whether it is parsed cannot know what is answered.
    void verify(request, SECRET, { ...NOW, parse: true as boolean });
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
