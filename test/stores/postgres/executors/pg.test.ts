import pg from "pg";
import { fromPg } from "../../../../src/stores/postgres/index.js";
import { describeExecutor } from "./harness.js";

describeExecutor(
  "fromPg",
  async (connectionString, schema) => {
    const pool = new pg.Pool({ connectionString });
    return {
      db: fromPg(pool),
      async transaction(work) {
        const client = await pool.connect();
        try {
          await client.query("BEGIN");
          const insertOrder = (id: string) =>
            client.query(`INSERT INTO "${schema}".orders (id) VALUES ($1)`, [id]);
          await work({ executor: fromPg(client), insertOrder });
          await client.query("COMMIT");
        } catch (error) {
          await client.query("ROLLBACK");
          throw error;
        } finally {
          client.release();
        }
      },
      close: () => pool.end(),
    };
  },
  { kit: false },
);
