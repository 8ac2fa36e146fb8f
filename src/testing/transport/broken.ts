import assert from "node:assert/strict";
import type { Answer } from "../answer.js";
import { startReceiver } from "../receiver.js";
import { expectFailure, expectResponse, post, type TransportCase, withReceiver } from "./case.js";

const OK = "HTTP/1.1 200 OK\r\n";

/** Answers that no HTTP client may take, and for which reasons it may say so; those of an evil receiver aside. */
const BROKEN: readonly (readonly [what: string, answer: Answer, ...reasons: string[]])[] = [
  ["closed before the last chunk", { raw: `${OK}transfer-encoding: chunked\r\n\r\n2\r\nab\r\n` }, "reset"],
  ["another protocol", { raw: "SSH-2.0-OpenSSH_9.9\r\n" }, "protocol"],
  ["bytes of no protocol", { raw: Uint8Array.of(0, 255, 1, 254, 13, 10, 13, 10) }, "protocol"],
  ["HTTP/2 preface", { raw: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" }, "protocol"],
  ["a chunk size that is no number", { raw: `${OK}transfer-encoding: chunked\r\n\r\nzz\r\n` }, "protocol"],
  ["a length that is no number", { raw: `${OK}content-length: 1e3\r\n\r\nab` }, "protocol", "reset"],
  ["status 000", { raw: "HTTP/1.1 000 Odd\r\ncontent-length: 0\r\n\r\n" }, "protocol", "reset"],
  ["a status that is no number", { raw: "HTTP/1.1 2x0 Odd\r\ncontent-length: 0\r\n\r\n" }, "protocol"],
  [
    "a switch of protocols",
    { raw: "HTTP/1.1 101 Go\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n" },
    "protocol",
    "reset",
  ],
  ["a 100 nobody asked for, and no more", { raw: "HTTP/1.1 100 Continue\r\n\r\n" }, "protocol", "reset"],
  ["10 MB of headers", { raw: `${OK}a: ${"x".repeat(10_000_000)}\r\n\r\n` }, "protocol", "reset"],
  ["100 000 headers", { raw: `${OK}${"a: b\r\n".repeat(100_000)}\r\n` }, "protocol", "reset"],
];

/** Answers that are odd but whose meaning is plain: taken or refused, never an exception. */
const ODD: readonly (readonly [what: string, raw: string])[] = [
  ["status 600", "HTTP/1.1 600 Odd\r\ncontent-length: 2\r\n\r\nok"],
  ["HTTP/1.0 without a length", "HTTP/1.0 200 OK\r\n\r\nok"],
  ["no reason phrase", "HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok"],
  ["a body with 204", "HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nok"],
  ["more than its length", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok and more"],
  ["a folded header", "HTTP/1.1 200 OK\r\na: b\r\n c\r\ncontent-length: 2\r\n\r\nok"],
  ["two answers", `${OK}content-length: 2\r\n\r\nok${OK}content-length: 3\r\n\r\nbad`],
  ["gzip that is none", `${OK}content-encoding: gzip\r\ncontent-length: 2\r\n\r\nok`],
];

/** Whatever else the other side does ends as a result. */
export const brokenCases: readonly TransportCase[] = [
  ...BROKEN.map(([what, answer, ...reasons]) => ({
    name: `answered with ${what}: a failure, and the next request is made`,
    run: ({ transport }: Parameters<TransportCase["run"]>[0]) =>
      withReceiver([answer, 200], async (receiver) => {
        expectFailure(await post(transport, receiver.url), ...reasons);
        expectResponse(await post(transport, receiver.url));
      }),
  })),
  ...ODD.map(([what, raw]) => ({
    name: `answered with ${what}: a result, and the next request is made`,
    run: ({ transport }: Parameters<TransportCase["run"]>[0]) =>
      withReceiver([{ raw }, 200], async (receiver) => {
        const result = await post(transport, receiver.url);
        if (result.kind === "failure") expectFailure(result, "protocol", "reset");
        else assert.ok(result.status >= 200 && !result.body.includes("bad"));
        assert.equal(expectResponse(await post(transport, receiver.url)).status, 200);
      }),
  })),
  {
    name: "nobody listens: connect",
    run: async ({ transport }) => {
      const receiver = await startReceiver();
      await receiver.close();
      expectFailure(await post(transport, receiver.url), "connect");
    },
  },
  {
    name: "http spoken to an https port, and https to an http port: a failure",
    run: ({ transport }) =>
      withReceiver(200, async (receiver) => {
        const url = receiver.url.replace("http:", "https:");
        expectFailure(await post(transport, url), "tls");
        expectFailure(await post(transport, url, { tls: { verify: false } }), "tls");
      }),
  },
];
