import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Listener } from "../../../src/stores/postgres/listen.js";
import { deferred } from "../../make.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const TIMES = { first: 100, longest: 1_000, patience: 50, look: 10_000 } as const;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

class Connection extends EventEmitter {
  readonly asked: string[] = [];
  readonly released: (boolean | undefined)[] = [];
  /** Answers nothing. */
  isDeaf = false;

  async query(text: string) {
    this.asked.push(text);
    return this.isDeaf ? new Promise<never>(() => {}) : { rows: [] };
  }

  release(destroy?: boolean) {
    this.released.push(destroy);
  }
}

type Answer = "connects" | "refuses" | Promise<Connection>;

/** A pool that answers what is listed, one after another, and then connects; when it was asked, and what it gave. */
function listening(...answers: Answer[]) {
  const asked: number[] = [];
  const given: Connection[] = [];
  const begin = Date.now();
  const pool = {
    ending: false,
    async connect() {
      asked.push(Date.now() - begin);
      const answer = answers.shift() ?? "connects";
      if (answer === "refuses") throw new Error("refused");
      const connection = answer === "connects" ? new Connection() : await answer;
      given.push(connection);
      return connection;
    },
  };
  const wake = vi.fn();
  return { pool, asked, given, wake, listener: new Listener(pool as never, "a_channel", wake, TIMES) };
}

describe("Listener", () => {
  test("listens, and wakes for what is said on its channel only", async () => {
    const { listener, given, wake } = listening();
    await listener.start();
    expect(given[0]?.asked).toEqual(['LISTEN "a_channel"']);
    given[0]?.emit("notification", { channel: "another" });
    expect(wake).not.toHaveBeenCalled();
    given[0]?.emit("notification", { channel: "a_channel" });
    expect(wake).toHaveBeenCalledTimes(1);
    listener.stop();
    expect(given[0]?.released).toEqual([true]);
  });

  test("a server that is away is asked again, each time later, for ever; then it wakes, and begins anew", async () => {
    const { listener, asked, given, wake } = listening("connects", ...Array<Answer>(8).fill("refuses"));
    await listener.start();
    given[0]?.emit("error", new Error("gone"));
    given[0]?.emit("end");
    expect(given[0]?.released).toEqual([true]);
    await pass(6_500);
    const gaps = asked.slice(1).map((at, n) => at - (asked[n] ?? 0));
    expect(gaps).toEqual([100, 200, 400, 800, 1_000, 1_000, 1_000, 1_000, 1_000]);
    expect(wake).toHaveBeenCalledTimes(1);
    given[1]?.emit("end");
    await pass(100);
    expect(given).toHaveLength(3);
    expect(wake).toHaveBeenCalledTimes(2);
    listener.stop();
  });

  test("begins to try where the first connection cannot be had", async () => {
    const { listener, given, wake } = listening("refuses");
    await listener.start();
    expect(given).toEqual([]);
    await pass(100);
    expect(given).toHaveLength(1);
    expect(wake).toHaveBeenCalledTimes(1);
    listener.stop();
  });

  test("does not wait longer than its patience for an exhausted pool, and gives back what comes too late", async () => {
    const late = deferred<Connection>();
    const { listener, given } = listening(late.promise);
    const started = listener.start();
    await pass(50);
    await started;
    const connection = new Connection();
    late.resolve(connection);
    await pass(0);
    expect(connection.released).toEqual([undefined]);
    expect(connection.asked).toEqual([]);
    await pass(100);
    expect(given).toHaveLength(2);
    listener.stop();
  });

  test("closes a connection on which LISTEN gets no answer", async () => {
    const deaf = Object.assign(new Connection(), { isDeaf: true });
    const { listener, given } = listening(Promise.resolve(deaf));
    const started = listener.start();
    await pass(50);
    await started;
    expect(deaf.released).toEqual([true]);
    await pass(100);
    expect(given).toHaveLength(2);
    listener.stop();
  });

  test("finds out that nothing comes through any more", async () => {
    const { listener, given, wake } = listening();
    await listener.start();
    await pass(10_000);
    expect(given[0]?.asked).toEqual(['LISTEN "a_channel"', "SELECT 1"]);
    await pass(9_000);
    Object.assign(given[0] ?? {}, { isDeaf: true });
    await pass(1_050);
    expect(given[0]?.released).toEqual([true]);
    await pass(100);
    expect(given).toHaveLength(2);
    expect(wake).toHaveBeenCalledTimes(1);
    listener.stop();
  });

  test("gives its connection up when the pool was ended, which waits for it, and asks no more", async () => {
    const { listener, pool, asked, given, wake } = listening();
    await listener.start();
    pool.ending = true;
    await pass(10_000);
    expect(given[0]?.released).toEqual([true]);
    await pass(100_000);
    expect(asked).toHaveLength(1);
    expect(wake).not.toHaveBeenCalled();
  });

  test("stopped while it connects leaves nothing behind", async () => {
    const coming = deferred<Connection>();
    const { listener, asked, given, wake } = listening("connects", coming.promise);
    await listener.start();
    given[0]?.emit("end");
    await pass(100);
    listener.stop();
    const connection = new Connection();
    coming.resolve(connection);
    await pass(100_000);
    expect(connection.released).toEqual([true]);
    expect(connection.asked).toEqual([]);
    expect(wake).not.toHaveBeenCalled();
    expect(asked).toHaveLength(2);
  });

  test("stopped in a pause, or while it looks, leaves nothing behind", async () => {
    const pausing = listening("refuses");
    await pausing.listener.start();
    pausing.listener.stop();
    await pass(100_000);
    expect(pausing.asked).toHaveLength(1);

    const looking = listening();
    await looking.listener.start();
    Object.assign(looking.given[0] ?? {}, { isDeaf: true });
    await pass(10_010);
    looking.listener.stop();
    await pass(100_000);
    expect(looking.given[0]?.released).toEqual([true]);
    expect(looking.asked).toHaveLength(1);
  });
});
