import { writeFileSync } from "node:fs";
import pg from "pg";
import { newId } from "../../src/model/id.js";
import { CLAIM } from "../../src/stores/postgres/claim.js";
import { postgresStore } from "../../src/stores/postgres/index.js";
import { create, delivery, event, subscription, T0 } from "../../src/testing/store/make.js";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 });
const store = postgresStore({ db: pool });
await store.migrate?.();
for (let i = 0; i < 50; i++) await create(store, subscription(`sub_${i}`));
for (let i = 0; i < 20000; i += 500) {
  const events = [],
    deliveries = [];
  for (let j = 0; j < 500; j++) {
    const id = newId("evt", T0 + i);
    events.push(event(id));
    deliveries.push(
      delivery(newId("dlv", T0 + i), `sub_${(i + j) % 50}`, {
        eventIds: [id],
        createdAt: T0 + i,
        dueAt: T0 + i,
      }),
    );
  }
  await store.append({ events, deliveries, pending: [] });
}
writeFileSync(
  "/tmp/claim.sql",
  CLAIM.replaceAll("hookwright.", '"hookwright".')
    .replaceAll("$1", "''")
    .replaceAll("$2", String(T0 + 1e6))
    .replaceAll("$3", "'[]'")
    .replaceAll("$4", "200")
    .replaceAll("$5", "8")
    .replaceAll("$6", "'l'")
    .replaceAll("$7", String(T0 + 2e6)),
);
await pool.end();
