import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBase64, fromHex, toBase64 } from "../../src/signature/bytes.js";
import { isMessageId } from "../../src/signature/message-id.js";
import { formatSecret, parseSecret, type SecretKind } from "../../src/signature/secret.js";

describe("base64 and hex", () => {
  it("agree with Node's, both ways", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = Buffer.from(bytes).toString("base64");
        expect(toBase64(bytes)).toBe(text);
        expect(fromBase64(text)).toEqual(bytes);
        expect(fromHex(Buffer.from(bytes).toString("hex"))).toEqual(bytes);
      }),
    );
  });

  it("have one text for each value: whatever decodes comes back unchanged", () => {
    const unit = fc.constantFrom(..."AQgwBf+/-_= \n");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
        const bytes = fromBase64(text);
        if (bytes) expect(toBase64(bytes)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(["YQ", "YQ=", "YR==", "Y Q==", "YQ==\n", "-_-_", "YQ===", "=", "é"])(
    "refuse the base64 %j",
    (text) => {
      expect(fromBase64(text)).toBeNull();
    },
  );

  it.each(["a", "0G", "AB", " ab", "ab\n", "0x00"])("refuse the hex %j", (text) => {
    expect(fromHex(text)).toBeNull();
  });

  it("read nothing as no bytes", () => {
    expect(fromBase64("")).toHaveLength(0);
    expect(fromHex("")).toHaveLength(0);
  });
});

describe("parseSecret", () => {
  const sizes: Record<SecretKind, (size: number) => boolean> = {
    whsec: (size) => size >= 24 && size <= 64,
    whsk: (size) => size === 32 || size === 64,
    whpk: (size) => size === 32,
  };

  it.each(Object.entries(sizes))("takes %s_ of its own lengths only", (kind, takes) => {
    for (let size = 0; size <= 70; size++) {
      const bytes = new Uint8Array(size).fill(3);
      const parsed = parseSecret(kind as SecretKind, formatSecret(kind as SecretKind, bytes));
      expect(parsed, `${size} bytes`).toEqual(takes(size) ? bytes : null);
    }
  });

  it("takes no kind for another", () => {
    const bytes = new Uint8Array(32).fill(3);
    for (const kind of Object.keys(sizes) as SecretKind[]) {
      for (const other of Object.keys(sizes) as SecretKind[]) {
        expect(parseSecret(kind, formatSecret(other, bytes)) !== null).toBe(kind === other);
      }
    }
  });

  it("refuses a public key of zeros, and only that kind", () => {
    expect(parseSecret("whpk", formatSecret("whpk", new Uint8Array(32)))).toBeNull();
    expect(parseSecret("whsec", formatSecret("whsec", new Uint8Array(32)))).toHaveLength(32);
  });
});

describe("isMessageId", () => {
  it("takes printable ASCII without white space, comma and full stop", () => {
    for (let point = 0; point < 512; point++) {
      const char = String.fromCharCode(point);
      const expected = point > 32 && point < 127 && char !== "," && char !== ".";
      expect(isMessageId(`a${char}b`), `character ${point}`).toBe(expected);
      expect(isMessageId(char), `character ${point}`).toBe(expected);
    }
  });

  it("takes 1 to 256 characters", () => {
    expect([0, 1, 256, 257].map((length) => isMessageId("a".repeat(length)))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});
