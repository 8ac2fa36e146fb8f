import assert from "node:assert/strict";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Answer } from "../answer.js";
import {
  expectFailure,
  expectResponse,
  post,
  type TransportCase,
  type TransportEnv,
  withReceiver,
} from "./case.js";

/** The signal is one absolute deadline: in each phase the attempt ends when it aborts, and so does the connection. */
export const deadlineCases: readonly TransportCase[] = [
  {
    name: "aborted before it began: nothing is sent",
    run: ({ transport }) =>
      withReceiver(200, async (receiver) => {
        expectFailure(await post(transport, receiver.url, {}, AbortSignal.abort()), "timeout");
        expectResponse(await post(transport, receiver.url));
        assert.equal(receiver.requests.length, 1);
      }),
  },
  {
    name: "aborted in the same turn of the event loop",
    run: ({ transport }) =>
      withReceiver(200, async (receiver) => {
        const time = new AbortController();
        const sent = post(transport, receiver.url, {}, time.signal);
        time.abort();
        expectFailure(await sent, "timeout");
      }),
  },
  {
    name: "aborted during the TLS handshake: the connection is closed",
    run: ({ transport }) =>
      withSilentServer(async (port, accepted) => {
        const time = new AbortController();
        const sent = post(transport, `https://127.0.0.1:${port}/`, {}, time.signal);
        const socket = await accepted;
        const closed = new Promise((resolve) => socket.once("close", resolve));
        time.abort();
        expectFailure(await sent, "timeout");
        await closed;
      }),
  },
  {
    name: "aborted while there is no answer: the connection is closed",
    run: (env) =>
      withReceiver({ hang: true }, async (receiver) => {
        const time = new AbortController();
        const sent = post(env.transport, receiver.url, {}, time.signal);
        const request = await receiver.next();
        time.abort();
        expectFailure(await sent, "timeout");
        await request.closed;
      }),
  },
  abortedDuring("a body that comes a byte at a time", (onChunk) => ({ trickle: ".", everyMs: 1, onChunk })),
  abortedDuring("103 Early Hints without end", (onChunk) => ({
    raw: "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n",
    everyMs: 1,
    onChunk,
  })),
  abortedDuring("headers without end", (onChunk) => {
    let isFirst = true;
    const start = "HTTP/1.1 200 OK\r\n";
    // A header a millisecond stays far below any limit of size.
    return {
      get raw() {
        const line = isFirst ? `${start}a: 1\r\n` : "a: 1\r\n";
        isFirst = false;
        return line;
      },
      everyMs: 1,
      onChunk,
    };
  }),
  {
    name: "one time limit leaves another request alone",
    run: ({ transport }) =>
      withReceiver({ hang: true }, async (receiver) => {
        const time = new AbortController();
        const slow = post(transport, receiver.url, {}, time.signal);
        await receiver.next(1);
        receiver.answer(200);
        expectResponse(await post(transport, receiver.url));
        time.abort();
        expectFailure(await slow, "timeout");
        expectResponse(await post(transport, receiver.url));
      }),
  },
  {
    name: "a signal that outlives its requests holds none of them",
    run: ({ transport }) =>
      withReceiver(200, async (receiver) => {
        const time = new AbortController();
        const listeners = new Set<unknown>();
        const { signal } = time;
        const add = signal.addEventListener.bind(signal);
        const remove = signal.removeEventListener.bind(signal);
        signal.addEventListener = (type: string, listener: never, options?: never) => {
          listeners.add(listener);
          add(type, listener, options);
        };
        signal.removeEventListener = (type: string, listener: never) => {
          listeners.delete(listener);
          remove(type, listener);
        };
        expectResponse(await post(transport, receiver.url, {}, signal));
        assert.equal(listeners.size, 0);
      }),
  },
];

function abortedDuring(what: string, answer: (onChunk: (count: number) => void) => Answer): TransportCase {
  return {
    name: `aborted during ${what}: the connection is closed`,
    run: async ({ transport }: TransportEnv) => {
      const time = new AbortController();
      const onChunk = (count: number) => {
        if (count === 5) time.abort();
      };
      await withReceiver(answer(onChunk), async (receiver) => {
        expectFailure(await post(transport, receiver.url, {}, time.signal), "timeout");
        await (await receiver.next()).closed;
      });
    },
  };
}

/** A server that accepts connections and says nothing. */
async function withSilentServer(
  run: (port: number, accepted: Promise<Socket>) => Promise<void>,
): Promise<void> {
  const sockets = new Set<Socket>();
  let accept: (socket: Socket) => void = () => {};
  const accepted = new Promise<Socket>((resolve) => {
    accept = resolve;
  });
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined).resume());
    accept(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await run((server.address() as AddressInfo).port, accepted);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}
