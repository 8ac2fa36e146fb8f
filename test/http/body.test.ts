import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readObject } from "../../src/http/body.js";
import type { Raw } from "./support.js";

const LIMIT = 1024;
const JSON_HEADER = { "content-type": "application/json" };

function request(body: Raw | null, headers: Record<string, string> = JSON_HEADER): Request {
  const init: RequestInit = { method: "POST", headers, duplex: "half" };
  return new Request("https://api.example.com/", body === null ? init : { ...init, body });
}

/** A body in pieces, and how much of it was asked for. */
function pieces(chunks: Iterable<Uint8Array>) {
  const seen = { pulled: 0, cancelled: false };
  const iterator = chunks[Symbol.iterator]();
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const { done, value } = iterator.next();
        if (done) return controller.close();
        seen.pulled++;
        controller.enqueue(value);
      },
      cancel() {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, seen };
}

function* endless(bytes: number): Generator<Uint8Array> {
  for (;;) yield new Uint8Array(bytes).fill(0x20);
}

async function code(body: Raw | null, headers?: Record<string, string>): Promise<string> {
  const refused = await readObject(request(body, headers), LIMIT).then(
    () => "",
    (error: { code?: string }) => error.code ?? "no code",
  );
  if (refused === "") throw new Error("nothing was refused");
  return refused;
}

describe("a body", () => {
  it("is a JSON object", async () => {
    expect(await readObject(request('{"a":[1,"é"]}'), LIMIT)).toEqual({
      text: '{"a":[1,"é"]}',
      value: { a: [1, "é"] },
    });
  });

  it("may be left out, whatever its type", async () => {
    for (const headers of [{}, JSON_HEADER, { "content-type": "text/plain" }]) {
      expect(await readObject(request(null, headers), LIMIT)).toEqual({ text: "", value: {} });
      expect(await readObject(request("", headers), LIMIT)).toEqual({ text: "", value: {} });
    }
  });

  it("may have any object in any pieces", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ maxDepth: 2 })),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        async (object, sizes) => {
          const bytes = Buffer.from(JSON.stringify(object));
          const chunks: Uint8Array[] = [];
          for (let at = 0, n = 0; at < bytes.length; n++) {
            const size = sizes[n % sizes.length] ?? 1;
            chunks.push(new Uint8Array(bytes.subarray(at, at + size)));
            at += size;
          }
          const { value } = await readObject(request(pieces(chunks).stream), 1 << 20);
          expect(value).toEqual(JSON.parse(bytes.toString()));
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each(["null", "[]", "5", '"x"', "true"])("%s is no object", async (text) => {
    expect(await code(text)).toBe("INVALID_JSON");
  });

  it.each(["{", "{'a':1}", '{"a":1}x', "a=1", "{}{}", " ", '{"a":NaN}', "\u0000"])(
    "%j is no JSON",
    async (text) => {
      expect(await code(text)).toBe("INVALID_JSON");
    },
  );

  it.each([
    [[0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]],
    [[0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]],
    [[0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]],
    [[0x7b, 0x7d, 0xe2, 0x82]],
    [[0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
  ])("%j is no UTF-8", async (bytes) => {
    expect(await code(new Uint8Array(bytes))).toBe("INVALID_JSON");
  });

  it("a byte order mark is not part of it", async () => {
    expect((await readObject(request("\ufeff{}"), LIMIT)).value).toEqual({});
  });
});

describe("its type", () => {
  it.each([
    "application/json",
    "APPLICATION/JSON",
    "application/json; charset=utf-8",
    "application/json ;charset=utf-8",
    "application/json;",
    "application/merge-patch+json",
    "application/vnd.acme.v1+json",
  ])("%s is JSON", async (type) => {
    expect((await readObject(request("{}", { "content-type": type }), LIMIT)).value).toEqual({});
  });

  it.each([
    "",
    "text/plain",
    "text/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "application/json5",
    "application/xjson",
    "application/json, text/plain",
    "text/plain, application/json",
    "text/plain; application/json",
    "json",
    "*/*",
  ])("%s is not", async (type) => {
    expect(await code("{}", { "content-type": type })).toBe("UNSUPPORTED_MEDIA_TYPE");
  });

  it("is needed", async () => {
    expect(await code(new Uint8Array([0x7b, 0x7d]), {})).toBe("UNSUPPORTED_MEDIA_TYPE");
  });
});

it("is refused where it is compressed, before it is read", async () => {
  for (const encoding of ["gzip", "br", "identity, gzip"]) {
    const { stream, seen } = pieces(endless(16));
    const headers = { ...JSON_HEADER, "content-encoding": encoding };
    expect(await code(stream, headers)).toBe("UNSUPPORTED_MEDIA_TYPE");
    expect(seen.pulled).toBe(0);
  }
  const plain = { ...JSON_HEADER, "content-encoding": "identity" };
  expect((await readObject(request("{}", plain), LIMIT)).value).toEqual({});
});

describe("its size", () => {
  const sized = (bytes: number) => `{"a":"${"x".repeat(bytes - 8)}"}`;

  it("may be the limit and not a byte more", async () => {
    expect((await readObject(request(sized(LIMIT)), LIMIT)).text).toHaveLength(LIMIT);
    expect(await code(sized(LIMIT + 1))).toBe("PAYLOAD_TOO_LARGE");
  });

  it("is counted in bytes", async () => {
    expect(await code(`{"a":"${"é".repeat(LIMIT / 2)}"}`)).toBe("PAYLOAD_TOO_LARGE");
  });

  it("nothing is read of one that says it is too large", async () => {
    const { stream, seen } = pieces(endless(10));
    expect(await code(stream, { ...JSON_HEADER, "content-length": String(LIMIT + 1) })).toBe(
      "PAYLOAD_TOO_LARGE",
    );
    expect(seen.pulled).toBe(0);
  });

  it.each(["5", "abc", "-1", ""])("no more is read than the limit, when it says %j", async (length) => {
    const { stream, seen } = pieces(endless(100));
    expect(await code(stream, { ...JSON_HEADER, "content-length": length })).toBe("PAYLOAD_TOO_LARGE");
    expect(seen).toEqual({ pulled: 11, cancelled: true });
  });

  it("what is too large is told before what is no JSON", async () => {
    expect(await code("x".repeat(LIMIT + 1), { "content-type": "text/plain" })).toBe("PAYLOAD_TOO_LARGE");
  });
});

it("a client that goes away is no fault of ours", async () => {
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new Error("ECONNRESET at 10.0.0.1"));
    },
  });
  const refused = readObject(request(stream), LIMIT);
  await expect(refused).rejects.toMatchObject({
    code: "INVALID_JSON",
    message: expect.not.stringContaining("ECONNRESET"),
  });
});
