import { createHmac } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  isVerificationError,
  type RawRequest,
  type VerificationErrorCode,
  type VerifyOptions,
  verify,
} from "../../src/signature/verify.js";
import { BODY, codeOf, ID, now, requestOf, SIGNED, type Signed, TIME } from "./requests.js";

/**
 * What may arrive instead of a webhook, each with the one code it is refused with, under every scheme where it makes
 * sense. Nothing here is accepted, and nothing ends with another error than `VerificationError`: `codeOf` rejects.
 */

type Code = VerificationErrorCode;
type Record_ = Record<string, unknown>;

/** A code for all schemes, or one for those that read a list with a time in it first. */
type Codes = Code | { readonly stripe: Code; readonly others: Code };
const codeFor = ({ name }: Signed, codes: Codes) =>
  typeof codes === "string" ? codes : name === "stripe" ? codes.stripe : codes.others;

const TIMELESS: Codes = { stripe: "INVALID_TIMESTAMP", others: "NO_MATCH" };

const throwing = (): never => {
  throw new Error("a getter");
};
const getter = (name: string) => Object.defineProperty({}, name, { get: throwing, enumerable: true });
const thrower = new Proxy({}, { get: throwing, has: throwing, ownKeys: throwing });

describe.each(SIGNED)("$name", (scheme) => {
  const { name, key, stranger, header, hasId, separator } = scheme;
  const options = { scheme: name, now } as const;
  const good = requestOf(scheme);
  const value = good.headers[header] ?? "";
  const codeUnder = (secret: unknown, request: unknown, more: VerifyOptions = {}) =>
    codeOf(verify(request as RawRequest, secret as string, { ...options, ...more }));
  const code = (request: unknown) => codeUnder(key, request);
  const withHeader = (changed: unknown, other = header): unknown => ({
    body: BODY,
    headers: { ...good.headers, [other]: changed },
  });

  it("accepts what all of this is made from", async () => {
    expect(await code(good)).toBe("accepted");
  });

  describe("what is no request", () => {
    it.each<[string, unknown]>([
      ["undefined", undefined],
      ["null", null],
      ["a number", 5],
      ["a text", BODY],
      ["a symbol", Symbol("x")],
      ["a function", () => good],
      ["an array", [good]],
      ["an empty object", {}],
      ["a promise of one", Promise.resolve(good)],
      ["one that throws whatever it is asked", thrower],
      ["a Response", new Response(BODY)],
      ["a getter that throws in place of headers", getter("headers")],
    ])("%s", async (_, request) => {
      expect(await code(request)).toBe("MISSING_HEADER");
    });
  });

  describe("headers", () => {
    it.each<[string, unknown]>([
      ["undefined", undefined],
      ["null", null],
      ["an empty record", {}],
      ["an empty Headers", new Headers()],
      ["an empty Map", new Map()],
      ["a number", 5],
      ["a text", "webhook-id: msg_1"],
      ["a list of pairs, as rawHeaders are", Object.entries(good.headers)],
      ["behind a prototype", Object.create(good.headers)],
      ["under `__proto__`", JSON.parse(`{"__proto__":${JSON.stringify(good.headers)}}`)],
      ["a proxy that throws", thrower],
      ["a `get` that throws", { get: throwing }],
      ["a getter that throws on the way", Object.assign(getter("cookie"), {})],
    ])("%s", async (_, headers) => {
      expect(await code({ body: BODY, headers })).toBe("MISSING_HEADER");
    });

    it.each(Object.keys(good.headers).filter((one) => one !== "x-mist-signature"))(
      "without %s, or with nothing in it",
      async (one) => {
        const { [one]: _, ...rest } = good.headers;
        const getting = { body: BODY, headers: Object.assign(getter(one), rest) };
        expect(await code({ body: BODY, headers: rest })).toBe("MISSING_HEADER");
        expect(await code({ body: BODY, headers: new Headers(rest) })).toBe("MISSING_HEADER");
        expect(await code(getting)).toBe("MISSING_HEADER");
        for (const nothing of [undefined, null, [], [undefined], [null]]) {
          expect(await code(withHeader(nothing, one))).toBe("MISSING_HEADER");
        }
      },
    );

    const emptyIs: Record_ = { "webhook-id": "INVALID_ID", "webhook-timestamp": "INVALID_TIMESTAMP" };
    it.each(Object.keys(good.headers).filter((one) => one !== "x-mist-signature"))(
      "with a %s that is empty or no text",
      async (one) => {
        const expected = emptyIs[one] ?? codeFor(scheme, TIMELESS);
        const throwsAsText = { toString: throwing, valueOf: throwing };
        const odd = ["", 5, Number.NaN, true, Symbol("x"), {}, new Date(), 5n, throwsAsText, [[value]], [""]];
        for (const given of odd) {
          expect(await code(withHeader(given, one))).toBe(expected);
          const map = new Map<string, unknown>([...Object.entries(good.headers), [one, given]]);
          expect(await code({ body: BODY, headers: map })).toBe(expected);
        }
      },
    );

    it.each(Object.keys(good.headers).filter((one) => one !== "x-mist-signature"))(
      "with %s twice, whichever way it arrives",
      async (one) => {
        const expected = emptyIs[one] ?? codeFor(scheme, TIMELESS);
        const right = good.headers[one] ?? "";
        const upper = one.toUpperCase();
        for (const other of ["", "x", `${right} `, `${right}0`]) {
          const joined = new Headers(good.headers);
          joined.append(one, other);
          const ways = [
            withHeader([right, other], one),
            withHeader([other, right], one),
            withHeader([right, {}], one),
            withHeader(other, upper),
            withHeader(`${right}, ${other}`, one),
            { body: BODY, headers: joined },
          ];
          for (const request of ways) expect(await code(request)).toBe(expected);
        }
      },
    );

    it("with a value and the same again, joined into one", async () => {
      for (const one of Object.keys(good.headers).filter((each) => each !== "x-mist-signature")) {
        const expected = emptyIs[one] ?? codeFor(scheme, TIMELESS);
        expect(await code(withHeader(`${good.headers[one]}, ${good.headers[one]}`, one))).toBe(expected);
      }
    });
  });

  describe("the signature", () => {
    const cases: [string, string, Codes][] = [
      ["that is one space", " ", TIMELESS],
      ["that is one comma", ",", TIMELESS],
      ["cut by a character", value.slice(0, -1), "NO_MATCH"],
      ["cut by four", value.slice(0, -4), "NO_MATCH"],
      ["cut in the middle", value.slice(0, value.length / 2), "NO_MATCH"],
      ["without its first character", value.slice(1), TIMELESS],
      ["with a character more", `${value}A`, "NO_MATCH"],
      ["with padding more", `${value}=`, "NO_MATCH"],
      ["with a byte more in hex", `${value}00`, "NO_MATCH"],
      ["with three bytes more in base64", `${value}AAAA`, "NO_MATCH"],
      // Stripe's list may hold entries of any name.
      ...(name === "stripe"
        ? []
        : ([["with a comma after it", `${value},x`, "NO_MATCH"]] as [string, string, Codes][])),
      ["with a semicolon after it", `${value};`, "NO_MATCH"],
      ["with a tab after it", `${value}\t`, "NO_MATCH"],
      ["with a NUL after it", `${value}\0`, "NO_MATCH"],
      ["in capitals", value.toUpperCase(), TIMELESS],
      [
        "in full-width digits",
        value.replace(/\d(?=[^,]*$)/g, (d) => String.fromCharCode(0xff10 + Number(d))),
        "NO_MATCH",
      ],
      ["in quotes", `"${value}"`, TIMELESS],
      ["a hundred kilobytes long", value.repeat(2_000), TIMELESS],
      ["beside four kilobytes of others", `${value}${separator ?? " "}${"A".repeat(4_096)}`, TIMELESS],
      ["that names prototypes", "__proto__,x constructor=y", TIMELESS],
      ["a hundred thousand separators", " ".repeat(50_000) + ",".repeat(50_000), TIMELESS],
    ];
    it.each(cases)("%s", async (_, given, codes) => {
      expect(await code(withHeader(given))).toBe(codeFor(scheme, codes));
    });

    it("of another body, id, time or secret", async () => {
      expect(await code({ ...good, body: `${BODY} ` })).toBe("NO_MATCH");
      expect(await code({ ...good, body: "" })).toBe("NO_MATCH");
      expect(await code({ ...good, body: Buffer.from([0xff]) })).toBe("NO_MATCH");
      expect(await codeUnder(stranger, good)).toBe("NO_MATCH");
      expect(await codeUnder([stranger, stranger], good)).toBe("NO_MATCH");
      if (hasId) {
        expect(await code(withHeader("msg_2", "webhook-id"))).toBe("NO_MATCH");
        expect(await code(withHeader(`${TIME + 1}`, "webhook-timestamp"))).toBe("NO_MATCH");
      }
      if (name === "stripe")
        expect(await code(withHeader(value.replace(/^t=\d+/, `t=${TIME + 1}`)))).toBe("NO_MATCH");
    });
  });

  describe("the body", () => {
    const bytes = new TextEncoder().encode(BODY);
    const moved: Uint8Array<ArrayBuffer> = bytes.slice();
    structuredClone(moved.buffer, { transfer: [moved.buffer] });
    const lying = Object.defineProperty(Buffer.from(bytes), "byteLength", { value: 2 ** 40 });

    it.each<[string, unknown]>([
      ["undefined", undefined],
      ["null", null],
      ["parsed", { a: "é" }],
      ["a parsed list", [1]],
      ["a number", 5],
      ["true", true],
      ["a symbol", Symbol("x")],
      ["a String object", Object(BODY)],
      ["a list of byte values", [...bytes]],
      ["a Blob", new Blob([BODY])],
      ["a stream", new Blob([BODY]).stream()],
      ["a Buffer made into JSON and back", JSON.parse(JSON.stringify(Buffer.from(BODY)))],
      [
        "an object that calls itself an ArrayBuffer",
        { [Symbol.toStringTag]: "ArrayBuffer", length: 2 ** 53 },
      ],
      ["bytes that were transferred", moved],
      ["a buffer that was transferred", moved.buffer],
      ["bytes that lie about their length", lying],
    ])("that is %s", async (_, body) => {
      expect(await code({ body, headers: good.headers })).toBe("INVALID_BODY");
    });

    it("behind a getter or a proxy that throws", async () => {
      expect(await code(Object.assign(getter("body"), { headers: good.headers }))).toBe("INVALID_BODY");
      const request = new Proxy({ headers: good.headers }, { has: throwing });
      expect(await code(request)).toBe("INVALID_BODY");
    });

    it.each<[string, () => unknown]>([
      ["throws", throwing],
      ["rejects", () => Promise.reject(new Error("reset"))],
      ["rejects with nothing", () => Promise.reject()],
      ["answers nothing", () => undefined],
      ["answers what is parsed", async () => ({ a: 1 })],
    ])("of a request whose arrayBuffer() %s", async (_, arrayBuffer) => {
      expect(await code({ headers: new Headers(good.headers), arrayBuffer })).toBe("INVALID_BODY");
    });

    it("of a request whose arrayBuffer is no function", async () => {
      expect(await code({ headers: good.headers, arrayBuffer: BODY })).toBe("INVALID_BODY");
    });

    it("of a Request whose stream breaks", async () => {
      const body = new ReadableStream({
        pull(controller) {
          controller.enqueue(bytes.slice(0, 3));
          controller.error(new Error("reset"));
        },
      });
      const broken = new Request("http://localhost/", {
        method: "POST",
        headers: good.headers,
        body,
        duplex: "half",
      } as RequestInit);
      expect(await code(broken)).toBe("INVALID_BODY");
    });

    it("of a Request that was read before: the message says what to do", async () => {
      const used = new Request("http://localhost/", { method: "POST", headers: good.headers, body: BODY });
      expect(await code(used.clone())).toBe("accepted");
      await used.text();
      const error = await verify(used, key, options).catch((thrown: unknown) => thrown);
      expect(isVerificationError(error, "INVALID_BODY")).toBe(true);
      expect(String(error)).toContain("read it once as bytes");
      expect((error as Error).cause).toBeInstanceOf(TypeError);
    });

    it("of a Request, which is not read when the headers are refused", async () => {
      const sent = new Request("http://localhost/", { method: "POST", body: BODY });
      expect(await code(sent)).toBe("MISSING_HEADER");
      expect(sent.bodyUsed).toBe(false);
    });

    it.each<[string, string | Uint8Array]>([
      ["empty", ""],
      ["empty, in bytes", new Uint8Array()],
      ["a byte order mark and no more", Buffer.from("\uFEFF")],
      ["cut short", '{"a":'],
      ["two objects back to back, as HEC has it", "{}{}"],
      ["plain text", "hello"],
      ["NaN", "NaN"],
      ["a form", "a=1&b=2"],
      ["not UTF-8", Buffer.from([0x22, 0xff, 0x22])],
      ["an overlong encoding", Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
      ["half of a surrogate pair in UTF-8", Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
      ["UTF-16", Buffer.from(BODY, "utf16le")],
      ["JSON with a NUL after it", `${BODY}\0`],
      ["a hundred thousand brackets", "[".repeat(100_000)],
    ])("genuine, and %s", async (_, body) => {
      expect(await code(requestOf(scheme, { body }))).toBe("INVALID_BODY");
      expect(await code({ ...good, body })).toBe("NO_MATCH");
    });

    it("of 32 MiB, genuine and forged", async () => {
      const body = Buffer.alloc(32 * 1024 * 1024, " ");
      body.write("{}");
      const request = requestOf(scheme, { body });
      expect(await code(request)).toBe("accepted");
      body.write("[]", 3);
      expect(await code(request)).toBe("NO_MATCH");
    });

    it("with `__proto__` in it is data, and touches no prototype", async () => {
      const body = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
      const parsed = await verify<Record_>(requestOf(scheme, { body }), key, options);
      expect(Object.keys(parsed)).toEqual(["__proto__", "constructor"]);
      expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
      expect(({} as Record_).polluted).toBeUndefined();
      expect(await code({ ...good, body })).toBe("NO_MATCH");
    });
  });

  describe("secrets", () => {
    it.each<[string, unknown]>([
      ["empty", ""],
      ["undefined", undefined],
      ["null", null],
      ["a number", 5],
      ["a String object", Object(key)],
      ["bytes", Buffer.from(key)],
      ["a key of WebCrypto's", {}],
      ["a symbol", Symbol("x")],
      ["none", []],
      ["an empty one among good ones", [key, ""]],
      ["an undefined one among good ones", [key, undefined]],
      ["a null before a good one", [null, key]],
      ["a hole before a good one", Object.assign([], { 1: key })],
      ["a list in the list", [[key]]],
      ["a Set", new Set([key])],
      ["half of a surrogate pair", "\ud800"],
      ["half of a pair among good ones", [key, "abc\udfff"]],
    ])("%s, before anything else is looked at", async (_, secret) => {
      for (const request of [good, { body: "", headers: {} }, null, thrower]) {
        expect(await codeUnder(secret, request)).toBe("INVALID_SECRET");
      }
    });
  });

  describe("the tolerance", () => {
    it.each([
      ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, "", "5", "5 m", "-5m", "5M"],
      ...["1e3s", "Infinityd", "5m\n", "٣m", null, true, {}, [], 5n, Symbol("x"), `${"9".repeat(400)}d`],
    ])(
      "the tolerance %s, which would switch the check off or mean nothing, is a TypeError",
      async (tolerance) => {
        await expect(verify(good, key, { ...options, tolerance: tolerance as never })).rejects.toThrow(
          TypeError,
        );
      },
    );
  });

  describe("a WebCrypto that cannot", () => {
    afterEach(() => {
      vi.restoreAllMocks();
    });

    it.each(["importKey", "verify"] as const)("%s: refused with the cause", async (method) => {
      vi.spyOn(crypto.subtle, method).mockRejectedValue(new DOMException("no", "NotSupportedError"));
      const error = await verify(good, key, options).catch((thrown: unknown) => thrown);
      expect(isVerificationError(error, "NO_MATCH")).toBe(true);
      expect((error as Error).cause).toBeInstanceOf(DOMException);
    });
  });
});

const timed = SIGNED.filter(({ hasId, name }) => hasId || name === "stripe");

describe.each(timed)("the clock that $name is held against", (scheme) => {
  it.each<[string, unknown, Code]>([
    ["NaN", Number.NaN, "TIMESTAMP_TOO_OLD"],
    ["undefined", undefined, "TIMESTAMP_TOO_OLD"],
    ["null", null, "TIMESTAMP_TOO_OLD"],
    ["a text", String(TIME * 1000), "TIMESTAMP_TOO_OLD"],
    ["a Date", new Date(TIME * 1000), "TIMESTAMP_TOO_OLD"],
    ["a bigint", BigInt(TIME * 1000), "TIMESTAMP_TOO_OLD"],
    ["a symbol", Symbol("x"), "TIMESTAMP_TOO_OLD"],
    ["a promise", Promise.resolve(TIME * 1000), "TIMESTAMP_TOO_OLD"],
    ["Infinity", Number.POSITIVE_INFINITY, "TIMESTAMP_TOO_OLD"],
    ["-Infinity", Number.NEGATIVE_INFINITY, "TIMESTAMP_TOO_NEW"],
    ["seconds", TIME, "TIMESTAMP_TOO_NEW"],
    ["0", 0, "TIMESTAMP_TOO_NEW"],
    ["a millisecond past five minutes", TIME * 1000 + 300_001, "TIMESTAMP_TOO_OLD"],
    ["a millisecond more than five minutes before", TIME * 1000 - 300_001, "TIMESTAMP_TOO_NEW"],
  ])("a clock that answers %s lets nothing through", async (_, answer, expected) => {
    const options = { scheme: scheme.name, now: () => answer as number };
    expect(await codeOf(verify(requestOf(scheme), scheme.key, options))).toBe(expected);
  });

  it("a clock that throws is the receiver's own fault, and lets nothing through", async () => {
    await expect(
      verify(requestOf(scheme), scheme.key, { scheme: scheme.name, now: throwing }),
    ).rejects.toThrow("a getter");
  });
});

describe.each(SIGNED.filter(({ separator }) => separator !== null))("the list of $name", (scheme) => {
  it("is read up to its twentieth entry", async () => {
    const { body, headers } = requestOf(scheme);
    const separator = scheme.separator ?? "";
    const [entry = "", time] = (headers[scheme.header] ?? "").split(separator).reverse();
    const label = entry.slice(0, entry.search(/[,=]/) + 1);
    const code = (others: number) => {
      const entries = [...(time ? [time] : []), ...Array<string>(others).fill(`${label}AAAA`), entry];
      const request = { body, headers: { ...headers, [scheme.header]: entries.join(separator) } };
      return codeOf(verify(request, scheme.key, { scheme: scheme.name, now }));
    };
    const room = time ? 18 : 19;
    expect(await code(room)).toBe("accepted");
    expect(await code(room + 1)).toBe("NO_MATCH");
  });
});

describe.each(timed)("the timestamp of $name", (scheme) => {
  it.each<[string, Code]>([
    ["", "INVALID_TIMESTAMP"],
    ["0", "INVALID_TIMESTAMP"],
    ["+1700000000", "INVALID_TIMESTAMP"],
    ["-1700000000", "INVALID_TIMESTAMP"],
    ["1.7e9", "INVALID_TIMESTAMP"],
    ["01700000000", "INVALID_TIMESTAMP"],
    ["1700000000abc", "INVALID_TIMESTAMP"],
    ["0x6553f100", "INVALID_TIMESTAMP"],
    ["1700000000.0", "INVALID_TIMESTAMP"],
    [" 1700000000", "INVALID_TIMESTAMP"],
    ["1700000000 ", "INVALID_TIMESTAMP"],
    ["1700000000\n", "INVALID_TIMESTAMP"],
    ["١٧٠٠٠٠٠٠٠٠", "INVALID_TIMESTAMP"],
    ["1".repeat(16), "INVALID_TIMESTAMP"],
    ["NaN", "INVALID_TIMESTAMP"],
    ["Infinity", "INVALID_TIMESTAMP"],
    ["2023-11-14T22:13:20Z", "INVALID_TIMESTAMP"],
    ["1700000000000", "TIMESTAMP_TOO_NEW"],
    ["9".repeat(15), "TIMESTAMP_TOO_NEW"],
    ["1", "TIMESTAMP_TOO_OLD"],
    [String(TIME - 301), "TIMESTAMP_TOO_OLD"],
    [String(TIME + 301), "TIMESTAMP_TOO_NEW"],
  ])("%j, though signed", async (timestamp, expected) => {
    const request = requestOf(scheme, { timestamp });
    expect(await codeOf(verify(request, scheme.key, { scheme: scheme.name, now }))).toBe(expected);
  });

  it("of 5000 digits, though signed", async () => {
    const request = requestOf(scheme, { timestamp: "9".repeat(5_000) });
    expect(await codeOf(verify(request, scheme.key, { scheme: scheme.name, now }))).toBe("INVALID_TIMESTAMP");
  });
});

describe.each(SIGNED.filter(({ hasId }) => hasId))("the id of $name", (scheme) => {
  const code = (request: RawRequest) => codeOf(verify(request, scheme.key, { scheme: scheme.name, now }));

  it.each([
    ["empty", ""],
    ["with a full stop", "msg.1"],
    ["that is a full stop", "."],
    ["with a space", "msg 1"],
    ["with a comma", "msg,1"],
    ["with a line break", "msg\n"],
    ["with a NUL", "msg\0"],
    ["with DEL", "msg\x7f"],
    ["that is not ASCII", "msgé"],
    ["of 257 characters", "a".repeat(257)],
    ["of 100 000 characters", "a".repeat(100_000)],
  ])("%s, though signed", async (_, id) => {
    expect(await code(requestOf(scheme, { id }))).toBe("INVALID_ID");
    expect(await code(requestOf(scheme, { id, timestamp: "x" }))).toBe("INVALID_ID");
  });

  it("shifted into the timestamp or the body, which the same signature covers", async () => {
    const signed = requestOf(scheme, { id: "msg_1", body: `2.${BODY}` });
    const shifted = { ...signed, body: BODY };
    const withParts = (id: string, timestamp: string) => ({
      ...shifted,
      headers: { ...signed.headers, "webhook-id": id, "webhook-timestamp": timestamp },
    });
    expect(await code(withParts(`msg_1.${TIME}`, "2"))).toBe("INVALID_ID");
    expect(await code(withParts("msg_1", `${TIME}.2`))).toBe("INVALID_TIMESTAMP");
  });

  it("comes after what is missing, and before the time", async () => {
    const { body, headers } = requestOf(scheme, { id: ".", timestamp: "x" });
    const { "webhook-signature": _, ...rest } = headers;
    expect(await code({ body, headers: rest })).toBe("MISSING_HEADER");
    expect(await code({ body, headers })).toBe("INVALID_ID");
  });
});

const b64 = (length: number, byte = 9) => Buffer.alloc(length, byte).toString("base64");

describe("a secret that no scheme with whsec_ or whpk_ takes", () => {
  const isRight = b64(32);
  it.each([
    ["the prefix alone", "whsec_"],
    ["no prefix", isRight],
    ["another prefix", `whsek_${isRight}`],
    ["the prefix in capitals", `WHSEC_${isRight}`],
    ["the prefix twice", `whsec_whsec_${isRight}`],
    ["a private key", `whsk_${b64(64)}`],
    ["white space after it", `whsec_${isRight} `],
    ["white space before it", ` whsec_${isRight}`],
    ["white space inside it", `whsec_ ${isRight}`],
    ["a line break", `whsec_${isRight}\n`],
    ["not base64", "whsec_????????????????????????????????"],
    ["unpadded", `whsec_${b64(25).replace(/=+$/, "")}`],
    ["the URL alphabet", `whsec_${"-_".repeat(16)}`],
    ["stray last bits", `whsec_${b64(25).replace(/.==$/, "f==")}`],
    ["23 bytes", `whsec_${b64(23)}`],
    ["65 bytes", `whsec_${b64(65)}`],
    ["100 kB", `whsec_${b64(100_000)}`],
    ["a public key of 31 bytes", `whpk_${b64(31)}`],
    ["a public key of 64 bytes", `whpk_${b64(64)}`],
    ["a public key of zeros", `whpk_${b64(32, 0)}`],
  ])("%s", async (_, secret) => {
    for (const scheme of SIGNED.filter(({ hasId }) => hasId)) {
      const options = { scheme: scheme.name, now } as const;
      expect(await codeOf(verify({ body: "", headers: {} }, secret, options))).toBe("INVALID_SECRET");
      expect(await codeOf(verify(requestOf(scheme), [scheme.key, secret], options))).toBe("INVALID_SECRET");
    }
  });

  it("a shared secret, where public keys are asked for", async () => {
    const [standard] = SIGNED;
    const options = { scheme: "standard-ed25519", now } as const;
    expect(await codeOf(verify(requestOf(standard as Signed), standard?.key ?? "", options))).toBe(
      "INVALID_SECRET",
    );
  });
});

describe("spellings of a base64 signature that others forgive", () => {
  // Made so that each spelling differs: it holds + and /, and its last group has stray bits to set.
  const [standard, ed25519] = SIGNED as readonly [Signed, Signed];
  it.each([
    ["standard", standard],
    ["standard-ed25519", ed25519],
  ] as const)("%s", async (_, scheme) => {
    const signature = (n: number) => requestOf(scheme, { id: `m${n}` }).headers["webhook-signature"] ?? "";
    const n = [...Array(500).keys()].find((i) => /\+.*\/|\/.*\+/.test(signature(i))) ?? -1;
    const request = requestOf(scheme, { id: `m${n}` });
    const right = signature(n);
    const label = right.slice(0, right.indexOf(",") + 1);
    const stray = right.replace(/(.)(=+)$/, (__, last: string, pad: string) => {
      const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
      return `${alphabet.charAt(alphabet.indexOf(last) + 1)}${pad}`;
    });
    const spellings = [
      right.replace(/=+$/, ""),
      right.replaceAll("+", "-").replaceAll("/", "_"),
      right.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, ""),
      right.replaceAll("+", " "),
      right.replaceAll("+", "%2B"),
      stray,
      `${right.slice(0, 20)}\n${right.slice(20)}`,
      `${label} ${right.slice(label.length)}`,
      right.slice(label.length),
      right.replace(",", "="),
      right.replace(",", ",,"),
      `${label}${right}`,
      right.replace(/^v1/, "V1"),
      right.replace(/^v1a?/, "v2"),
      right.replace(/^v1a?/, "v10"),
      right.replace(/^v1a?/, "v1b"),
      right.replace(/^v1a?/, "v"),
      scheme === standard ? right.replace("v1,", "v1a,") : right.replace("v1a,", "v1,"),
      Buffer.from(right.slice(label.length), "base64").toString("hex").replace(/^/, label),
    ];
    expect(new Set([...spellings, right]).size).toBe(spellings.length + 1);
    const code = (list: string) => {
      const headers = { ...request.headers, "webhook-signature": list };
      return codeOf(verify({ ...request, headers }, scheme.key, { scheme: scheme.name, now }));
    };
    expect(await code(right)).toBe("accepted");
    for (const spelling of spellings)
      expect([spelling, await code(spelling)]).toEqual([spelling, "NO_MATCH"]);
  });

  it("Svix's own names for the headers", async () => {
    const { body, headers } = requestOf(standard);
    const renamed = Object.entries(headers).map(([name, value]) => [name.replace("webhook", "svix"), value]);
    const request = { body, headers: Object.fromEntries(renamed) };
    expect(await codeOf(verify(request, standard.key, { now }))).toBe("MISSING_HEADER");
  });
});

describe("a weaker or another label", () => {
  const hmac = (hash: string) => createHmac(hash, "s3cret").update(BODY).digest("hex");
  const [sha1, sha256] = [hmac("sha1"), hmac("sha256")];

  it.each<[string, RawRequest["headers"], Code]>([
    ["SHA-1 alone", { "x-mist-signature": sha1 }, "MISSING_HEADER"],
    ["SHA-1 under both names", { "x-mist-signature": sha1, "x-mist-signature-v2": sha1 }, "NO_MATCH"],
    ["SHA-256 under the old name", { "x-mist-signature": sha256 }, "MISSING_HEADER"],
    ["GitHub's label", { "x-mist-signature-v2": `sha256=${sha256}` }, "NO_MATCH"],
  ])("mist: %s", async (_, headers, expected) => {
    expect(await codeOf(verify({ body: BODY, headers }, "s3cret", { scheme: "mist" }))).toBe(expected);
  });

  it.each<[string, RawRequest["headers"], Code]>([
    ["no label", { "x-hub-signature-256": sha256 }, "NO_MATCH"],
    ["SHA-1 alone", { "x-hub-signature": `sha1=${sha1}` }, "MISSING_HEADER"],
    ["SHA-1 in its place", { "x-hub-signature-256": `sha1=${sha1}` }, "NO_MATCH"],
    ["SHA-256 called SHA-1", { "x-hub-signature-256": `sha1=${sha256}` }, "NO_MATCH"],
    ["the label in capitals", { "x-hub-signature-256": `SHA256=${sha256}` }, "NO_MATCH"],
  ])("github: %s", async (_, headers, expected) => {
    expect(await codeOf(verify({ body: BODY, headers }, "s3cret", { scheme: "github" }))).toBe(expected);
  });

  const stripe = SIGNED.find(({ name }) => name === "stripe") as Signed;
  const mac = requestOf(stripe).headers["stripe-signature"]?.split("v1=")[1] ?? "";
  it.each<[string, Code]>([
    [`t=${TIME}`, "NO_MATCH"],
    [`t=${TIME},v1=`, "NO_MATCH"],
    [`t=${TIME},v0=${mac}`, "NO_MATCH"],
    [`t=${TIME},v10=${mac}`, "NO_MATCH"],
    [`t=${TIME},V1=${mac}`, "NO_MATCH"],
    [`t=${TIME},v1=v1=${mac}`, "NO_MATCH"],
    [`t=${TIME};v1=${mac}`, "INVALID_TIMESTAMP"],
    [`v1=${mac}`, "INVALID_TIMESTAMP"],
    [`t=,v1=${mac}`, "INVALID_TIMESTAMP"],
    [`t=${TIME},t=${TIME},v1=${mac}`, "INVALID_TIMESTAMP"],
    [`t=${TIME},t=,v1=${mac}`, "INVALID_TIMESTAMP"],
    [`T=${TIME},v1=${mac}`, "INVALID_TIMESTAMP"],
    [`t=${TIME}, v1=${mac}`, "INVALID_TIMESTAMP"],
  ])("stripe: %s", async (value, expected) => {
    const request = { body: BODY, headers: { "Stripe-Signature": value } };
    expect(await codeOf(verify(request, "s3cret", { scheme: "stripe", now }))).toBe(expected);
  });

  it("stripe: under a name that is no header's", async () => {
    for (const header of ["", " ", "a\nb", "__proto__"]) {
      const options = { scheme: "stripe", now, header } as const;
      const { headers } = requestOf(stripe);
      expect(await codeOf(verify({ body: BODY, headers: new Headers(headers) }, "s3cret", options))).toBe(
        "MISSING_HEADER",
      );
      expect(await codeOf(verify({ body: BODY, headers }, "s3cret", options))).toBe("MISSING_HEADER");
    }
  });
});

describe("what is kept out of errors", () => {
  it.each(SIGNED)("$name: secret, signature and body", async (scheme) => {
    const body = '{"zzbodyzz":1';
    const request = requestOf(scheme, { body });
    const signature = Object.values(request.headers).at(-1) ?? "";
    const cases: [RawRequest, string][] = [
      [request, scheme.key],
      [requestOf(scheme, { body }), scheme.stranger],
      [{ ...request, body: `${body} ` }, scheme.key],
      [request, `${scheme.key}\ud800`],
    ];
    for (const [given, secret] of cases) {
      const error = await verify(given, secret, { scheme: scheme.name, now }).catch(
        (thrown: unknown) => thrown,
      );
      if (!isVerificationError(error)) throw error;
      const text = `${error.message} ${error.stack} ${String(error.cause)}`;
      for (const hidden of ["zzbodyzz", scheme.key.slice(0, 12), signature.slice(-20)]) {
        expect(text).not.toContain(hidden);
      }
    }
  });

  it("nor is the id, which an attacker chooses and a log would print", async () => {
    const [standard] = SIGNED as readonly [Signed];
    const request = requestOf(standard, { id: `${ID}\n<script>` });
    const error = await verify(request, standard.key, { now }).catch((thrown: unknown) => thrown);
    expect(String(error)).not.toContain("script");
  });
});
