import { DataSource, EntitySchema } from "typeorm";
import { fromTypeORM } from "../../../../src/stores/postgres/index.js";
import { describeExecutor } from "./harness.js";

async function open(url: string, schema: string) {
  const Order = new EntitySchema<{ id: string }>({
    name: "order",
    tableName: "orders",
    schema,
    columns: { id: { type: "text", primary: true } },
  });
  const source = await new DataSource({
    type: "postgres",
    url,
    entities: [Order],
    logging: false,
  }).initialize();
  return { source, Order };
}

describeExecutor(
  "fromTypeORM, an EntityManager",
  async (url, schema) => {
    const { source, Order } = await open(url, schema);
    return {
      db: fromTypeORM(source.manager),
      transaction: (work) =>
        source.transaction((manager) =>
          work({ executor: fromTypeORM(manager), insertOrder: (id) => manager.insert(Order, { id }) }),
        ),
      close: () => source.destroy(),
    };
  },
  { kit: true },
);

describeExecutor(
  "fromTypeORM, a QueryRunner",
  async (url, schema) => {
    const { source, Order } = await open(url, schema);
    return {
      db: fromTypeORM(source.manager),
      async transaction(work) {
        const runner = source.createQueryRunner();
        await runner.startTransaction();
        try {
          await work({
            executor: fromTypeORM(runner),
            insertOrder: (id) => runner.manager.insert(Order, { id }),
          });
          await runner.commitTransaction();
        } catch (error) {
          await runner.rollbackTransaction();
          throw error;
        } finally {
          await runner.release();
        }
      },
      close: () => source.destroy(),
    };
  },
  { kit: false },
);
