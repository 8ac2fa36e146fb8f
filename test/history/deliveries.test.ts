import { describe, expect, it } from "vitest";
import { formatsWith } from "../../src/formats/registry.js";
import { attemptRecord } from "../../src/history/attempt.js";
import { Deliveries, type DeliveriesParts } from "../../src/history/deliveries.js";
import type { DeliveryRecord } from "../../src/model/delivery.js";
import type { DeliveryQuery, RequeueRequest } from "../../src/model/store.js";
import { SLICE } from "../../src/model/turn.js";
import { clockAt, event, failure, leased, NOW, paths } from "../make.js";

function row(change: Partial<DeliveryRecord> = {}): DeliveryRecord {
  const { lease: _, event: __, ...record } = leased();
  return { ...record, ...change };
}

/** A history over these rows, with the calls that reached the store. */
function history(
  rows: readonly DeliveryRecord[],
  change: Partial<DeliveriesParts> = {},
  readEvents: DeliveriesParts["store"]["readEvents"] = async (ids) =>
    [event({ id: "evt_2" }), event()].filter(({ id }) => ids.includes(id)),
) {
  const queries: DeliveryQuery[] = [];
  const requeued: RequeueRequest[] = [];
  const cancelled: string[] = [];
  let woken = 0;
  const attempt = attemptRecord({
    number: 1,
    at: NOW,
    durationMs: 5,
    request: { url: "https://hooks.example.com/in", headers: {} },
    response: null,
    error: null,
    secrets: {},
    redact: (text) => text,
  });
  const store: DeliveriesParts["store"] = {
    readDeliveries: async (ids) => rows.filter(({ id }) => ids.includes(id)),
    findDeliveries: async (query) => {
      queries.push(query);
      const { after } = query;
      const rest = after === null ? rows : rows.slice(rows.findIndex(({ id }) => id === after.id) + 1);
      return rest.slice(0, query.limit);
    },
    readAttempts: async () => [attempt],
    readEvents,
    readSubscriptions: async () => [],
    requeue: async (request) => {
      requeued.push(request);
      return rows.some(({ id, status }) => request.ids.includes(id) && status !== "pending") ? 1 : 0;
    },
    cancel: async (ids) => {
      cancelled.push(...ids);
      return rows.some(({ id, dueAt }) => ids.includes(id) && dueAt !== null) ? 1 : 0;
    },
  };
  const deliveries = new Deliveries({
    clock: clockAt(),
    store,
    formats: formatsWith({}),
    subscription: async (id) => ({ id, name: "Splunk", scope: "", metadata: {} }),
    wake: () => woken++,
    ...change,
  });
  return { deliveries, queries, requeued, cancelled, woken: () => woken };
}

describe("list", () => {
  const rows = Array.from({ length: 5 }, (_, i) => row({ id: `dlv_${5 - i}`, createdAt: NOW - i }));

  it("walks all of them, page by page, each once", async () => {
    const { deliveries } = history(rows);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await deliveries.list({ limit: 2, cursor });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(["dlv_5", "dlv_4", "dlv_3", "dlv_2", "dlv_1"]);
  });

  it("ends without a cursor where the last page is full", async () => {
    const { deliveries } = history(rows);
    expect((await deliveries.list({ limit: 5 })).next).toBeNull();
    expect((await deliveries.list({ limit: 4 })).next).not.toBeNull();
  });

  it("hands filters to the store, 50 rows and one when nothing else is said", async () => {
    const { deliveries, queries } = history(rows);
    await deliveries.list({
      subscriptionId: "sub_1",
      eventId: "evt_1",
      scope: "organization:acme",
      status: "failed",
    });
    await deliveries.list();
    expect(queries).toEqual([
      {
        subscriptionId: "sub_1",
        eventId: "evt_1",
        under: "organization:acme",
        status: "failed",
        limit: 51,
        after: null,
      },
      { limit: 51, after: null },
    ]);
  });

  it("takes no cursor of another filter, nor one that it did not make", async () => {
    const { deliveries } = history(rows);
    const { next } = await deliveries.list({ limit: 2, status: "failed" });
    expect(next).not.toBeNull();
    for (const cursor of [next ?? "", "", "x", "WzFd"]) {
      expect(paths(await failure("INVALID_CURSOR", () => deliveries.list({ limit: 2, cursor })))).toEqual([
        "cursor",
      ]);
    }
  });

  it.each([0, -1, 201, 1.5, Number.NaN, "10" as unknown as number])(
    "refuses a limit of %s",
    async (limit) => {
      const { deliveries, queries } = history(rows);
      expect(paths(await failure("INVALID_ARGUMENT", () => deliveries.list({ limit })))).toEqual(["limit"]);
      expect(queries).toEqual([]);
    },
  );

  it("refuses a status there is none of", async () => {
    const { deliveries } = history(rows);
    const status = "lost" as "failed";
    expect(paths(await failure("INVALID_ARGUMENT", () => deliveries.list({ status })))).toEqual(["status"]);
  });
});

describe("get", () => {
  it("shows a delivery with its body and its attempts", async () => {
    const { deliveries } = history([
      row({ format: "array", eventIds: ["evt_1", "evt_2"], httpStatus: 500, dueAt: NOW }),
    ]);
    const shown = await deliveries.get("dlv_1");
    expect(shown).toMatchObject({
      id: "dlv_1",
      createdAt: "2026-01-15T12:00:00.000Z",
      nextAttemptAt: "2026-01-15T12:00:00.000Z",
      completedAt: null,
      httpStatus: 500,
    });
    expect((JSON.parse(shown.payload ?? "") as { id: string }[]).map(({ id }) => id)).toEqual([
      "evt_1",
      "evt_2",
    ]);
    expect(shown.attemptLog.map(({ number, at }) => [number, at])).toEqual([[1, "2026-01-15T12:00:00.000Z"]]);
    expect(JSON.stringify(shown)).not.toContain("lease");
  });

  it.each<[string, Partial<DeliveryRecord>]>([
    ["an event is forgotten", { eventIds: ["evt_1", "evt_gone"], format: "array" }],
    ["its format is not registered", { format: "slack" }],
  ])("has no body where %s", async (_, change) => {
    expect((await history([row(change)]).deliveries.get("dlv_1")).payload).toBeNull();
  });

  it("shows the body also when the subscription is gone", async () => {
    const { deliveries } = history([row()], { subscription: async () => null });
    expect((await deliveries.get("dlv_1")).payload).toContain('"id":"evt_1"');
  });

  it("shows bytes as text", async () => {
    const formats = formatsWith({ bin: { contentType: "x/y", body: () => new TextEncoder().encode("é") } });
    expect((await history([row({ format: "bin" })], { formats }).deliveries.get("dlv_1")).payload).toBe("é");
  });

  it("makes the body of a large batch in turns, and the same", async () => {
    const ids = Array.from({ length: 2 * SLICE + 1 }, (_, index) => `evt_${index}`);
    const change = { kind: "batch", format: "array", eventIds: ids } as const;
    const sizes: number[] = [];
    const { deliveries } = history([row(change)], {}, async (some) => {
      sizes.push(some.length);
      return some.map((id) => event({ id }));
    });
    const { payload } = await deliveries.get("dlv_1");
    expect((JSON.parse(payload ?? "") as { id: string }[]).map(({ id }) => id)).toEqual(ids);
    expect(sizes).toEqual([SLICE, SLICE, 1]);
  });

  it("says that there is none", async () => {
    await failure("NOT_FOUND", () => history([]).deliveries.get("dlv_1"));
  });
});

describe("retry", () => {
  it.each(["failed", "delivered", "exhausted", "cancelled"] as const)(
    "asks for one more attempt of a %s one, and wakes the dispatcher",
    async (status) => {
      const { deliveries, requeued, woken } = history([row({ status })]);
      expect((await deliveries.retry("dlv_1")).id).toBe("dlv_1");
      expect(requeued).toEqual([{ ids: ["dlv_1"], mode: "manual", dueAt: NOW, now: NOW }]);
      expect(woken()).toBe(1);
    },
  );

  it("says that one is under way", async () => {
    const { deliveries, woken } = history([row({ status: "pending" })]);
    await failure("INVALID_STATE", () => deliveries.retry("dlv_1"));
    expect(woken()).toBe(0);
  });

  it("reopens nothing whose subscription is deleted: nobody would ever send it", async () => {
    const { deliveries, requeued } = history([row({ status: "exhausted" })], {
      subscription: async () => null,
    });
    await failure("INVALID_STATE", () => deliveries.retry("dlv_1"));
    expect(requeued).toEqual([]);
  });

  it("says that there is none", async () => {
    await failure("NOT_FOUND", () => history([]).deliveries.retry("dlv_1"));
  });
});

describe("cancel", () => {
  it("calls an open one off", async () => {
    const { deliveries, cancelled } = history([row()]);
    expect((await deliveries.cancel("dlv_1")).id).toBe("dlv_1");
    expect(cancelled).toEqual(["dlv_1"]);
  });

  it("says that it is closed, and how", async () => {
    const { deliveries } = history([row({ status: "delivered", dueAt: null })]);
    expect((await failure("INVALID_STATE", () => deliveries.cancel("dlv_1"))).message).toContain("delivered");
  });

  it("says that there is none", async () => {
    await failure("NOT_FOUND", () => history([]).deliveries.cancel("dlv_1"));
  });
});
