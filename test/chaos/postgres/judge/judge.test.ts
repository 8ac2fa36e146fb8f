import { expect, test } from "vitest";
import type { Facts, Life, Operation, Received, StoredAttempt, Testimony } from "../facts.js";
import { LEASE_MS } from "../house.js";
import { judge } from "./judge.js";

// One order that was paid, taken by the one path that hears it at the second attempt: what a run without a fault is made of.
const operation: Operation = {
  op: "publisher-1#1",
  at: 0,
  how: "tx",
  keys: ["k"],
  type: "order.paid",
  scope: "",
  identity: "none",
  repeats: false,
  end: { at: 10, answer: "acknowledged", ids: ["evt"], error: null },
};
const life = (name: string, more: Partial<Life> = {}): Life => ({
  name,
  kind: "worker",
  startedAt: 0,
  killedAt: null,
  toEnd: "stopped",
  endedAt: 1_000_000,
  code: 0,
  frozen: [],
  ...more,
});
const request = (serial: number, sentAt: number, more: Partial<Received> = {}): Received => ({
  serial,
  sentAt,
  answeredAt: sentAt + 5,
  path: "/orders",
  id: "evt",
  worker: "worker-1",
  events: [{ id: "evt", key: "k" }],
  status: 204,
  problem: null,
  ...more,
});
const attempt = (number: number, serial: number | null, status: number | null = 204): StoredAttempt => ({
  deliveryId: "dlv",
  number,
  at: 0,
  serial,
  status,
  error: status === null ? "The time for this attempt was up. (waiting for the answer)" : null,
});
const claim = (worker: string, at: number): Testimony => ({
  did: "claim",
  at,
  now: at,
  deliveries: ["dlv"],
  worker,
});
const closing = (worker: string, at: number): Testimony => ({
  did: "settle",
  at,
  delivered: ["dlv"],
  refused: [],
  worker,
});
const two = request(9, 50, { path: "/two" });
const good: Facts = {
  operations: [operation],
  hostRows: new Set(["k"]),
  events: [{ id: "evt", key: "k", type: "order.paid", scope: "" }],
  deliveries: [
    { id: "dlv", path: "/orders", eventIds: ["evt"], status: "delivered" },
    { id: "dlv-2", path: "/two", eventIds: ["evt"], status: "delivered" },
  ],
  attempts: [attempt(1, 1, 500), attempt(2, 2), { ...attempt(1, 9), deliveryId: "dlv-2" }],
  waiting: 0,
  requests: [request(1, 20, { status: 500 }), request(2, 40), two],
  testimonies: [claim("worker-1", 15), claim("worker-1", 35), closing("worker-1", 46)],
  lives: [life("worker-1"), life("worker-2")],
  outages: [],
};
const promisesBroken = (more: Partial<Facts>) => [
  ...new Set(judge({ ...good, ...more }).faults.map(({ promise }) => promise)),
];

test("a run in which all went well has no fault", () => {
  expect(judge(good)).toEqual({
    faults: [],
    duplicates: { killed: 0, frozen: 0, outage: 0, slow: 0, republished: 0, unexplained: 0, unrecorded: 0 },
  });
});

test.each<[string, Partial<Facts>]>([
  ["an event whose publish resolved is stored", { events: [] }],
  ["a committed transaction's event is stored", { events: [] }],
  ["a rolled-back transaction's event is never stored", { hostRows: new Set() }],
  ["what the database says it committed is there", { hostRows: new Set() }],
  [
    "what was not committed is never sent",
    { events: [{ id: "evt", key: "other", type: "order.paid", scope: "" }] },
  ],
  ["publishMany stores all or nothing", { operations: [{ ...operation, how: "many", keys: ["k", "l"] }] }],
  [
    "an event is stored once, however often its publish is repeated",
    {
      events: [...good.events, { id: "evt-2", key: "k", type: "order.paid", scope: "" }],
      operations: [operation, { ...operation, op: "publisher-1#2", identity: "id", repeats: true }],
    },
  ],
  ["an event that is stored is delivered", { requests: [request(1, 20, { status: 500 }), two] }],
  ["an event makes one delivery for each who hears it", { deliveries: good.deliveries.slice(1) }],
  [
    "an event is in exactly one batch",
    { deliveries: [...good.deliveries, { id: "b", path: "/batch", eventIds: ["evt"], status: "delivered" }] },
  ],
  [
    "in the end every delivery is delivered",
    { deliveries: good.deliveries.map((one) => ({ ...one, status: "failed" })) },
  ],
  ["in the end no event waits", { waiting: 1 }],
  [
    "every request verifies and carries what was published",
    { requests: [...good.requests.slice(0, 2), { ...two, problem: "NO_MATCH" }] },
  ],
  ["every request is recorded but for those in flight at a kill", { attempts: good.attempts.slice(1) }],
  ["a request is recorded once", { attempts: [...good.attempts, attempt(3, 2)] }],
  ["an attempt that is recorded was received", { attempts: [...good.attempts, attempt(3, 77)] }],
  ["an attempt that is recorded was received", { attempts: [...good.attempts, attempt(3, null, null)] }],
  [
    "a delivery carries the same events at each attempt",
    { requests: [request(1, 20, { status: 500, events: [] }), ...good.requests.slice(1)] },
  ],
  ["no process ends by itself", { lives: [life("worker-1", { toEnd: null, code: 1 })] }],
  ["a process that is told to stop does so", { lives: [life("worker-1", { code: 1 })] }],
  [
    "a delivery is closed once, by who holds its lease",
    { testimonies: [...good.testimonies, closing("worker-2", 60)] },
  ],
])("broken: %s", (promise, more) => {
  expect(promisesBroken(more)).toContain(promise);
});

/** The delivery is taken at its second request, and sent once more by another worker. */
const again = (sentAt: number, claimedAt: number, more: Partial<Facts> = {}): Partial<Facts> => ({
  requests: [
    request(1, 20, { status: 500 }),
    request(2, 40),
    two,
    request(3, sentAt, { worker: "worker-2" }),
  ],
  attempts: [...good.attempts, attempt(3, 3)],
  testimonies: [claim("worker-1", 15), claim("worker-1", 35), claim("worker-2", claimedAt)],
  ...more,
});
const late = 35 + LEASE_MS;

test("a delivery that was taken may be sent again when the lease of a killed, frozen or slow worker has run out", () => {
  const unrecorded = [attempt(1, 1, 500), attempt(3, 3), { ...attempt(1, 9), deliveryId: "dlv-2" }];
  const killed = life("worker-1", { killedAt: 42, endedAt: 43, toEnd: "killed", code: null });
  const frozen = life("worker-1", { frozen: [{ from: 41, to: late }] });
  const others = [life("worker-2")];
  const why = (more: Partial<Facts>) => judge({ ...good, ...again(late + 5, late, more) });
  expect(why({ attempts: unrecorded, lives: [killed, ...others] })).toMatchObject({
    faults: [],
    duplicates: { killed: 1, unrecorded: 1 },
  });
  expect(why({ lives: [frozen, ...others] })).toMatchObject({ faults: [], duplicates: { frozen: 1 } });
  expect(why({ outages: [{ from: 42, to: 90 }] })).toMatchObject({ faults: [], duplicates: { outage: 1 } });
  expect(why({})).toMatchObject({ faults: [], duplicates: { slow: 1 } });
});

test("a worker that was held up between its claim and its request may send what another took meanwhile", () => {
  const behind = (claimedAt: number): Partial<Facts> => ({
    ...again(late + 5, late),
    testimonies: [claim("worker-2", claimedAt), claim("worker-1", 15), claim("worker-1", 35)],
  });
  const frozen = life("worker-2", { frozen: [{ from: 36 - LEASE_MS, to: late }] });
  const why = (more: Partial<Facts>) => judge({ ...good, ...behind(35 - LEASE_MS), ...more });
  expect(why({})).toMatchObject({ faults: [], duplicates: { slow: 1 } });
  expect(why({ lives: [life("worker-1"), frozen] })).toMatchObject({
    faults: [],
    duplicates: { frozen: 1 },
  });
  expect(promisesBroken(behind(36 - LEASE_MS))).toEqual(["what was taken is not sent again"]);
});

test("it may not before the lease has run out, nor after it was closed", () => {
  expect(promisesBroken(again(80, 75))).toEqual(["what was taken is not sent again"]);
  const early = again(late + 4, late - 1);
  expect(promisesBroken(early)).toEqual(["what was taken is not sent again"]);
  const testimonies = [...(again(late, late).testimonies ?? []), closing("worker-1", 46)];
  expect(promisesBroken(again(late + 5, late, { testimonies }))).toEqual([
    "what was taken is not sent again",
  ]);
});

test("two processes may not send one delivery at the same time", () => {
  const requests = [
    request(1, 20, { status: 500, answeredAt: 60 }),
    request(2, 40, { worker: "worker-2" }),
    two,
  ];
  const testimonies = [claim("worker-1", 15), claim("worker-2", 35), closing("worker-2", 46)];
  expect(promisesBroken({ requests, testimonies })).toEqual(["a delivery is sent by one process at a time"]);
});

test("an ordered subscription takes one tick before the next one is sent", () => {
  const tick = (n: number): Operation => ({
    ...operation,
    op: `publisher-1#${n}`,
    at: n,
    how: "plain",
    type: "tick.made",
    keys: [`t${n}`],
    end: { at: n, answer: "acknowledged", ids: [`evt-${n}`], error: null },
  });
  const sent = (n: number, sentAt: number) =>
    request(n, sentAt, { path: "/ticks", id: `evt-${n}`, events: [{ id: `evt-${n}`, key: `t${n}` }] });
  const run = (first: number, second: number): Partial<Facts> => ({
    operations: [tick(1), tick(2)],
    hostRows: new Set(),
    events: [1, 2].map((n) => ({ id: `evt-${n}`, key: `t${n}`, type: "tick.made", scope: "" })),
    deliveries: [1, 2].map((n) => ({
      id: `d${n}`,
      path: "/ticks",
      eventIds: [`evt-${n}`],
      status: "delivered",
    })),
    attempts: [1, 2].map((n) => ({ ...attempt(1, n), deliveryId: `d${n}` })),
    requests: [sent(1, first), sent(2, second)],
    testimonies: [],
  });
  expect(promisesBroken(run(10, 20))).toEqual([]);
  expect(promisesBroken(run(10, 12))).toEqual(["an ordered subscription hears in the order of publishing"]);
});
