import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { each } from "../../src/client/each.js";
import { isClientError } from "../../src/client/index.js";
import { cleanAll } from "../flow/harness.js";
import { answering, clientOf, mounted, type Respond, refusing, rejection } from "./support.js";

afterEach(cleanAll);

/** A list of pages whose cursors are the numbers of the pages to come, and which of them was asked for. */
function paged(pages: readonly (readonly number[])[]) {
  const asked: (string | undefined)[] = [];
  const list = async (cursor: string | undefined) => {
    asked.push(cursor);
    const at = Number(cursor ?? 0);
    return { items: pages[at] ?? [], next: at + 1 < pages.length ? String(at + 1) : null };
  };
  return { list, asked };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe("each", () => {
  it("answers every item of every page, empty pages in between", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1 }), async (pages) => {
        const { list, asked } = paged(pages);
        expect(await all(each(list, undefined))).toEqual(pages.flat());
        expect(asked).toEqual(pages.map((_, index) => (index === 0 ? undefined : String(index))));
      }),
    );
  });

  it("asks for a page when its first item is asked for, and for none after a break", async () => {
    const { list, asked } = paged([[1, 2], [3], [4]]);
    const items = each(list, undefined);
    expect(asked).toEqual([]);
    const seen: number[] = [];
    for await (const item of items) {
      seen.push(item);
      if (item === 2) expect(asked).toHaveLength(1);
      if (item === 3) break;
    }
    expect(seen).toEqual([1, 2, 3]);
    expect(asked).toHaveLength(2);
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  it("begins where it is told", async () => {
    const { list, asked } = paged([[1], [2], [3]]);
    expect(await all(each(list, "1"))).toEqual([2, 3]);
    expect(asked).toEqual(["1", "2"]);
  });

  it("finds any circle of cursors, however long the way into it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 40 }), fc.integer({ min: 1, max: 40 }), async (tail, length) => {
        let asked = 0;
        const list = async (cursor: string | undefined) => {
          if (++asked > 1000) throw new Error("It goes on for ever");
          const at = Number(cursor ?? -1) + 1;
          return { items: [at], next: String(at < tail + length ? at : tail) };
        };
        const error = await rejection(all(each(list, undefined)));
        expect(isClientError(error, "BAD_RESPONSE")).toBe(true);
      }),
    );
  });

  it("of a server that answers the same cursor for ever asks twice", async () => {
    const forEver: Respond = (_, number) => {
      if (number > 10) return refusing("NOT_FOUND", 404);
      return answering({ items: [{ id: "dlv_1" }], next: "same" });
    };
    const { client, sent } = clientOf(forEver);
    const error = await rejection(all(client.deliveries.each()));
    expect(isClientError(error, "BAD_RESPONSE")).toBe(true);
    expect(sent).toHaveLength(2);
    const from = clientOf(forEver);
    expect(isClientError(await rejection(all(from.client.events.each({ cursor: "same" }))))).toBe(true);
    expect(from.sent).toHaveLength(1);
  });
});

describe("of the real API", () => {
  it("goes through every list with its filters", async () => {
    const { client, webhooks, sent, clock } = await mounted();
    const names = ["First", "Second", "Third"];
    for (const name of names) {
      clock.advance("1s");
      await client.subscriptions.create({
        name,
        url: "https://hooks.example.com/in",
        events: ["order.paid"],
        enabled: name !== "Second",
      });
    }
    clock.advance("1s");
    await client.events.publish("order.paid", { n: 1 });
    clock.advance("1s");
    await client.events.publish("order.shipped", {});
    await webhooks.runUntilIdle();
    const before = sent.length;
    const subscriptions = await all(client.subscriptions.each({ limit: 1 }));
    expect(subscriptions.map(({ name }) => name)).toEqual([...names].reverse());
    expect(sent).toHaveLength(before + 3);
    expect(await all(client.subscriptions.each({ enabled: false, limit: 1 }))).toHaveLength(1);
    expect(await all(client.deliveries.each({ limit: 1, status: "delivered" }))).toHaveLength(2);
    expect(await all(client.deliveries.each())).toHaveLength(2);
    const events = await all(client.events.each({ limit: 1 }));
    expect(events.map(({ type }) => type)).toEqual(["order.shipped", "order.paid"]);
    expect(await all(client.events.each({ type: "order.paid" }))).toHaveLength(1);
  });

  it("stops when its signal is aborted", async () => {
    const { client, sent } = await mounted();
    for (const name of ["One", "Two", "Three"].map((number) => `Endpoint ${number}`))
      await client.subscriptions.create({ name });
    const before = sent.length;
    const abort = new AbortController();
    const items = client.subscriptions.each({ limit: 1 }, { signal: abort.signal });
    await items.next();
    abort.abort();
    expect(isClientError(await rejection(items.next()), "ABORTED")).toBe(true);
    expect(sent).toHaveLength(before + 1);
  });
});
