import { describe, expect, it } from "vitest";
import { Events } from "../../src/history/events.js";
import type { EventRecord } from "../../src/model/event.js";
import type { EventQuery } from "../../src/model/store.js";
import { event, failure, NOW, paths } from "../make.js";

function history(rows: readonly EventRecord[]) {
  const queries: EventQuery[] = [];
  const events = new Events({
    readEvents: async (ids) => rows.filter(({ id }) => ids.includes(id)),
    findEvents: async (query) => {
      queries.push(query);
      const { after } = query;
      const rest = after === null ? rows : rows.slice(rows.findIndex(({ id }) => id === after.id) + 1);
      return rest.slice(0, query.limit);
    },
  });
  return { events, queries };
}

describe("Events", () => {
  it("shows one as it was published", async () => {
    const { events } = history([event({ at: 0, scope: "organization:acme" })]);
    expect(await events.get("evt_1")).toEqual({
      id: "evt_1",
      type: "order.paid",
      scope: "organization:acme",
      at: "1970-01-01T00:00:00.000Z",
      createdAt: "2026-01-15T12:00:00.000Z",
      data: { n: 1 },
      test: false,
    });
  });

  it("says that there is none", async () => {
    await failure("NOT_FOUND", () => history([]).events.get("evt_1"));
  });

  it("walks all of them, page by page, each once", async () => {
    const rows = Array.from({ length: 7 }, (_, i) => event({ id: `evt_${i}`, createdAt: NOW - i }));
    const { events } = history(rows);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await events.list({ limit: 3, cursor });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(rows.map(({ id }) => id));
  });

  it.each([
    [new Date(NOW), NOW],
    [NOW, NOW],
    ["2026-01-15T12:00:00Z", NOW],
    [0, 0],
  ])("lists those since %s", async (since, ms) => {
    const { events, queries } = history([]);
    await events.list({ since, scope: "organization:acme", type: "order.paid" });
    expect(queries).toEqual([
      { since: ms, under: "organization:acme", type: "order.paid", limit: 51, after: null },
    ]);
  });

  it("gives one cursor for one moment, however it is written", async () => {
    const { events } = history([event({ id: "a" }), event({ id: "b" })]);
    const { next } = await events.list({ limit: 1, since: NOW });
    const page = await events.list({
      limit: 1,
      since: new Date(NOW).toISOString(),
      cursor: next ?? undefined,
    });
    expect(page.items.map(({ id }) => id)).toEqual(["b"]);
  });

  it.each(["soon", new Date(Number.NaN), Number.NaN])("refuses to list those since %s", async (since) => {
    expect(paths(await failure("INVALID_ARGUMENT", () => history([]).events.list({ since })))).toEqual([
      "since",
    ]);
  });

  it("takes no cursor of another filter", async () => {
    const { events } = history([event({ id: "a" }), event({ id: "b" })]);
    const { next } = await events.list({ limit: 1, type: "order.paid" });
    await failure("INVALID_CURSOR", () => events.list({ limit: 1, cursor: next ?? "" }));
  });
});
