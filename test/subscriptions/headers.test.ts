import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { headerIssues } from "../../src/subscriptions/headers.js";

const one = (name: string, value = "v") => headerIssues([{ name, value }]);

test.each(["x-token", "Authorization", "X_1", "!#$%&'*+-.^_`|~", "cookie", "a".repeat(128)])(
  "takes %s",
  (name) => {
    expect(one(name)).toEqual([]);
  },
);

test.each([
  ...[
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "te",
    "trailer",
    "upgrade",
    "expect",
  ],
  ...["http2-settings", "content-type", "content-encoding", "date", "via", "forwarded"],
  ...["proxy-authorization", "proxy-anything", "webhook-id", "webhook-x", "sec-fetch-mode"],
  ...[
    "Host",
    "CONTENT-LENGTH",
    "Webhook-Id",
    "Sec-X",
    "Proxy-X",
    ":authority",
    "",
    "a b",
    "é",
    "x\r\ny",
    "x:",
  ],
  "a".repeat(129),
])("refuses the name %j", (name) => {
  expect(one(name)).toEqual([{ path: [name.slice(0, 128)], message: expect.any(String) }]);
});

test("says what to use instead of content-type", () => {
  expect(one("Content-Type")[0]?.message).toContain("contentType");
});

describe("values", () => {
  test.each(["", "a b\tc", "~", "x".repeat(4000)])("takes case %#", (value) => {
    expect(one("x", value)).toEqual([]);
  });

  test.each(["a\rb", "a\nb", "a\0b", "\x7f", "é", "\u{1f600}"])("refuses %j without quoting it", (value) => {
    const [issue] = one("x-token", value);
    expect(issue).toEqual({ path: ["x-token"], message: expect.not.stringContaining(value) });
  });
});

test("refuses what the signature scheme sets", () => {
  expect(headerIssues([{ name: "X-Hub-Signature-256", value: "" }], ["x-hub-signature-256"])).toHaveLength(1);
  expect(headerIssues([{ name: "X-Hub-Signature-256", value: "" }], ["stripe-signature"])).toEqual([]);
});

test.each([
  ["X-Token", "x-token"],
  ["x-token", "X-Token"],
])("refuses %s and %s together", (first, second) => {
  const issues = headerIssues([
    { name: first, value: "1" },
    { name: second, value: "2" },
  ]);
  expect(issues).toEqual([{ path: [second], message: expect.stringContaining("twice") }]);
});

test("takes 50 headers and 4096 bytes, and no more", () => {
  const many = (n: number) => Array.from({ length: n }, (_, i) => ({ name: `x-${i}`, value: "" }));
  expect(headerIssues(many(50))).toEqual([]);
  expect(headerIssues(many(51))).toEqual([{ path: [], message: expect.stringContaining("50") }]);
  expect(one("abcd", "v".repeat(4092))).toEqual([]);
  expect(one("abcd", "v".repeat(4093))).toEqual([{ path: [], message: expect.stringContaining("4096") }]);
});

test("what it takes can be sent by fetch, whatever it is given", () => {
  const header = fc.record({
    name: fc.string({ maxLength: 6 }),
    value: fc.string({ unit: "binary", maxLength: 6 }),
  });
  fc.assert(
    fc.property(fc.array(header, { maxLength: 4 }), (headers) => {
      if (headerIssues(headers).length > 0) return;
      const sent = new Headers(headers.map(({ name, value }): [string, string] => [name, value]));
      expect([...sent.keys()]).toHaveLength(headers.length);
    }),
    { numRuns: 500 },
  );
});
