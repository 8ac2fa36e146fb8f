import pg from "pg";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { createWebhooks, defineCatalogue } from "../../../src/index.js";
import type { PgQuery } from "../../../src/stores/postgres/executor.js";
import { postgresStore } from "../../../src/stores/postgres/index.js";
import { startReceiver } from "../../../src/testing/receiver.js";
import { claiming, create, entries, event, outcome, subscription } from "../../../src/testing/store/make.js";
import { pgBouncerMissing, startPgBouncer } from "../../support/pgbouncer.js";
import { cleanUp, databaseUrl, newSchema, openPool, stopOwnServer } from "../../support/postgres.js";
import { inTransaction, open } from "./helpers.js";

afterEach(cleanUp);
afterAll(stopOwnServer);

const one = (id: string) => entries({ events: [event(id)] });

/** The beginnings of what is prepared on a pool's one connection. */
async function prepared(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ statement: string }>("SELECT statement FROM pg_prepared_statements");
  const called = (text: string) => /"\.(\w+)\(/.exec(text)?.[1];
  return rows
    .map(({ statement }) => called(statement) ?? statement.trim().split(/\s+/).slice(0, 2).join(" "))
    .sort();
}

describe("on one connection", () => {
  test("what is asked often and has one plan is prepared once, and nothing else", async () => {
    const { pool, store } = await open({ max: 1 });
    await create(store, subscription("sub_1"));
    for (let n = 0; n < 8; n++) {
      await store.append(one(`evt_${n}`));
      await store.backlog();
      await store.claim(claiming());
      await store.findEvents({ limit: n + 1, after: null });
    }
    await store.settle([outcome({ id: "dlv_gone", lease: "lease", attempts: 1 })], []);
    await store.cancel(["dlv_gone"], 0);
    expect(await prepared(pool)).toEqual(["SELECT subscription_id,", "append", "claim", "settle"]);
  });

  test("nothing is prepared where the host says so", async () => {
    const { pool, schema } = await open({ max: 1 });
    const store = postgresStore({ db: pool, schema, prepare: false });
    await store.append(one("evt_1"));
    expect(await prepared(pool)).toEqual([]);
  });

  test("nothing is prepared in the host's transaction", async () => {
    const { pool, store } = await open({ max: 1 });
    await inTransaction(pool, "COMMIT", (tx) => store.append(one("evt_1"), tx));
    expect(await prepared(pool)).toEqual([]);
  });

  test("two schemas do not take each other's statements", async () => {
    const { pool, store } = await open({ max: 1 });
    const schema = newSchema();
    const other = postgresStore({ db: pool, schema });
    await other.migrate?.();
    await store.append(one("evt_1"));
    await other.append(one("evt_2"));
    expect(await store.readEvents(["evt_1", "evt_2"])).toMatchObject([{ id: "evt_1" }]);
    expect(await other.readEvents(["evt_1", "evt_2"])).toMatchObject([{ id: "evt_2" }]);
  });
});

/**
 * A pool whose connections share server sessions as a pooler's do: whatever a client believes to have prepared, its
 * next statement meets a session that knows nothing of it, or knows it already.
 */
class SharingPool extends pg.Pool {
  readonly named: string[] = [];
  readonly meets: "an unknown name" | "a known name";

  constructor(options: pg.PoolConfig, meets: SharingPool["meets"]) {
    super(options);
    this.meets = meets;
  }

  override connect = (async () => {
    const client = await super.connect();
    const { named, meets } = this;
    return new Proxy(client, {
      get(_, property) {
        const member: unknown = Reflect.get(client, property, client);
        if (property !== "query") return typeof member === "function" ? member.bind(client) : member;
        return async (query: PgQuery) => {
          if (query.name === undefined) return client.query(query as never);
          named.push(query.name);
          if (meets === "a known name")
            await client.query(`PREPARE "${query.name}" AS SELECT 1`).catch(() => {});
          else
            (
              client as unknown as { connection: { parsedStatements: Record<string, string> } }
            ).connection.parsedStatements[query.name] = query.text;
          return client.query(query as never);
        };
      },
    });
  }) as never;
}

describe("behind a pooler that shares sessions", () => {
  test.each(["an unknown name", "a known name"] as const)(
    "a statement that meets %s is made again without, and none is prepared any more",
    async (meets) => {
      const { schema } = await open();
      const pool = new SharingPool({ connectionString: await databaseUrl() }, meets);
      try {
        const store = postgresStore({ db: pool, schema });
        expect(await store.append(one("evt_1"))).toEqual(["evt_1"]);
        expect(pool.named).toHaveLength(1);
        expect(await store.append(one("evt_2"))).toEqual(["evt_2"]);
        expect(await store.backlog()).toEqual([]);
        expect(pool.named).toHaveLength(1);
      } finally {
        await pool.end();
      }
    },
  );

  test("so are several that meet it at once", async () => {
    const { schema } = await open();
    const pool = new SharingPool({ connectionString: await databaseUrl() }, "an unknown name");
    try {
      const store = postgresStore({ db: pool, schema });
      const ids = Array.from({ length: 8 }, (_, n) => `evt_${n}`);
      expect((await Promise.all(ids.map((id) => store.append(one(id))))).flat()).toEqual(ids);
    } finally {
      await pool.end();
    }
  });
});

const bouncer = pgBouncerMissing === null ? test : test.skip;
const why = pgBouncerMissing === null ? "" : ` (skipped: ${pgBouncerMissing})`;

describe("behind PgBouncer in transaction mode", () => {
  bouncer.each(["a pool", "a connection string"] as const)(
    `events are published, also in the host's transactions, found by polling and delivered, over %s${why}`,
    async (kind) => {
      const pgBouncer = await startPgBouncer(await databaseUrl());
      const pool = await openPool({ connectionString: pgBouncer.url });
      const schema = newSchema();
      const store = postgresStore({ db: kind === "a pool" ? pool : pgBouncer.url, schema });
      const receiver = await startReceiver();
      const webhooks = createWebhooks({
        catalogue: defineCatalogue({ events: { "order.paid": { description: "An order was paid." } } }),
        store,
        encryptionKeys: [Buffer.alloc(32, 7).toString("base64")],
        endpoints: { allowHttp: true, allowNetworks: ["127.0.0.0/8"] },
        dispatcher: { pollInterval: 50 },
      });
      try {
        await webhooks.start();
        await webhooks.subscriptions.create({
          name: "Accounting",
          url: receiver.url,
          events: ["*"],
          enabled: true,
        });
        const published: string[] = [];
        await Promise.all(
          Array.from({ length: 10 }, async () => {
            for (let n = 0; n < 10; n++) published.push((await webhooks.publish("order.paid", { n })).id);
            await inTransaction(pool, "COMMIT", async (tx) => {
              published.push((await webhooks.publish("order.paid", { tx: true }, { tx })).id);
            });
            await inTransaction(pool, "ROLLBACK", (tx) =>
              webhooks.publish("order.paid", { no: true }, { tx }),
            );
          }),
        );
        await receiver.next(110);
        await webhooks.stop();
        const arrived = receiver.requests.map(({ body }) => (JSON.parse(body) as { id: string }).id);
        expect(arrived.sort()).toEqual(published.sort());
        expect(await store.append(entries({ events: [event("evt_1")] }))).toEqual(["evt_1"]);
      } finally {
        await webhooks.stop();
        await store.close?.();
        await receiver.close();
        await cleanUp();
        await pgBouncer.stop();
      }
    },
    20_000,
  );
});
