import { createCipheriv, createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isWebhookError, type WebhookError } from "../../src/model/errors.js";
import { createSealer } from "../../src/subscriptions/seal.js";

const bytesOf = (fill: number) => Buffer.alloc(32, fill);
const KEY = bytesOf(1).toString("base64");
const NEXT = bytesOf(2).toString("base64");
const CONTEXT = "sub_1:secret:0";
const idOf = (key: string) =>
  createHash("sha256")
    .update("hookwright key id\0")
    .update(Buffer.from(key, "base64"))
    .digest("hex")
    .slice(0, 16);

function failure(run: () => unknown): WebhookError {
  try {
    run();
  } catch (error) {
    if (isWebhookError(error)) return error;
    throw error;
  }
  return expect.unreachable();
}

describe("a sealed value", () => {
  const sealer = createSealer([KEY]);

  it("opens to the text it was, whatever the text and the context", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (plain, context) => {
        expect(sealer.open(sealer.seal(plain, context), context)).toBe(plain);
      }),
    );
  });

  it("has the documented form, and is another one each time", () => {
    const sealed = sealer.seal("secret", CONTEXT);
    expect(sealed).toMatch(new RegExp(`^v1\\.${idOf(KEY)}\\.[\\w-]{16}\\.[\\w-]{8}\\.[\\w-]{22}$`));
    expect(
      new Set(Array.from({ length: 100 }, () => sealer.seal("secret", CONTEXT).split(".")[2])).size,
    ).toBe(100);
  });

  it("is AES-256-GCM with the context as associated data", () => {
    const iv = Buffer.alloc(12, 5);
    const cipher = createCipheriv("aes-256-gcm", bytesOf(1), iv, { authTagLength: 16 }).setAAD(
      Buffer.from(CONTEXT),
    );
    const text = Buffer.concat([cipher.update("known"), cipher.final()]);
    const parts = [iv, text, cipher.getAuthTag()].map((part) => part.toString("base64url"));
    expect(sealer.open(["v1", idOf(KEY), ...parts].join("."), CONTEXT)).toBe("known");
  });

  it("shows neither the text nor the key, and the key's id is not the key's plain hash", () => {
    const sealed = sealer.seal("whsec_visible", CONTEXT);
    expect(Buffer.from(sealed.split(".")[3] ?? "", "base64url").toString("latin1")).not.toContain("visible");
    expect(sealed).not.toContain(KEY.slice(0, 20));
    expect(sealed).not.toContain(createHash("sha256").update(bytesOf(1)).digest("hex").slice(0, 16));
  });
});

describe("UNSEAL_FAILED", () => {
  const sealer = createSealer([KEY]);
  const sealed = sealer.seal("whsec_first", CONTEXT);

  it("for values of two rows or fields that were swapped", () => {
    const other = sealer.seal("whsec_second", "sub_2:secret:0");
    expect(failure(() => sealer.open(other, CONTEXT)).code).toBe("UNSEAL_FAILED");
    expect(failure(() => sealer.open(sealed, "sub_2:secret:0")).code).toBe("UNSEAL_FAILED");
    expect(failure(() => sealer.open(sealed, "sub_1:secret:1")).code).toBe("UNSEAL_FAILED");
    expect(failure(() => sealer.open(sealed, "")).code).toBe("UNSEAL_FAILED");
  });

  it("for a change of any character, a missing one and one too many", () => {
    for (let i = 0; i < sealed.length; i++) {
      const before = sealed.slice(0, i);
      const after = sealed.slice(i + 1);
      for (const char of ["A", "B", "0", "1", "f", "-", "_", ".", "=", "é", ""]) {
        if (char === sealed[i]) continue;
        const error = failure(() => sealer.open(before + char + after, CONTEXT));
        expect(error.code, `${char} at ${i}`).toBe("UNSEAL_FAILED");
      }
    }
    for (const odd of [
      `${sealed}A`,
      `${sealed}.`,
      `${sealed}=`,
      ` ${sealed}`,
      `${sealed}\n`,
      `${sealed}.AAAA`,
    ]) {
      expect(failure(() => sealer.open(odd, CONTEXT)).code).toBe("UNSEAL_FAILED");
    }
  });

  it("for a flip of any bit of IV, ciphertext and tag", () => {
    const parts = sealed.split(".");
    for (const index of [2, 3, 4]) {
      const bytes = Buffer.from(parts[index] ?? "", "base64url");
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = Buffer.from(bytes);
        flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        const text = parts.with(index, flipped.toString("base64url")).join(".");
        expect(failure(() => sealer.open(text, CONTEXT)).code).toBe("UNSEAL_FAILED");
      }
    }
  });

  it("for a short tag, although the cipher would take it", () => {
    for (const length of [0, 4, 8, 12, 13, 14, 15]) {
      const iv = Buffer.alloc(12, 5);
      const options = length >= 4 ? { authTagLength: length as 4 } : { authTagLength: 16 as const };
      const cipher = createCipheriv("aes-256-gcm", bytesOf(1), iv, options).setAAD(Buffer.from(CONTEXT));
      const text = Buffer.concat([cipher.update("known"), cipher.final()]);
      const tag = cipher.getAuthTag().subarray(0, length);
      const parts = [iv, text, tag].map((part) => part.toString("base64url"));
      const error = failure(() => sealer.open(["v1", idOf(KEY), ...parts].join("."), CONTEXT));
      expect(error.message, `${length} bytes`).toContain("not a sealed value");
    }
  });

  it("for an IV of another length", () => {
    for (const length of [0, 11, 13, 16]) {
      const text = sealed.split(".").with(2, Buffer.alloc(length).toString("base64url")).join(".");
      expect(failure(() => sealer.open(text, CONTEXT)).message).toContain("not a sealed value");
    }
  });

  it("for a key that is not in the ring, and names its id", () => {
    const error = failure(() => createSealer([NEXT]).open(sealed, CONTEXT));
    expect(error.code).toBe("UNSEAL_FAILED");
    expect(error.message).toContain(idOf(KEY));
    expect(error.message).toContain(CONTEXT);
  });

  it.each(["", "v1", "v1.", "v2.a.b.c.d", "plain", "v1....", `v1.${idOf(KEY)}...`, "v1.__proto__.AA.AA.AA"])(
    "for %j, which is no sealed value",
    (text) => {
      expect(failure(() => sealer.open(text, CONTEXT)).code).toBe("UNSEAL_FAILED");
    },
  );

  it("for a key id that can be none, without repeating it", () => {
    for (const id of ["whsec_planted", "", idOf(KEY).toUpperCase(), `${idOf(KEY)}0`]) {
      const error = failure(() => sealer.open(sealed.split(".").with(1, id).join("."), CONTEXT));
      expect(error.message).toContain("not a sealed value");
      if (id) expect(error.message).not.toContain(id);
    }
  });

  it("for a value that is not sealed: it may have been planted", () => {
    const planted = createSealer("none").seal("whsec_attacker", CONTEXT);
    const error = failure(() => sealer.open(planted, CONTEXT));
    expect(error.code).toBe("UNSEAL_FAILED");
    expect(error.message).toContain("not sealed");
  });

  it("never with the text, the key or the sealed value in it", () => {
    const cases = [
      failure(() => sealer.open(sealed, "x")),
      failure(() => createSealer([NEXT]).open(sealed, CONTEXT)),
      failure(() => sealer.open("v1.whsec_plain", CONTEXT)),
      failure(() => createSealer("none").open(sealed, CONTEXT)),
    ];
    for (const error of cases) {
      const text = `${error.message} ${JSON.stringify(error.issues)} ${error.cause}`;
      for (const hidden of ["whsec_", KEY, sealed.split(".")[3] ?? KEY]) expect(text).not.toContain(hidden);
    }
  });
});

describe("a ring of keys", () => {
  it("seals with the first and opens with any", () => {
    const old = createSealer([KEY]);
    const both = createSealer([NEXT, KEY]);
    const before = old.seal("s", CONTEXT);
    const after = both.seal("s", CONTEXT);
    expect(both.open(before, CONTEXT)).toBe("s");
    expect(both.open(after, CONTEXT)).toBe("s");
    expect(createSealer([NEXT]).open(after, CONTEXT)).toBe("s");
    expect(failure(() => old.open(after, CONTEXT)).code).toBe("UNSEAL_FAILED");
  });

  it("tells which values are worth sealing anew", () => {
    const before = createSealer([KEY]).seal("s", CONTEXT);
    const both = createSealer([NEXT, KEY]);
    expect(both.isCurrent(before)).toBe(false);
    expect(both.isCurrent(both.seal("s", CONTEXT))).toBe(true);
    expect(createSealer([KEY, NEXT]).isCurrent(before)).toBe(true);
    expect(both.isCurrent(createSealer("none").seal("s", CONTEXT))).toBe(false);
  });

  it("takes standard and URL base64, padded or not, as one key", () => {
    const raw = Buffer.alloc(32, 0xfb);
    const sealed = createSealer([raw.toString("base64")]).seal("s", CONTEXT);
    for (const key of [
      raw.toString("base64url"),
      raw.toString("base64").replace("=", ""),
      `${raw.toString("base64url")}=`,
    ]) {
      expect(createSealer([key]).open(sealed, CONTEXT)).toBe("s");
    }
  });

  it.each<[string, unknown]>([
    ["empty", ""],
    ["31 bytes", Buffer.alloc(31, 1).toString("base64")],
    ["33 bytes", Buffer.alloc(33, 1).toString("base64")],
    ["hex", bytesOf(1).toString("hex")],
    ["a passphrase of 32 characters", "correct horse battery staple 123"],
    ["a line break", `${KEY}\n`],
    ["two paddings", `${KEY}=`],
    ["stray last bits", KEY.replace(/.=$/, "F=")],
    ["undefined", undefined],
    ["null", null],
  ])("refuses a key that is %s, by its index and without showing it", (_, key) => {
    const error = failure(() => createSealer([KEY, key as string, NEXT]));
    expect(error.code).toBe("CONFIGURATION");
    expect(error.issues.map((issue) => issue.path)).toEqual([["encryptionKeys", 1]]);
    const text = `${error.message} ${JSON.stringify(error.issues)}`;
    if (typeof key === "string" && key) expect(text).not.toContain(key.trim());
    expect(text).not.toContain(KEY);
  });

  it("names every bad key", () => {
    const error = failure(() => createSealer(["x", KEY, "y"]));
    expect(error.issues.map((issue) => issue.path)).toEqual([
      ["encryptionKeys", 0],
      ["encryptionKeys", 2],
    ]);
  });

  it("refuses to be empty", () => {
    const error = failure(() => createSealer([]));
    expect(error.code).toBe("CONFIGURATION");
    expect(error.issues.map((issue) => issue.path)).toEqual([["encryptionKeys"]]);
  });
});

describe('"none"', () => {
  const plain = createSealer("none");

  it("keeps values in the clear, as v0", () => {
    expect(plain.seal("é", CONTEXT)).toBe(`v0.${Buffer.from("é").toString("base64url")}`);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(plain.open(plain.seal(text, CONTEXT), "any")).toBe(text);
      }),
    );
  });

  it("calls them current", () => {
    expect(plain.isCurrent(plain.seal("s", CONTEXT))).toBe(true);
    expect(plain.isCurrent(createSealer([KEY]).seal("s", CONTEXT))).toBe(false);
  });

  it("cannot open what is sealed, and names the key that can", () => {
    const error = failure(() => plain.open(createSealer([KEY]).seal("s", CONTEXT), CONTEXT));
    expect(error.code).toBe("UNSEAL_FAILED");
    expect(error.message).toContain(idOf(KEY));
  });

  it.each(["", "v0", "v0.=", "v0.a b", "v0.Zg==", "text"])("refuses %j", (text) => {
    expect(failure(() => plain.open(text, CONTEXT)).code).toBe("UNSEAL_FAILED");
  });
});
