import { inspect } from "node:util";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createWebhooks, defineCatalogue } from "../../../../src/index.js";
import { postgresStore, type SqlExecutor } from "../../../../src/stores/postgres/index.js";
import { type Receiver, startReceiver } from "../../../../src/testing/receiver.js";
import { cleanUp, databaseUrl, newSchema, openPool, stopOwnServer } from "../../../support/postgres.js";
import { describeKit } from "./kit.js";

/** An ORM that is connected, as a host has it. */
export interface Orm {
  /** The host's database outside of a transaction. */
  readonly db: SqlExecutor;
  /** Runs `work` in a transaction as the ORM does it: commits, or rolls back when `work` rejects. */
  transaction(work: (tx: Transaction) => Promise<void>): Promise<unknown>;
  close(): Promise<unknown>;
}

/** The ORM's transaction. */
export interface Transaction {
  readonly executor: SqlExecutor;
  /** Inserts the host's own row, with the ORM's own means. */
  insertOrder(id: string): Promise<unknown>;
}

/** What is run with an ORM beside what is run with all. */
export interface Part {
  /**
   * Also the conformance kit. Each `fromX` has it once, over the settings that change most; `fromPg` has it in
   * `test/conformance`, because it answers what it was given.
   */
  readonly kit: boolean;
}

const catalogue = defineCatalogue({ events: { "order.paid": { description: "An order was paid." } } });

/** What an ORM, a pooler or SQL could stumble over. */
const AWKWARD = {
  unicode: "Grüße, 世界 🙂 \u0000 \u2028 e\u0301",
  quotes: `' '' " \`  $$ $hookwright$ -- /* */ ;`,
  parameters: "? ?? \\? :name ::text $1 $2 ${x} @p %s {{ }}",
  backslashes: "\\ \\\\ \\n \\' \\u0041 C:\\temp\\",
  numbers: [0, -1, 1.5, 2 ** 31, 2 ** 53 - 1, 1e21],
  nothing: null,
  yes: true,
  "key 'with' \"all\" ? :of $1 \\": {},
};

class Unpaid extends Error {}

/**
 * Holds a `fromX` to its promises through the library's public surface. The store is on a `pg` pool, as a host's is;
 * only the transaction is the ORM's.
 *
 * @param open - Connects the ORM. Its table of orders is `"<schema>".orders (id text PRIMARY KEY)`.
 */
export function describeExecutor(
  name: string,
  open: (url: string, schema: string) => Promise<Orm>,
  { kit }: Part,
): void {
  describe(name, () => {
    let orm: Orm;
    let pool: pg.Pool;
    let receiver: Receiver;
    let orders = "";
    const schema = newSchema();
    const kitSchema = newSchema();

    const connect = () =>
      createWebhooks({
        catalogue,
        store: postgresStore({ db: pool, schema }),
        encryptionKeys: [Buffer.alloc(32, 7).toString("base64")],
        endpoints: { allowHttp: true, allowNetworks: ["127.0.0.0/8"] },
      });
    let webhooks: ReturnType<typeof connect>;

    /** What another connection sees. */
    const seen = async () => {
      const ids = async (table: string) =>
        (await pool.query<{ id: string }>(`SELECT id FROM ${table} ORDER BY id`)).rows.map(({ id }) => id);
      return { orders: await ids(orders), events: await ids(`"${schema}".events`) };
    };

    beforeAll(async () => {
      pool = await openPool();
      webhooks = connect();
      await webhooks.migrate();
      orders = `"${schema}".orders`;
      await pool.query(`CREATE TABLE ${orders} (id text PRIMARY KEY)`);
      orm = await open(await databaseUrl(), schema);
      if (kit) await postgresStore({ db: orm.db, schema: kitSchema }).migrate?.();
      receiver = await startReceiver();
      await webhooks.subscriptions.create({
        name: "Accounting",
        url: `${receiver.url}/hooks`,
        events: ["order.*"],
        enabled: true,
      });
    });

    afterAll(async () => {
      await webhooks?.stop();
      await receiver?.close();
      await orm?.close();
      await cleanUp();
      await stopOwnServer();
    });

    test("an event is invisible until the transaction commits, then it is delivered", async () => {
      const before = await seen();
      await orm.transaction(async (tx) => {
        await tx.insertOrder("o_committed");
        const published = await webhooks.publish(
          "order.paid",
          { id: "o_committed" },
          { tx: tx.executor, id: "evt_committed" },
        );
        expect(published).toMatchObject({ duplicate: false, deliveries: 1 });
        expect(await seen()).toEqual(before);
        expect(await webhooks.runUntilIdle()).toMatchObject({ delivered: 0 });
        // In the transaction itself the event is there: it does ride in it.
        const again = await webhooks.publish("order.paid", {}, { tx: tx.executor, id: "evt_committed" });
        expect(again.duplicate).toBe(true);
      });
      expect(await webhooks.runUntilIdle()).toMatchObject({ delivered: 1 });
      expect((await seen()).orders).toContain("o_committed");
      expect((await receiver.next()).json()).toMatchObject({
        id: "evt_committed",
        data: { id: "o_committed" },
      });
    });

    test("an event is gone when the transaction rolls back, and the ORM's own row with it", async () => {
      const before = await seen();
      const transaction = orm.transaction(async (tx) => {
        await tx.insertOrder("o_rolled_back");
        await webhooks.publish("order.paid", { id: "o_rolled_back" }, { tx: tx.executor });
        throw new Unpaid();
      });
      await expect(transaction).rejects.toThrow(Unpaid);
      expect(await seen()).toEqual(before);
      expect(await webhooks.runUntilIdle()).toMatchObject({ delivered: 0 });
    });

    test("a publish that fails says so, with the SQLSTATE and without the data, and nothing is kept", async () => {
      const before = await seen();
      let failure: unknown;
      const transaction = orm.transaction(async (tx) => {
        await tx.insertOrder("o_failed");
        await tx.executor.query("SELECT 1/0 AS n").catch(() => undefined);
        await webhooks.publish("order.paid", { card: "4242-secret" }, { tx: tx.executor }).catch((error) => {
          failure = error;
          throw error;
        });
      });
      await expect(transaction).rejects.toThrow();
      expect(failure).toMatchObject({
        code: "STORE_UNAVAILABLE",
        message: expect.stringMatching(/current transaction is aborted.*can only be rolled back/s),
        cause: { code: "25P02", message: expect.stringMatching(/^current transaction is aborted/) },
      });
      expect(inspect(failure, { depth: 20 })).not.toContain("4242-secret");
      expect(await seen()).toEqual(before);
    });

    test("a missing table is told from other failures", async () => {
      const store = postgresStore({ db: orm.db, schema: newSchema() });
      await expect(store.readEvents(["evt_1"])).rejects.toMatchObject({
        message: expect.stringMatching(/Call migrate\(\) first/),
        cause: { code: "42P01" },
      });
    });

    test("whatever is in the data comes back byte for byte", async () => {
      await orm.transaction((tx) =>
        webhooks.publish("order.paid", AWKWARD, { tx: tx.executor, id: "evt_awkward" }).then(() => undefined),
      );
      const through = postgresStore({ db: orm.db, schema });
      for (const store of [postgresStore({ db: pool, schema }), through]) {
        expect((await store.readEvents(["evt_awkward"]))[0]?.data).toBe(JSON.stringify(AWKWARD));
      }
      const count = receiver.requests.length;
      expect(await webhooks.runUntilIdle()).toMatchObject({ delivered: 1 });
      expect((await receiver.next(count + 1)).body).toContain(JSON.stringify(AWKWARD));
    });

    test("parameters of every kind arrive, and answers come back under their names", async () => {
      const values = ["a ? :b $1", 2 ** 53 - 1, -7, true, false, null, null, null];
      const { rows } = await orm.db.query(
        `SELECT $1::text AS a_text, $2::bigint AS large_one, $3::bigint AS small_one, $4::boolean AS yes,
           $5::boolean AS no, $6::text AS no_text, $7::bigint AS no_number, $8::boolean AS neither, $2::bigint - $3::bigint AS again`,
        values,
      );
      const [row] = rows as Record<string, unknown>[];
      expect({ ...row, large_one: Number(row?.large_one), small_one: Number(row?.small_one) }).toEqual({
        a_text: "a ? :b $1",
        large_one: 2 ** 53 - 1,
        small_one: -7,
        yes: true,
        no: false,
        no_text: null,
        no_number: null,
        neither: null,
        again: expect.toSatisfy((value: unknown) => String(value) === "9007199254740998"),
      });
      expect((await orm.db.query("SELECT 1 AS one WHERE false")).rows).toEqual([]);
    });

    test("300 events ride in one call", async () => {
      const ids = Array.from({ length: 300 }, (_, n) => `evt_many_${String(n).padStart(3, "0")}`);
      const before = await seen();
      await orm.transaction(async (tx) => {
        const events = ids.map((id, n) => ({ type: "order.paid" as const, data: { n }, id }));
        const published = await webhooks.publishMany(events, { tx: tx.executor });
        expect(published.filter(({ duplicate }) => !duplicate)).toHaveLength(300);
        expect(await seen()).toEqual(before);
      });
      expect(await webhooks.runUntilIdle()).toMatchObject({ delivered: 300 });
      expect((await seen()).events).toEqual([...before.events, ...ids].sort());
    });

    if (kit) describeKit({ schema: kitSchema, db: () => orm.db, pool: () => pool });
  });
}
