import { afterEach, describe, expect, test } from "vitest";
import type { Store } from "../../src/model/store.js";
import { memoryStore } from "../../src/stores/memory/index.js";
import { cleanAll, flowOn, until } from "../flow/harness.js";
import { deferred, rounds } from "../make.js";

afterEach(cleanAll);

/** A store that says when it is listened to, and claims from. */
function listenedStore(change: Partial<Store> = {}) {
  const said: string[] = [];
  let claims = 0;
  const right = memoryStore();
  const store: Store = {
    ...right,
    claim(request) {
      claims++;
      return right.claim(request);
    },
    async listen() {
      said.push("listen");
      return async () => void said.push("unlisten");
    },
    ...change,
  };
  return { store, said, claims: () => claims };
}

describe("Running", () => {
  test("a start during a stop waits until it has ended, and then delivers", async () => {
    const { store, said } = listenedStore();
    const { webhooks, requests, subscribe, answer } = flowOn(() => store);
    const gate = deferred<number>();
    answer((_, number) => (number === 1 ? gate.promise : 200));
    await webhooks.start();
    await subscribe();
    await webhooks.publish("order.paid", { n: 1 });
    await until(() => requests.length === 1, "the first request");
    const stopped = webhooks.stop({ drain: "1h" });
    let isStarted = false;
    const started = webhooks.start().then(() => {
      isStarted = true;
    });
    await rounds(20);
    expect([said, isStarted]).toEqual([["listen", "unlisten"], false]);
    gate.resolve(200);
    await Promise.all([stopped, started]);
    expect(said).toEqual(["listen", "unlisten", "listen"]);
    await webhooks.publish("order.paid", { n: 2 });
    await until(() => requests.length === 2, "a delivery after the second start");
  });

  test("stops at the same time are one after the other, and end what listens once", async () => {
    const { store, said } = listenedStore();
    const { webhooks } = flowOn(() => store);
    await webhooks.start();
    await Promise.all([webhooks.stop(), webhooks.stop(), webhooks.stop()]);
    expect(said).toEqual(["listen", "unlisten"]);
  });

  test("starts at the same time are one", async () => {
    const { store, said } = listenedStore();
    const { webhooks } = flowOn(() => store);
    await Promise.all([webhooks.start(), webhooks.start()]);
    expect(said).toEqual(["listen"]);
  });

  test("a start that was stopped before it was done claims nothing", async () => {
    const gate = deferred<void>();
    const { store, claims } = listenedStore({ migrate: () => gate.promise });
    const { webhooks } = flowOn(() => store);
    const started = webhooks.start();
    await rounds();
    await webhooks.stop();
    gate.resolve();
    await started;
    await rounds(50);
    expect(claims()).toBe(0);
  });

  test("a start that failed may be made again", async () => {
    let isAway = true;
    const { store, claims } = listenedStore({
      async listen() {
        if (isAway) throw new Error("away");
        return async () => {};
      },
    });
    const { webhooks } = flowOn(() => store);
    await expect(webhooks.start()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    isAway = false;
    await webhooks.start();
    await until(() => claims() > 0, "a claim");
  });
});
