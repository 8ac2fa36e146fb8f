import { PrismaPg } from "@prisma/adapter-pg";
import { describe, expect, test } from "vitest";
import { fromPrisma } from "../../../../src/stores/postgres/index.js";
import { describeExecutor } from "./harness.js";
import { PrismaClient } from "./prisma/client.js";

describeExecutor(
  "fromPrisma",
  async (url, schema) => {
    const prisma = new PrismaClient({ adapter: new PrismaPg(url) });
    return {
      db: fromPrisma(prisma),
      transaction: (work) =>
        prisma.$transaction((tx) =>
          work({
            executor: fromPrisma(tx),
            insertOrder: (id) => tx.$executeRawUnsafe(`INSERT INTO "${schema}".orders (id) VALUES ($1)`, id),
          }),
        ),
      close: () => prisma.$disconnect(),
    };
  },
  { kit: true },
);

test("whole numbers are given to Prisma as bigint, whatever their size", async () => {
  const given: unknown[] = [];
  const $queryRawUnsafe = async (_: string, ...values: unknown[]) => {
    given.push(...values);
    return [];
  };
  await fromPrisma({ $queryRawUnsafe }).query("SELECT 1", [0, 2 ** 40, 1.5, "7", true, null]);
  expect(given).toEqual([0n, 1099511627776n, 1.5, "7", true, null]);
});

describe("an error of fromPrisma", () => {
  test("has the SQLSTATE of a connection that failed, where the server could not be reached", async () => {
    const prisma = new PrismaClient({ adapter: new PrismaPg("postgres://me:secret@127.0.0.1:1/nothing") });
    await expect(fromPrisma(prisma).query("SELECT $1::text AS a", ["x"])).rejects.toMatchObject({
      code: "08001",
      message: "Can't reach database server at 127.0.0.1:1",
      cause: { code: "P2010" },
    });
    await prisma.$disconnect();
  });

  /** As Prisma rejects, from what its documentation and its issues show. */
  const rejecting = (error: unknown) => fromPrisma({ $queryRawUnsafe: () => Promise.reject(error) });

  test("has the SQLSTATE that the engine of Prisma before version 7 reports", async () => {
    const message = 'duplicate key value violates unique constraint "a"';
    const error = Object.assign(new Error("Raw query failed."), {
      code: "P2010",
      meta: { code: "23505", message },
    });
    await expect(rejecting(error).query("SELECT 1")).rejects.toMatchObject({
      code: "23505",
      message,
      cause: error,
    });
  });

  test.each([new Error("Transaction already closed"), null, "a text"])(
    "is passed on as it is: %s",
    async (error) => {
      await expect(rejecting(error).query("SELECT 1")).rejects.toBe(error);
    },
  );
});
