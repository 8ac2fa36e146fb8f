import { afterEach, describe, expect, test } from "vitest";
import { LOOPBACK_ENDPOINTS, post, withReceiver } from "../../src/testing/transport/case.js";
import { assertGuardedFetch, kyTransport } from "../../src/transports/ky.js";
import { undiciTransport } from "../../src/transports/undici.js";

/** Addresses are judged when a connection is made, so connections must not live for ever. */

const opened: { close?(): Promise<void> }[] = [];
afterEach(() => Promise.all(opened.splice(0).map((one) => one.close?.())));

describe.each([
  ["undici", undiciTransport],
  ["ky", kyTransport],
])("a kept connection of %s", (_, make) => {
  test("is closed after a thousand requests, however busy it is", () =>
    withReceiver(204, async (receiver) => {
      const transport = make({ endpoints: LOOPBACK_ENDPOINTS, connections: 1 });
      opened.push(transport);
      for (let index = 0; index < 1_003; index++) await post(transport, receiver.url);
      const [first] = receiver.requests;
      await first?.closed;
      const on = receiver.requests.map(({ connection }) => connection);
      // undici counts the one that closes it on top.
      expect(on.filter((number) => number === 1).length).toBeLessThanOrEqual(1_001);
      expect(on.at(-1)).toBeGreaterThan(1);
    }));

  test("is closed when it was unused for long enough, whatever the endpoint would like", () => {
    // Raw, because a server of Node's would close an unused connection by itself.
    const raw = "HTTP/1.1 200 OK\r\nkeep-alive: timeout=3600\r\ncontent-length: 0\r\n\r\n";
    return withReceiver({ raw, keepOpen: true }, async (receiver) => {
      const transport = make({ endpoints: LOOPBACK_ENDPOINTS, keepAliveTimeout: 50 });
      opened.push(transport);
      await post(transport, receiver.url);
      await (await receiver.next()).closed;
    });
  });
});

describe("a runtime whose fetch does not ask for the dispatcher", () => {
  const refused = expect.objectContaining({
    code: "CONFIGURATION",
    message: expect.stringContaining("this runtime"),
  });

  test("is refused, also when nobody knows its name", () => {
    class Ignorant {
      constructor(
        readonly url: string,
        readonly init: RequestInit,
      ) {
        void init.method;
      }
    }
    class Broken {
      constructor() {
        throw new TypeError("no such option");
      }
    }
    for (const RequestClass of [Ignorant, Broken]) {
      expect(() => assertGuardedFetch({}, RequestClass as unknown as typeof Request)).toThrow(refused);
    }
  });

  test("refuses kyTransport when it is made", () => {
    const real = globalThis.Request;
    globalThis.Request = class {} as unknown as typeof Request;
    try {
      expect(() => kyTransport()).toThrow(refused);
    } finally {
      globalThis.Request = real;
    }
    kyTransport();
  });
});
