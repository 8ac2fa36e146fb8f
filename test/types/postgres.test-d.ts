import type { Client, Pool, PoolClient } from "pg";
import { describe, expectTypeOf, it } from "vitest";
import { createWebhooks, defineCatalogue } from "../../src/index.js";
import type { Store } from "../../src/model/store.js";
import { memoryStore } from "../../src/stores/memory/index.js";
import { postgresStore, type SqlExecutor } from "../../src/stores/postgres/index.js";

declare const pool: Pool;
declare const client: Client;
declare const connection: PoolClient;

const catalogue = defineCatalogue({ events: { "a.b": { description: "A thing happened." } } });

describe("postgresStore", () => {
  it("takes a pool, a client and a pooled client of pg as they are", () => {
    expectTypeOf(pool).toExtend<SqlExecutor>();
    expectTypeOf(client).toExtend<SqlExecutor>();
    expectTypeOf(connection).toExtend<SqlExecutor>();
    expectTypeOf(postgresStore({ db: pool, schema: "x" })).toEqualTypeOf<Store<SqlExecutor>>();
    // @ts-expect-error a database is needed
    postgresStore({});
    expectTypeOf(postgresStore({ db: "postgres://localhost/x" })).toEqualTypeOf<Store<SqlExecutor>>();
    // @ts-expect-error a duration has a unit
    postgresStore({ db: pool, statementTimeout: "30" });
  });

  it("makes publish take a connection as the transaction, and nothing else", () => {
    const webhooks = createWebhooks({ catalogue, store: postgresStore({ db: pool }) });
    void webhooks.publish("a.b", {}, { tx: connection });
    void webhooks.publishMany([{ type: "a.b", data: {} }], { tx: client });
    // @ts-expect-error not something that runs statements
    void webhooks.publish("a.b", {}, { tx: { begin: true } });
  });

  it("is not what a store without transactions offers", () => {
    const webhooks = createWebhooks({ catalogue, store: memoryStore() });
    // @ts-expect-error the memory store takes no transaction
    void webhooks.publish("a.b", {}, { tx: connection });
  });
});
