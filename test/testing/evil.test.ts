import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { type EvilName, type EvilReceiver, evils, startEvilReceiver } from "hookwright/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

/** That the evil receiver is as evil as it says, seen by clients that are too trusting. */

let receiver: EvilReceiver;
beforeEach(async () => {
  receiver = await startEvilReceiver();
});
afterEach(() => receiver.close());

/** What a client without any limit reads, until the other side closes or there are so many bytes. */
function raw(name: EvilName, enough = Number.POSITIVE_INFINITY): Promise<{ text: string }> {
  const { port, pathname } = new URL(receiver.url(name));
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(Number(port), "127.0.0.1", () =>
      socket.write(`POST ${pathname} HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{}`),
    );
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      if (text.length >= enough) socket.destroy();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve({ text }));
  });
}

test("each has a name of its own and a sentence", () => {
  expect(new Set(evils.map(({ name }) => name)).size).toBe(evils.length);
  for (const { name, what, ends, scheme } of evils) {
    expect(what, name).toMatch(/^[a-z].{20,}[^.]$/);
    expect(ends.length, name).toBeGreaterThan(0);
    expect(receiver.url(name).startsWith(`${scheme}://127.0.0.1:`), name).toBe(true);
  }
});

describe("what has no end", () => {
  test.each<[EvilName, RegExp]>([
    ["trickled-answer", /^HTTP\/1\.1 200 OK\r\n\r\n\.{20}/],
    ["endless-103", /^(HTTP\/1\.1 103 Early Hints\r\nlink: <\/a>\r\n\r\n){5}/],
    ["trickled-headers", /^HTTP\/1\.1 200 OK\r\n(a: 1\r\n){5}/],
    ["endless-headers", /^HTTP\/1\.1 200 OK\r\n(a: 1\r\n){5000}/],
    ["endless-body", /^HTTP\/1\.1 200 OK\r\n\r\n\.{200000}/],
    ["endless-chunks", /^HTTP\/1\.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n(400\r\n\.{1024}\r\n){100}/],
  ])("%s", async (name, expected) => {
    const flood = name.startsWith("endless-") && name !== "endless-103";
    const { text } = await raw(name, flood ? 300_000 : 300);
    expect(text.slice(0, 300_000)).toMatch(expected);
    const visit = await receiver.visit(name);
    await visit.underWay;
    await visit.closed;
    expect(visit.pieces).toBeGreaterThanOrEqual(5);
  });

  test("is not written faster than it is read", async () => {
    const { port } = new URL(receiver.url("endless-body"));
    const socket = connect(Number(port), "127.0.0.1", () =>
      socket.write("POST /endless-body HTTP/1.1\r\n\r\n"),
    );
    socket.pause();
    const visit = await receiver.visit("endless-body");
    await visit.underWay;
    for (let before = -1; before !== visit.bytes; ) {
      before = visit.bytes;
      await new Promise((resolve) => setImmediate(resolve));
    }
    // What the system takes into its own buffers, and one piece that waits.
    expect(visit.pieces * 1_024).toBeLessThan(32 * 1_024 * 1_024);
    socket.destroy();
    await visit.closed;
  });
});

describe("what stalls", () => {
  test.each<[EvilName, RegExp]>([
    ["silent", /^$/],
    [
      "chunked-without-end",
      /^HTTP\/1\.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n2\r\ncd\r\n$/,
    ],
    ["huge-content-length", /^HTTP\/1\.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n\.{1024}$/],
  ])("%s", async (name, expected) => {
    const read = raw(name);
    const visit = await receiver.visit(name);
    await visit.underWay;
    await receiver.close();
    expect((await read).text).toMatch(expected);
  });
});

describe("what is broken", () => {
  test.each<[EvilName, RegExp]>([
    ["close-on-connect", /^$/],
    ["close-in-request", /^$/],
    ["close-before-answer", /^$/],
    ["close-in-headers", /^HTTP\/1\.1 200 OK\r\ncontent-le$/],
    ["close-in-body", /content-length: 1000\r\n\r\nonly this$/],
    ["close-in-chunk", /\r\n\r\n5\r\nab$/],
    ["two-lengths", /content-length: 1\r\ncontent-length: 2\r\n/],
    ["length-and-chunks", /content-length: 1\r\ntransfer-encoding: chunked\r\n/],
    ["bare-line-feeds", /^[^\r]*\n\n[^\r]*$/],
    ["status-099", /^HTTP\/1\.1 099 /],
    ["status-999", /^HTTP\/1\.1 999 /],
  ])("%s", async (name, expected) => {
    expect((await raw(name)).text).toMatch(expected);
  });

  test("the bomb is small on the way and large when it bursts", async () => {
    const { gunzipSync } = await import("node:zlib");
    const { text } = await raw("gzip-bomb");
    const body = Buffer.from(text.slice(text.indexOf("\r\n\r\n") + 4), "latin1");
    expect(text).toContain(`content-length: ${body.length}\r\n`);
    expect(body.length).toBeLessThan(60_000);
    expect(gunzipSync(body).length).toBe(50_000_000);
  });
});

test.each([301, 302, 303, 307, 308])("redirect-%i: whoever follows is seen", async (status) => {
  const { text } = await raw(`redirect-${status}` as EvilName);
  expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  const [, location = ""] = /location: (\S+)\r\n/.exec(text) ?? [];
  expect(receiver.strays).toBe(0);
  const socket = connect(Number(new URL(location).port), "127.0.0.1");
  await new Promise((resolve) => socket.once("close", resolve).resume());
  expect(receiver.strays).toBe(1);
});

describe("certificates", () => {
  /** Answers the protocol spoken, or the code of what went wrong. */
  const handshake = (url: string, options: ConnectionOptions = {}) =>
    new Promise<string | null>((resolve) => {
      const { port } = new URL(url);
      const socket = connectTls(
        { host: "127.0.0.1", port: Number(port), ca: receiver.ca, ...options },
        () => {
          resolve(socket.getProtocol());
          socket.destroy();
        },
      );
      socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });

  test("are refused, each for what it says and for nothing else", async () => {
    expect(await handshake(receiver.tlsUrl)).toBe("TLSv1.3");
    const named = (servername: string) => ({ servername });
    expect(await handshake(receiver.url("tls-wrong-name"))).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(await handshake(receiver.url("tls-wrong-name"), named("other.example"))).toBe("TLSv1.3");
    expect(await handshake(receiver.url("tls-host-header"))).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(await handshake(receiver.url("tls-host-header"), named(receiver.hostHeader))).toBe("TLSv1.3");
    expect(await handshake(receiver.url("tls-expired"))).toBe("CERT_HAS_EXPIRED");
    expect(await handshake(receiver.url("tls-self-signed"))).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
    expect(await handshake(receiver.url("tls-old-protocol"))).toMatch(
      /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/,
    );
    const old = { minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    expect(await handshake(receiver.url("tls-old-protocol"), old)).toBe("TLSv1.1");
  });
});

describe("the receiver", () => {
  test("answers 204 at any other path, also with a body in pieces", async () => {
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(receiver.plainUrl, { method: "POST", headers: { "content-length": 4 } });
      request.on("response", (response) => resolve(response.resume().statusCode)).on("error", reject);
      request.write("ab");
      setImmediate(() => request.end("cd"));
    });
    expect(status).toBe(204);
    expect((await fetch(`${receiver.plainUrl}constructor`)).status).toBe(204);
  });

  test("hands each visit out once, waits for the next, and says when there will be none", async () => {
    await raw("close-in-body");
    await raw("close-in-body");
    const [first, second] = [await receiver.visit("close-in-body"), await receiver.visit("close-in-body")];
    expect(first).not.toBe(second);
    expect(first.evil).toBe("close-in-body");
    expect(first.bytes).toBeGreaterThan(0);
    const third = receiver.visit("close-in-body");
    await raw("close-in-body");
    expect(await third).toBe(receiver.visits[2]);
    const never = expect(receiver.visit("silent")).rejects.toThrow("nobody came to silent");
    await receiver.close();
    await never;
    await receiver.close();
    await expect(receiver.visit("silent")).rejects.toThrow("nobody came");
  });
});
