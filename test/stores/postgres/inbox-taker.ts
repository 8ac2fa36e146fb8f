import pg from "pg";
import { postgresStore } from "../../../src/stores/postgres/index.js";
import { delivery, entries, event, T0 } from "../../../src/testing/store/make.js";

/** A process of its own that takes in what was published, until all has been, and tells its parent what it took. */
const [url = "", schema = "", all = "0"] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: 1 });
const store = postgresStore({ db: pool, schema });
const ids: string[] = [];
for (;;) {
  const taken = (await store.takeInbox?.({ limit: 5, maxBytes: 1e6, leaseMs: 60_000, now: T0 })) ?? [];
  for (const { id } of taken) {
    ids.push(id);
    await store.append(
      entries({ events: [event(id)], deliveries: [delivery(`dlv_${id}`, "sub_1", { eventIds: [id] })] }),
    );
  }
  await store.clearInbox?.(taken.map(({ id }) => id));
  if (taken.length === 0 && (await store.findEvents({ limit: 1000, after: null })).length >= Number(all))
    break;
}
await pool.end();
process.send?.(ids);
process.disconnect?.();
