import type { MySql2Database } from "drizzle-orm/mysql2";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type { Knex } from "knex";
import type { ControlledTransaction, Kysely, Transaction } from "kysely";
import type { Client, Pool, PoolClient } from "pg";
import type { ReservedSql, Sql, TransactionSql } from "postgres";
import type { EntityManager, QueryRunner } from "typeorm";
import { describe, expectTypeOf, it } from "vitest";
import { createWebhooks, defineCatalogue } from "../../src/index.js";
import {
  fromDrizzle,
  fromKnex,
  fromKysely,
  fromPg,
  fromPostgresJs,
  fromPrisma,
  fromTypeORM,
  postgresStore,
  type SqlExecutor,
} from "../../src/stores/postgres/index.js";
import type { PrismaClient, TransactionClient } from "../stores/postgres/executors/prisma/client.js";

/** Tables of the host's, which must make no difference. */
interface Tables {
  readonly orders: { readonly id: string };
}

declare const pool: Pool;
declare const client: Client;
declare const connection: PoolClient;
declare const sql: Sql;
declare const sqlOfBigInt: Sql<{ bigint: bigint }>;
declare const transactionSql: TransactionSql;
declare const transactionSqlOfBigInt: TransactionSql<{ bigint: bigint }>;
declare const reservedSql: ReservedSql;
declare const kysely: Kysely<Tables>;
declare const kyselyTransaction: Transaction<Tables>;
declare const controlled: ControlledTransaction<Tables, ["a savepoint"]>;
declare const drizzlePg: NodePgDatabase<Record<string, never>>;
declare const drizzlePgTransaction: Parameters<Parameters<typeof drizzlePg.transaction>[0]>[0];
declare const drizzlePostgresJs: PostgresJsDatabase;
declare const drizzlePostgresJsTransaction: Parameters<
  Parameters<typeof drizzlePostgresJs.transaction>[0]
>[0];
declare const drizzleMySql: MySql2Database;
declare const knex: Knex;
declare const knexTransaction: Knex.Transaction<Tables, Tables[]>;
declare const manager: EntityManager;
declare const runner: QueryRunner;
declare const prisma: PrismaClient;
declare const prismaTransaction: TransactionClient;

describe("the handle of an ORM", () => {
  it("becomes an executor", () => {
    for (const one of [pool, client, connection]) expectTypeOf(fromPg(one)).toEqualTypeOf<SqlExecutor>();
    expectTypeOf(fromPostgresJs(sql)).toEqualTypeOf<SqlExecutor>();
    fromPostgresJs(sqlOfBigInt);
    fromPostgresJs(transactionSql);
    fromPostgresJs(transactionSqlOfBigInt);
    fromPostgresJs(reservedSql);
    expectTypeOf(fromKysely(kysely)).toEqualTypeOf<SqlExecutor>();
    fromKysely(kyselyTransaction);
    fromKysely(controlled);
    expectTypeOf(fromDrizzle(drizzlePg)).toEqualTypeOf<SqlExecutor>();
    fromDrizzle(drizzlePgTransaction);
    fromDrizzle(drizzlePostgresJs);
    fromDrizzle(drizzlePostgresJsTransaction);
    expectTypeOf(fromKnex(knex)).toEqualTypeOf<SqlExecutor>();
    fromKnex(knexTransaction);
    expectTypeOf(fromTypeORM(manager)).toEqualTypeOf<SqlExecutor>();
    fromTypeORM(runner);
    expectTypeOf(fromPrisma(prisma)).toEqualTypeOf<SqlExecutor>();
    fromPrisma(prismaTransaction);
  });

  it("is not any", () => {
    expectTypeOf(drizzlePgTransaction).not.toBeAny();
    expectTypeOf(drizzlePostgresJsTransaction).not.toBeAny();
    expectTypeOf(prismaTransaction).not.toBeAny();
    expectTypeOf(manager).not.toBeAny();
  });
});

type Handles = {
  pg: Pool | Client | PoolClient;
  postgresJs: Sql | TransactionSql;
  kysely: Kysely<Tables> | Transaction<Tables>;
  drizzle: typeof drizzlePg | typeof drizzlePgTransaction;
  knex: Knex | Knex.Transaction;
  typeOrm: EntityManager | QueryRunner;
  prisma: PrismaClient | TransactionClient;
};
type Takes<F extends (handle: never) => SqlExecutor> = Parameters<F>[0];
/** The ORMs of which some handle is taken. */
type Taken<F extends (handle: never) => SqlExecutor> = {
  [Name in keyof Handles]: Extract<Handles[Name], Takes<F>> extends never ? never : Name;
}[keyof Handles];

describe("the handle of another ORM", () => {
  it("does not compile", () => {
    expectTypeOf<Taken<typeof fromPg>>().toEqualTypeOf<"pg">();
    expectTypeOf<Taken<typeof fromPostgresJs>>().toEqualTypeOf<"postgresJs">();
    expectTypeOf<Taken<typeof fromKysely>>().toEqualTypeOf<"kysely">();
    expectTypeOf<Taken<typeof fromDrizzle>>().toEqualTypeOf<"drizzle">();
    expectTypeOf<Taken<typeof fromKnex>>().toEqualTypeOf<"knex">();
    expectTypeOf<Taken<typeof fromTypeORM>>().toEqualTypeOf<"typeOrm">();
    expectTypeOf<Taken<typeof fromPrisma>>().toEqualTypeOf<"prisma">();
    // @ts-expect-error Drizzle's, but not on PostgreSQL
    fromDrizzle(drizzleMySql);
    // @ts-expect-error nothing
    fromPg(undefined);
    // @ts-expect-error a promise of one
    fromPg(pool.connect());
    // @ts-expect-error an executor is no handle
    fromKysely(fromKysely(kysely));
  });
});

describe("publish", () => {
  const catalogue = defineCatalogue({ events: { "a.b": { description: "A thing happened." } } });
  const webhooks = createWebhooks({ catalogue, store: postgresStore({ db: fromKysely(kysely) }) });

  it("takes what they make", () => {
    void webhooks.publish("a.b", {}, { tx: fromKysely(kyselyTransaction) });
    void webhooks.publishMany([{ type: "a.b", data: {} }], { tx: fromPrisma(prismaTransaction) });
  });

  it("takes no transaction of an ORM as it is", () => {
    // @ts-expect-error not wrapped
    void webhooks.publish("a.b", {}, { tx: kyselyTransaction });
    // @ts-expect-error not wrapped
    void webhooks.publish("a.b", {}, { tx: drizzlePgTransaction });
    // @ts-expect-error not wrapped
    void webhooks.publish("a.b", {}, { tx: knexTransaction });
    // @ts-expect-error not wrapped
    void webhooks.publish("a.b", {}, { tx: transactionSql });
    // @ts-expect-error not wrapped
    void webhooks.publish("a.b", {}, { tx: prismaTransaction });
    // @ts-expect-error not wrapped
    postgresStore({ db: kysely });
  });
});
