import assert from "node:assert/strict";
import { expectFailure, expectResponse, post, type TransportCase, withReceiver } from "./case.js";

const UNICODE = JSON.stringify({ text: "Grüße, 世界, \u{1f600}\u2028" });
const BYTES = Uint8Array.from({ length: 1_024 }, (_, index) => index % 256);

/** What is sent arrives as it is, and what is answered comes back. */
export const answerCases: readonly TransportCase[] = [
  ...[200, 201, 204, 299, 301, 302, 304, 307, 308, 400, 404, 410, 413, 429, 500, 503, 599].map((status) => ({
    name: `status ${status} is a response, and no redirect is followed`,
    run: ({ transport }: Parameters<TransportCase["run"]>[0]) =>
      withReceiver({ status, headers: { location: "/elsewhere", "retry-after": "7" } }, async (receiver) => {
        const response = expectResponse(await post(transport, receiver.url));
        assert.equal(response.status, status);
        assert.equal(response.headers["retry-after"], "7");
        assert.equal(receiver.requests.length, 1);
      }),
  })),
  {
    name: "a string body arrives byte for byte, by POST, with its length and the headers given",
    run: ({ transport }) =>
      withReceiver(200, async (receiver) => {
        const headers = {
          "content-type": "application/json",
          "x-custom": "a, b;  c",
          authorization: "Splunk 1",
        };
        expectResponse(await post(transport, `${receiver.url}/in/%C3%BC?a=b&c`, { body: UNICODE, headers }));
        const request = await receiver.next();
        assert.equal(request.method, "POST");
        assert.equal(request.url, "/in/%C3%BC?a=b&c");
        assert.equal(request.body, UNICODE);
        assert.equal(request.headers["content-length"], String(Buffer.byteLength(UNICODE)));
        assert.equal(request.headers["transfer-encoding"], undefined);
        assert.equal(request.headers.host, `127.0.0.1:${receiver.port}`);
        for (const [name, value] of Object.entries(headers)) assert.equal(request.headers[name], value);
      }),
  },
  {
    name: "a body of bytes, also a view into a larger buffer, arrives byte for byte",
    run: ({ transport }) =>
      withReceiver(200, async (receiver) => {
        expectResponse(await post(transport, receiver.url, { body: BYTES.subarray(100, 900) }));
        assert.deepEqual([...(await receiver.next()).rawBody], [...BYTES.subarray(100, 900)]);
      }),
  },
  {
    name: "an empty body is sent with length 0, and an empty answer is an empty text",
    run: ({ transport }) =>
      withReceiver(200, async (receiver) => {
        const response = expectResponse(await post(transport, receiver.url, { body: "" }));
        assert.equal((await receiver.next()).headers["content-length"], "0");
        assert.equal(response.body, "");
        assert.equal(response.truncated, false);
      }),
  },
  {
    name: "a body of 5 MB arrives whole",
    run: ({ transport }) =>
      withReceiver(200, async (receiver) => {
        const body = "é".repeat(2_500_000);
        expectResponse(await post(transport, receiver.url, { body }));
        assert.ok((await receiver.next()).body === body);
      }),
  },
  {
    name: "answered headers have lower-case names, repeated ones are joined, odd names do no harm",
    run: ({ transport }) => {
      const odd = "constructor: a\r\n__proto__: b\r\nToString: c\r\n";
      const raw = `HTTP/1.1 200 OK\r\nX-One: 1\r\nx-ONE: 2\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n${odd}content-length: 2\r\n\r\nok`;
      return withReceiver({ raw }, async (receiver) => {
        const response = expectResponse(await post(transport, receiver.url));
        assert.equal(response.headers["x-one"], "1, 2");
        assert.equal(response.headers["set-cookie"], "a=1, b=2");
        assert.equal(response.headers.tostring, "c");
        assert.equal(Object.getPrototypeOf({}).b, undefined);
        assert.equal(response.body, "ok");
      });
    },
  },
  ...[0, 1, 5, 9, 10].map((limit) => ({
    name: `of an answer of 10 bytes, a limit of ${limit} keeps ${limit}`,
    run: ({ transport }: Parameters<TransportCase["run"]>[0]) =>
      withReceiver({ body: "0123456789" }, async (receiver) => {
        const response = expectResponse(await post(transport, receiver.url, { maxResponseBytes: limit }));
        assert.equal(response.status, 200);
        assert.equal(response.body, "0123456789".slice(0, limit));
        assert.equal(response.truncated, limit < 10);
      }),
  })),
  {
    name: "a limit of 0 and an empty answer: nothing was cut",
    run: ({ transport }) =>
      withReceiver(200, async (receiver) => {
        const response = expectResponse(await post(transport, receiver.url, { maxResponseBytes: 0 }));
        assert.equal(response.truncated, false);
      }),
  },
  {
    name: "an answer without end is cut at the limit, between characters, and its connection is closed",
    run: ({ transport }) =>
      withReceiver({ trickle: "€", everyMs: 1 }, async (receiver) => {
        const response = expectResponse(await post(transport, receiver.url, { maxResponseBytes: 8 }));
        assert.equal(response.body, "€€");
        assert.equal(response.truncated, true);
        await (await receiver.next()).closed;
      }),
  },
  {
    name: "an answer that is not UTF-8 has what is not replaced",
    run: ({ transport }) =>
      withReceiver({ body: Uint8Array.of(0x61, 0xff, 0x62) }, async (receiver) => {
        assert.equal(expectResponse(await post(transport, receiver.url)).body, "a\ufffdb");
      }),
  },
  {
    name: "no answer in another encoding is asked for",
    run: ({ transport }) =>
      withReceiver(200, async (receiver) => {
        expectResponse(await post(transport, receiver.url));
        const asked = (await receiver.next()).headers["accept-encoding"];
        assert.ok(asked === undefined || asked === "identity", asked);
      }),
  },
  {
    name: "requests one after another share connections",
    run: ({ transport }) =>
      withReceiver({ body: "x".repeat(10_000) }, async (receiver) => {
        for (let index = 0; index < 6; index++) expectResponse(await post(transport, receiver.url));
        // Two, because a client may need a turn of the event loop before a connection is free again.
        assert.ok(receiver.connections <= 2, `${receiver.connections} connections`);
      }),
  },
  {
    name: "requests at the same time each have a connection",
    run: async ({ transport }) => {
      let open = () => {};
      const after = new Promise<void>((resolve) => {
        open = resolve;
      });
      await withReceiver({ after }, async (receiver) => {
        const sent = [1, 2, 3].map(() => post(transport, receiver.url));
        await receiver.next(3);
        open();
        for (const result of await Promise.all(sent)) expectResponse(result);
        assert.equal(receiver.connections, 3);
      });
    },
  },
  ...[
    ["a line break in a value", { "x-a": "secret\r\nx-b: 1" }],
    ["a NUL in a value", { "x-a": "secret\0" }],
    ["a value beyond Latin-1", { "x-a": "secret \u4e16" }],
    ["a name that is no token", { "x a": "secret" }],
    ["host", { host: "secret.example" }],
    ["transfer-encoding", { "transfer-encoding": "chunked" }],
    ["content-length", { "content-length": "1" }],
    ["te", { te: "trailers" }],
    ["connection, in any case", { Connection: "close, x" }],
  ].map(([what, headers]) => ({
    name: `a header that cannot be sent is a failure, not an exception: ${what}`,
    run: ({ transport }: Parameters<TransportCase["run"]>[0]) =>
      withReceiver(200, async (receiver) => {
        const result = await post(transport, receiver.url, { headers: headers as Record<string, string> });
        expectFailure(result, "protocol");
        assert.ok(!JSON.stringify(result).includes("secret"));
        assert.equal(receiver.requests.length, 0);
      }),
  })),
  {
    name: "after close, requests are made again",
    run: ({ transport }) =>
      withReceiver(200, async (receiver) => {
        expectResponse(await post(transport, receiver.url));
        await transport.close?.();
        expectResponse(await post(transport, receiver.url));
        assert.equal(receiver.connections, 2);
      }),
  },
];
