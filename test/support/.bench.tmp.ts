import pg from "pg";
import { newId } from "../../src/model/id.js";
import { CLAIM } from "../../src/stores/postgres/claim.js";
import { postgresStore } from "../../src/stores/postgres/index.js";
import {
  claiming,
  create,
  delivery,
  event,
  failed,
  outcome,
  subscription,
  T0,
} from "../../src/testing/store/make.js";
import { startServer } from "./postgres/server.js";

const rate = (n: number, ms: number) => `${(n / ms).toFixed(1)}k/s`;
const s = process.env.DATABASE_URL
  ? { url: process.env.DATABASE_URL, stop: async () => {} }
  : await startServer();
const pool = new pg.Pool({ connectionString: s.url, max: 4 });
let t = performance.now();
const store = postgresStore({ db: pool });
await pool.query("select 1");
t = performance.now();
await store.migrate?.();
console.log("migrate ms", (performance.now() - t).toFixed(1));
const subs = 50,
  N = Number(process.argv[2] ?? 20000);
for (let i = 0; i < subs; i++) await create(store, subscription(`sub_${i}`));
const data = JSON.stringify({ x: "y".repeat(900) });
const doc = JSON.stringify({ request: { headers: { a: "b".repeat(300), q: '"quoted"' } } });
t = performance.now();
let calls = 0;
for (let i = 0; i < N; i += 100) {
  const events = [],
    deliveries = [];
  for (let j = 0; j < 100; j++) {
    const id = newId("evt", T0 + i);
    events.push(event(id, { data, createdAt: T0 + i, at: T0 + i }));
    deliveries.push(
      delivery(newId("dlv", T0 + i), `sub_${(i + j) % subs}`, { eventIds: [id], createdAt: T0 + i }),
    );
  }
  await store.append({ events, deliveries, pending: [] });
  calls++;
}
const ms = performance.now() - t;
console.log("append(100)", (ms / calls).toFixed(2), "ms", rate(N, ms));
t = performance.now();
for (let i = 0; i < 300; i++) {
  const id = newId("evt", T0);
  await store.append({
    events: [event(id, { data })],
    deliveries: [delivery(newId("dlv", T0), "sub_x", { eventIds: [id] })],
    pending: [],
  });
}
console.log("append(1)", ((performance.now() - t) / 300).toFixed(2), "ms");
await pool.query("ANALYZE");
const client = await pool.connect();
if (process.argv[3]) {
  const plan = await client.query(
    "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) " + CLAIM.replaceAll("hookwright.", '"hookwright".'),
    ["", T0 + 1e6, "[]", 200, 8, "l", T0 + 2e6],
  );
  console.log(plan.rows.map((r: any) => r["QUERY PLAN"]).join("\n"));
}
client.release();
let claimMs = 0,
  settleMs = 0,
  n = 0;
calls = 0;
for (;;) {
  t = performance.now();
  const c = await store.claim(claiming({ limit: 200, perSubscription: 8, now: T0 + 1e6, leaseMs: 1e9 }));
  claimMs += performance.now() - t;
  if (c.length === 0) break;
  n += c.length;
  calls++;
  const health = [...new Set(c.map((r) => r.subscriptionId))].map((id) =>
    failed(id, { reset: true, add: 0, failedAt: null, succeededAt: T0 }),
  );
  const o = c.map((r) => outcome(r, { attempt: { number: 1, at: T0, durationMs: 3, document: doc } }));
  t = performance.now();
  await store.settle(o, health);
  settleMs += performance.now() - t;
}
console.log(
  "claim(200)",
  (claimMs / calls).toFixed(2),
  "ms",
  rate(n, claimMs),
  "settle(200)",
  (settleMs / calls).toFixed(2),
  "ms",
  rate(n, settleMs),
);
t = performance.now();
for (let i = 0; i < 300; i++) await store.claim(claiming({ limit: 200, perSubscription: 8 }));
console.log("idle claim ms", ((performance.now() - t) / 300).toFixed(2));
t = performance.now();
let pruned = 0;
for (;;) {
  const c = await store.prune({ before: T0 + 1e9, limit: 1000 });
  pruned += c;
  if (c < 1000) break;
}
console.log("prune", rate(pruned, performance.now() - t), pruned);
// paused lanes
for (let i = 0; i < 5000; i += 500)
  await store.append({
    events: [],
    pending: [],
    deliveries: Array.from({ length: 500 }, (_, j) =>
      delivery(`o${i + j}`, `paused_${i + j}`, { eventIds: ["x"] }),
    ),
  });
t = performance.now();
for (let i = 0; i < 20; i++) await store.claim(claiming({ limit: 200, perSubscription: 8 }));
console.log("claim over 5000 paused lanes ms", ((performance.now() - t) / 20).toFixed(2));
t = performance.now();
await store.append({
  events: Array.from({ length: 20000 }, (_, j) => event(`w${j}`)),
  deliveries: [],
  pending: Array.from({ length: 20000 }, (_, j) => ({
    subscriptionId: "sub_1",
    lane: "",
    eventId: `w${j}`,
    bytes: 100,
    at: T0,
  })),
});
console.log("append 20k pending", performance.now() - t);
t = performance.now();
await store.backlog();
console.log("backlog 20k", performance.now() - t);
t = performance.now();
await store.seal({
  delivery: { ...delivery("sealed", "sub_1", {}), kind: "batch" } as never,
  lane: "",
  limit: 20000,
  maxBytes: 1e9,
  flushBefore: T0,
});
console.log("seal 20k", performance.now() - t);
await store.close?.();
if (process.argv[4]) process.exit(0);
await pool.query("DROP SCHEMA hookwright CASCADE");
await pool.end();
await s.stop();
process.exit(0);
