import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRedactor, redactNothing } from "../../src/subscriptions/redact.js";
import { redactError } from "../../src/subscriptions/redact-error.js";

const secret = `k"e'y\\ <4711>&/+ü`;
const redact = createRedactor([secret]);

describe("createRedactor", () => {
  const bytes = Buffer.from(secret);
  test.each([
    ["as it is", secret],
    ["as JSON", JSON.stringify(secret).slice(1, -1)],
    ["as inspect", inspect(secret).slice(1, -1)],
    ["in single quotes", secret.replaceAll("\\", "\\\\").replaceAll("'", "\\'")],
    ["in a URL", encodeURIComponent(secret)],
    ["in a form", new URLSearchParams({ a: secret }).toString().slice(2).replaceAll("%27", "'")],
    ["in HTML", "k&quot;e&#39;y\\ &lt;4711&gt;&amp;/+ü"],
    ["in hex", bytes.toString("hex")],
    ["in base64", bytes.toString("base64")],
    ["in base64url", bytes.toString("base64url")],
  ])("cuts a secret out %s", (_, written) => {
    expect(redact(`before ${written} after ${written}`)).toBe("before [redacted] after [redacted]");
  });

  test("cuts base64 out in both alphabets", () => {
    const signs = createRedactor(["~~~???>>>"]);
    expect(signs("fn5+Pz8/Pj4+ and fn5-Pz8_Pj4-")).toBe("[redacted] and [redacted]");
  });

  test("cuts it out of the base64 of anything around it", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const dump = Buffer.from(before + secret + after).toString("base64");
        const left = redact(dump).split("[redacted]");
        expect(left.length).toBeGreaterThan(1);
        // What is left of it are single characters at its edges, which hold bits of others.
        expect(left.some((part) => Buffer.from(part, "base64").toString("latin1").includes("4711"))).toBe(
          false,
        );
      }),
    );
  });

  test("knows the parts of a credential", () => {
    const basic = createRedactor([`Basic ${Buffer.from("bob:hunter22:x").toString("base64")}`]);
    expect(basic("bob:hunter22:x and hunter22:x but bob")).toBe("[redacted] and [redacted] but bob");
    const whsec = createRedactor(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]);
    expect(whsec("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).toBe("[redacted]");
  });

  test("leaves all else, and what is too short", () => {
    expect(redact("nothing here: key <4711")).toBe("nothing here: key <4711");
    expect(createRedactor(["12345"])("12345")).toBe("12345");
    expect(createRedactor([])).toBe(redactNothing);
    expect(redactNothing("text")).toBe("text");
    expect(createRedactor(["half \ud800 of a pair"])("fine")).toBe("fine");
  });

  test("leaves nothing of a secret that a cut text ends in", () => {
    const plain = "abcdefghijklmnopqrstuvwxyz";
    const cut = createRedactor([plain]);
    for (const written of [
      plain,
      Buffer.from(plain).toString("base64url"),
      Buffer.from(plain).toString("hex"),
    ]) {
      for (let length = 3; length < written.length; length++) {
        expect(cut(`- ${written.slice(0, length)}`, true)).toBe("- [redacted]");
      }
    }
    expect(cut("- abc", false)).toBe("- abc");
    expect(cut("- ab", true)).toBe("- ab");
    // Half a character where it was cut.
    expect(redact(`- ${secret.slice(0, -1)}\uFFFD`, true)).toBe("- [redacted]");
    expect(cut("plain \uFFFD", true)).toBe("plain \uFFFD");
    expect(cut(`${plain} - abcdef`, true)).toBe("[redacted] - [redacted]");
  });
});

describe("redactError", () => {
  test("passes an error on that holds no secret", () => {
    const error = Object.assign(new RangeError("no"), { at: 7 });
    expect(redactError(error, redact)).toBe(error);
  });

  test.each([
    ["its message", () => new Error(`no ${secret}`)],
    ["a field", () => Object.assign(new Error("no"), { deep: { er: [secret] } })],
    ["a hidden field", () => Object.defineProperty(new Error("no"), "hidden", { value: secret })],
    ["its code", () => Object.assign(new Error("no"), { code: `E_${secret}` })],
    ["a cause's cause", () => new Error("no", { cause: new Error("why", { cause: { keys: [secret] } }) })],
    ["its name", () => Object.assign(new Error("no"), { name: secret })],
    ["what is no error", () => `thrown ${secret}`],
    ["what throws when it is looked at", () => ({ [inspect.custom]: () => fail(), message: secret })],
    [
      "what cannot be read",
      () => ({
        [inspect.custom]: () => fail(),
        get message() {
          return fail();
        },
      }),
    ],
  ])("copies one that holds it in %s, without it", (_, make) => {
    const copy = redactError(make(), redact) as Error;
    expect(copy).toBeInstanceOf(Error);
    const text =
      inspect(copy, { depth: 10, showHidden: true }) + JSON.stringify(copy) + copy.stack + copy.message;
    expect(redact(text)).toBe(text);
    expect(text).not.toContain("4711");
  });

  test("keeps what is no secret of it", () => {
    const cause = new TypeError("why");
    const error = Object.assign(new RangeError(`no ${secret}`, { cause }), { code: "E_NO" });
    expect(redactError(error, redact)).toMatchObject({
      name: "RangeError",
      message: "no [redacted]",
      code: "E_NO",
      cause: { name: "TypeError", message: "why" },
    });
    const circle: { cause?: unknown; message: string } = { message: secret };
    circle.cause = circle;
    expect(redactError(circle, redact)).toBeInstanceOf(Error);
  });
});

function fail(): never {
  throw new Error("cannot be looked at");
}
