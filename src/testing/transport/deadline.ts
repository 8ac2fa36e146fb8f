import assert from "node:assert/strict";
import { expectFailure, expectResponse, post, type TransportCase, withReceiver } from "./case.js";

/** The signal is one absolute deadline. That it holds in each phase, and ends the connection, evil receivers show. */
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
