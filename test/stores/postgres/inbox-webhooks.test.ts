import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createWebhooks, defineCatalogue } from "hookwright";
import type pg from "pg";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Store } from "../../../src/model/store.js";
import type { SqlExecutor } from "../../../src/stores/postgres/index.js";
import { postgresStore } from "../../../src/stores/postgres/index.js";
import { testClock } from "../../../src/testing/clock.js";
import { recordingTransport } from "../../../src/testing/recording-transport.js";
import { cleanAll, cleanUp as later, until } from "../../flow/harness.js";
import { cleanUp, openPool, stopOwnServer } from "../../support/postgres.js";
import { inTransaction, open } from "./helpers.js";

afterEach(async () => {
  await cleanAll();
  await cleanUp();
});
afterAll(stopOwnServer);

const catalogue = defineCatalogue({
  scopes: { organization: {} },
  events: {
    "order.paid": {
      description: "An order was paid.",
      schema: z.object({ n: z.coerce.number().default(1), currency: z.string().default("EUR") }),
    },
    "order.shipped": { description: "No schema looks at it." },
    "order.odd": {
      description: "Its schema breaks.",
      schema: {
        "~standard": {
          version: 1,
          vendor: "test",
          validate: async (value: unknown) => {
            throw new RangeError(`cannot read ${JSON.stringify(value)}`);
          },
        },
      },
    },
  },
});

type Change = Partial<Parameters<typeof createWebhooks<typeof catalogue, SqlExecutor>>[0]>;

/** The library over a store, with a network that takes everything. */
function system(store: Store<SqlExecutor>, change: Change = {}, transport = recordingTransport()) {
  const faults: { readonly error: unknown; readonly message: string }[] = [];
  const webhooks = createWebhooks({
    catalogue,
    store,
    transport,
    encryptionKeys: [Buffer.alloc(32, 7).toString("base64")],
    ...change,
  });
  webhooks.on("error", (fault) => faults.push(fault));
  later(() => webhooks.stop({ drain: 0 }));
  const subscribe = (settings: Record<string, unknown> = {}) =>
    webhooks.subscriptions.create({
      name: "Endpoint",
      url: "https://hooks.example.com/in",
      events: ["*"],
      enabled: true,
      ...settings,
    });
  const bodies = () => transport.requests.map(({ body }) => JSON.parse(String(body)));
  return { webhooks, transport, faults, subscribe, bodies };
}

async function house(change: Change = {}) {
  const opened = await open();
  return { ...opened, ...system(opened.store, change) };
}

/** A table of the host's whose trigger publishes each new row. */
async function ordersOf(pool: pg.Pool, schema: string): Promise<void> {
  await pool.query(`
    CREATE TABLE "${schema}".orders (n integer);
    CREATE FUNCTION "${schema}".tell() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM "${schema}".publish('order.paid', to_jsonb(NEW), 'organization:acme');
      RETURN NULL;
    END $$;
    CREATE TRIGGER tell AFTER INSERT ON "${schema}".orders FOR EACH ROW EXECUTE FUNCTION "${schema}".tell();
  `);
}

describe("what a trigger publishes", () => {
  test("is delivered when its transaction commits, in order, and never when it does not", async () => {
    const { pool, schema, webhooks, subscribe, bodies, faults } = await house();
    const { subscription } = await subscribe({ ordered: true });
    await ordersOf(pool, schema);
    const insert = (end: "COMMIT" | "ROLLBACK", from: number, to: number) =>
      inTransaction(pool, end, async (tx) => {
        await tx.query(`INSERT INTO "${schema}".orders SELECT generate_series(${from}, ${to})`);
        expect(await webhooks.runUntilIdle()).toMatchObject({ delivered: 0 });
      });
    await insert("ROLLBACK", 100, 120);
    for (const from of [1, 21]) {
      await insert("COMMIT", from, from + 19);
      expect(await webhooks.runUntilIdle()).toMatchObject({ delivered: 20, failed: 0 });
    }
    expect(bodies().map(({ data }) => data.n)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(bodies()[0]).toMatchObject({
      type: "order.paid",
      scope: "organization:acme",
      data: { n: 1, currency: "EUR" },
    });
    const { items } = await webhooks.deliveries.list({ subscriptionId: subscription.id, limit: 100 });
    expect(items.map(({ status, attempts }) => [status, attempts])).toEqual(Array(40).fill(["delivered", 1]));
    expect(faults).toEqual([]);
    expect(await webhooks.runUntilIdle()).toMatchObject({ delivered: 0 });
  });

  test("is delivered by a worker that is woken, long before it would look by itself", async () => {
    const { pool, schema, webhooks, transport, subscribe } = await house({
      dispatcher: { pollInterval: "1h" },
    });
    await subscribe();
    await ordersOf(pool, schema);
    await webhooks.start();
    for (let n = 1; n <= 3; n++) {
      await pool.query(`INSERT INTO "${schema}".orders VALUES (${n})`);
      await until(() => transport.requests.length === n, "a delivery");
    }
  });

  test("reaches batches, and goes into no other scope", async () => {
    const { pool, schema, webhooks, subscribe, bodies } = await house();
    const all = await subscribe({ name: "Batch", type: "batch" });
    await subscribe({ scope: "organization:other" });
    await ordersOf(pool, schema);
    await pool.query(`INSERT INTO "${schema}".orders SELECT generate_series(1, 3)`);
    expect(await webhooks.runUntilIdle()).toMatchObject({ delivered: 0 });
    expect(await webhooks.subscriptions.flush(all.subscription.id)).toBe(3);
    await webhooks.runUntilIdle();
    expect(bodies()).toMatchObject([[{ data: { n: 1 } }, { data: { n: 2 } }, { data: { n: 3 } }]]);
  });
});

test("the SQL of the README does what it says", async () => {
  const readme = readFileSync(join(import.meta.dirname, "../../../src/stores/postgres/README.md"), "utf8");
  const section = readme.split("## Publishing from SQL")[1]?.split("\n## ")[0] ?? "";
  const { pool, schema, webhooks, subscribe, bodies, faults } = await house();
  const role = `${schema}_app`;
  const [signature, trigger, grants, mending, ...rest] = [...section.matchAll(/```sql\n([\s\S]*?)```/g)].map(
    ([, text = ""]) => text.replaceAll("hookwright", `"${schema}"`).replaceAll("TO app", `TO ${role}`),
  );
  expect(rest).toEqual([]);
  const { rows } = await pool.query(
    `SELECT pg_get_function_arguments(oid) AS arguments FROM pg_proc
     WHERE proname = 'publish' AND pronamespace = '"${schema}"'::regnamespace`,
  );
  expect(signature?.replace("''", "''::text").replace("NULL", "NULL::text")).toContain(rows[0].arguments);
  await subscribe();
  await inTransaction(pool, "COMMIT", async (tx) => {
    await tx.query(`CREATE ROLE ${role}`);
    await tx.query(`SET LOCAL search_path = "${schema}"`);
    await tx.query(grants ?? "");
    await tx.query(
      `INSERT INTO "${schema}".inbox (id, type, scope, at, data) VALUES ('bad', 'x', '', 0, '{}')`,
    );
    await tx.query(trigger ?? "");
    await tx.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });
  await webhooks.runUntilIdle();
  expect(bodies()).toMatchObject([{ type: "order.paid", scope: "organization:acme", data: { n: 1 } }]);
  expect(faults).toHaveLength(1);
  const [kept] = (await pool.query(mending ?? "")) as unknown as pg.QueryResult[];
  expect(kept?.rows).toMatchObject([{ id: "bad", type: "x" }]);
  await webhooks.runUntilIdle();
  expect(faults).toHaveLength(2);
});

describe("an event published from SQL", () => {
  test("happened when its transaction did, and is published when it is taken in", async () => {
    const clock = testClock();
    const { pool, schema, webhooks } = await house({ clock });
    const { rows } = await pool.query<{ id: string; ms: string }>(
      `SELECT "${schema}".publish('order.shipped', '{}') AS id, floor(extract(epoch FROM now()) * 1000) AS ms`,
    );
    await webhooks.runUntilIdle();
    const [event] = (await webhooks.events.list({ since: new Date(clock.now()).toISOString() })).items;
    expect(event).toMatchObject({ id: rows[0]?.id, at: new Date(Number(rows[0]?.ms)).toISOString() });
    clock.advance("3d");
    expect(await webhooks.runUntilIdle()).toMatchObject({ pruned: 0 });
    clock.advance(1);
    expect(await webhooks.runUntilIdle()).toMatchObject({ pruned: 1 });
  });

  test("keeps its text where no schema reads it, and is what the schema makes of it where one does", async () => {
    const { pool, schema, webhooks, subscribe, transport, bodies } = await house();
    await subscribe();
    const data = '{"n": "7", "exact": 10000000000000000000000001, "text": "Ω \\" \\\\ $1 ?"}';
    await pool.query(`SELECT "${schema}".publish('order.shipped', $1)`, [data]);
    await pool.query(`SELECT "${schema}".publish('order.paid', $1)`, [data]);
    await webhooks.runUntilIdle();
    // As jsonb writes it: the shortest key first, and a space after each colon and comma.
    expect(String(transport.requests[0]?.body)).toContain(
      '"data":{"n": "7", "text": "Ω \\" \\\\ $1 ?", "exact": 10000000000000000000000001}',
    );
    expect(bodies()[1].data).toEqual({ n: 7, currency: "EUR" });
  });

  test("that publish has stored already is sent once", async () => {
    const { pool, schema, webhooks, subscribe, transport } = await house();
    await subscribe();
    await webhooks.publish("order.shipped", {}, { id: "o_1" });
    await pool.query(`SELECT "${schema}".publish('order.shipped', '{}', id => 'o_1')`);
    await webhooks.runUntilIdle();
    await pool.query(`SELECT "${schema}".publish('order.shipped', '{}', id => 'o_1')`);
    await webhooks.runUntilIdle();
    expect(transport.requests).toHaveLength(1);
  });
});

describe("what cannot be published", () => {
  const publishAll = async (pool: pg.Pool, schema: string) => {
    for (const [id, rest] of [
      ["bad_type", `'order.piad', '{}'`],
      ["bad_data", `'order.paid', '{"n": "s3cret"}'`],
      ["bad_scope", `'order.paid', '{"n": 1}', 'planet:earth'`],
      ["bad_size", `'order.shipped', to_jsonb(repeat('s3cret', 10))`],
      ["bad_schema", `'order.odd', '"s3cret"'`],
      ["good", `'order.paid', '{"n": 1}'`],
    ])
      await pool.query(`SELECT "${schema}".publish(${rest}, id => '${id}')`);
  };

  test("is reported and kept with its reason, and holds nothing up", async () => {
    const { pool, schema, webhooks, subscribe, bodies, faults } = await house({ limits: { eventBytes: 61 } });
    await subscribe();
    await publishAll(pool, schema);
    expect(await webhooks.runUntilIdle()).toMatchObject({ delivered: 1 });
    expect(bodies()).toMatchObject([{ id: "good" }]);
    const codes = {
      bad_type: "UNKNOWN_EVENT_TYPE",
      bad_data: "INVALID_DATA",
      bad_scope: "UNKNOWN_SCOPE",
      bad_size: "INVALID_DATA",
      bad_schema: "INVALID_DATA",
    };
    const expected = Object.entries(codes).map(([id, code]) => ({
      error: { code, message: expect.stringContaining(`"${id}"`) },
    }));
    expect(faults).toMatchObject(expected);
    expect(faults[1]?.error).toMatchObject({ issues: [{ path: ["n"] }] });
    for (const { error } of faults) expect(JSON.stringify([error, String(error)])).not.toContain("s3cret");

    const { rows } = await pool.query<{ id: string; error: string }>(
      `SELECT id, error FROM "${schema}".inbox ORDER BY seq`,
    );
    expect(rows.map(({ id, error }) => [id, JSON.parse(error).code])).toEqual(Object.entries(codes));
    for (const { error } of rows) expect(error).not.toContain("s3cret");
    expect(await webhooks.runUntilIdle()).toMatchObject({ delivered: 0 });
    expect(faults).toHaveLength(5);
  });

  test("can be made due again once that is mended, and is forgotten with the history otherwise", async () => {
    const clock = testClock();
    const { pool, schema, webhooks, subscribe, bodies } = await house({ clock });
    await subscribe();
    await publishAll(pool, schema);
    await webhooks.runUntilIdle();
    await pool.query(`UPDATE "${schema}".inbox SET data = '{"n": 2}' WHERE id = 'bad_data'`);
    await pool.query(
      `UPDATE "${schema}".inbox SET due_at = 0, refused_at = NULL, error = NULL WHERE id = 'bad_data'`,
    );
    await webhooks.runUntilIdle();
    const sent = bodies().map(({ id, data }) => [id, data?.n]);
    expect(new Map(sent as [string, number | undefined][])).toEqual(
      new Map([
        ["good", 1],
        ["bad_size", undefined],
        ["bad_data", 2],
      ]),
    );
    clock.advance("3d");
    clock.advance(1);
    await webhooks.runUntilIdle();
    expect((await pool.query(`SELECT id FROM "${schema}".inbox`)).rows).toEqual([]);
  });
});

describe("workers", () => {
  test("of which one died between storing and clearing deliver once", async () => {
    const { pool, schema, store } = await open();
    const clock = testClock();
    let deaths = 1;
    const dying: Store<SqlExecutor> = {
      ...store,
      async clearInbox(ids) {
        if (deaths-- > 0) throw new Error("killed");
        await store.clearInbox?.(ids);
      },
    };
    const { webhooks, subscribe, transport } = system(dying, { clock });
    await subscribe();
    await ordersOf(pool, schema);
    await pool.query(`INSERT INTO "${schema}".orders SELECT generate_series(1, 3)`);
    await expect(webhooks.runUntilIdle()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(await webhooks.runUntilIdle()).toMatchObject({ delivered: 3 });
    const waiting = async () => (await pool.query(`SELECT id FROM "${schema}".inbox`)).rows.length;
    expect(await waiting()).toBe(3);
    clock.advance("10s");
    expect(await webhooks.runUntilIdle()).toMatchObject({ delivered: 0 });
    expect([await waiting(), transport.requests.length]).toEqual([0, 3]);
  });

  test("at once take each event once, in the order of publishing", async () => {
    const { pool, schema, store, webhooks, subscribe, transport, bodies, faults } = await house();
    const other = system(postgresStore({ db: await openPool(), schema }), {}, transport);
    await subscribe({ ordered: true });
    await ordersOf(pool, schema);
    await Promise.all([webhooks.start(), other.webhooks.start()]);
    for (let n = 0; n < 200; n += 4)
      await pool.query(`INSERT INTO "${schema}".orders SELECT generate_series(${n}, ${n + 3})`);
    await until(() => transport.requests.length >= 200, "all of them");
    await Promise.all([webhooks.stop(), other.webhooks.stop()]);
    expect(bodies().map(({ data }) => data.n)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    const stored = await store.findDeliveries({ limit: 1000, after: null });
    expect(stored.map(({ status }) => status)).toEqual(Array(200).fill("delivered"));
    expect([faults, other.faults]).toEqual([[], []]);
  });
});
