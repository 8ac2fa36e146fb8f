import fc from "fast-check";
import { expect, test } from "vitest";
import { readConnectAnswer } from "../../src/transports/tunnel.js";

const read = (text: string) => readConnectAnswer(Buffer.from(text, "latin1"));

test.each([
  ["HTTP/1.1 200 OK\r\n\r\n", 200],
  ["HTTP/1.0 200\r\n\r\n", 200],
  ["HTTP/1.1 200 \r\nvia: a\r\ncontent-length: 7\r\n\r\n", 200],
  ["HTTP/1.1 299 Odd\r\n\r\n", 299],
  ["HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 103 On\r\na: b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", 200],
  ["HTTP/1.1 407 No\r\n\r\n<html>", 407],
  ["HTTP/1.1 301 Away\r\n\r\n", 301],
  ["", "more"],
  ["HTTP/1.1 200 OK\r\n", "more"],
  ["HTTP/1.1 100 Go\r\n\r\n", "more"],
  ["HTTP/1.1 200 OK\r\n\r\nx", "invalid"],
  ["HTTP/1.1 200 OK\n\n\r\n\r\n", "invalid"],
  ["HTTP/2 200 OK\r\n\r\n", "invalid"],
  ["HTTP/1.2 200 OK\r\n\r\n", "invalid"],
  ["HTTP/1.1 099 OK\r\n\r\n", "invalid"],
  ["HTTP/1.1 600 OK\r\n\r\n", "invalid"],
  ["HTTP/1.1 2000 OK\r\n\r\n", "invalid"],
  ["HTTP/1.1200 OK\r\n\r\n", "invalid"],
  ["SSH", "invalid"],
  [`HTTP/1.1 200 OK\r\na: ${"b".repeat(16_384)}`, "invalid"],
  [`HTTP/1.1 200 OK\r\na: ${"b".repeat(16_384)}\r\n\r\n`, "invalid"],
  ["HTTP/1.1 100 Go\r\n\r\n".repeat(900), "invalid"],
])("%j", (text, expected) => expect(read(text)).toBe(expected));

test("however an answer is cut into pieces, it is read once it is whole and not before", () => {
  const answers = fc.constantFrom(
    "HTTP/1.1 200 Connection established\r\nvia: a\r\n\r\n",
    "HTTP/1.1 100 Go\r\n\r\nHTTP/1.0 502 Bad Gateway\r\n\r\n",
  );
  fc.assert(
    fc.property(answers, fc.nat(), (answer, at) => {
      expect(read(answer.slice(0, at % answer.length))).toBe("more");
      expect(read(answer)).not.toBe("more");
    }),
  );
});

test("no bytes make it throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, isBegun) => {
      const text = `${isBegun ? "HTTP/1.1 200 OK\r\n" : ""}${Buffer.from(bytes).toString("latin1")}`;
      const answer = read(text);
      expect(answer === "more" || answer === "invalid" || (answer >= 200 && answer < 600)).toBe(true);
    }),
  );
});
