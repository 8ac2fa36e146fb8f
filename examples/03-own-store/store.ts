// A store of one's own, to copy: the three parts of the port, each method one step over the arrays of state.ts.
// A step that throws leaves nothing behind, so what may throw need not come first: see file.ts.
import {
  applyHealth,
  type Backlog,
  type DeliveryLog,
  type DeliveryQueue,
  type DeliveryRecord,
  type EventRecord,
  FRESH_HEALTH,
  type PageRequest,
  type PendingRecord,
  type Position,
  type Store,
  type SubscriptionHealth,
  type SubscriptionStore,
} from "hookwright";
import { type JsonFile, jsonFile } from "./file.js";
import { append, cancel, insert, isOpen, type Row, type State, update } from "./state.js";

/**
 * Keeps everything in one JSON file, for any number of processes of one machine. What was answered survives a crash; a
 * process killed in the middle of a step may leave its lock, and the next change says what to do. Each call reads the
 * whole file and each change writes it, so it is for hundreds of rows, not for thousands.
 */
export function jsonFileStore(path: string): Store {
  const file = jsonFile<State>(path, { subscriptions: [], events: [], deliveries: [], pending: [] });
  return { persists: true, ...subscriptionStore(file), ...deliveryQueue(file), ...deliveryLog(file) };
}

const subscriptionStore = ({ read, change }: JsonFile<State>): SubscriptionStore => ({
  saveSubscription: ({ record, replaces, resetHealth, audit }) =>
    change((state) => {
      const stored = state.subscriptions.find((row) => row.id === record.id);
      if ((stored?.version ?? null) !== replaces) return false;
      const health = stored?.health ?? FRESH_HEALTH;
      const cleared = { ...health, consecutiveFailures: 0, failingSince: null, holdUntil: null };
      const saved = { ...record, health: resetHealth ? cleared : health };
      if (stored) Object.assign(stored, saved);
      else state.subscriptions.push(saved);
      if (audit) append(state, audit);
      return true;
    }),

  removeSubscription: (id, now, audit) =>
    change((state) => {
      if (!state.subscriptions.some((row) => row.id === id)) return false;
      if (audit) append(state, audit);
      state.subscriptions = state.subscriptions.filter((row) => row.id !== id);
      state.pending = state.pending.filter((row) => row.subscriptionId !== id);
      const own = state.deliveries.filter((row) => row.record.subscriptionId === id);
      cancel(own, now);
      return true;
    }),

  readSubscriptions: (ids) =>
    read(({ subscriptions }) => subscriptions.filter((row) => ids.includes(row.id))),

  findSubscriptions: (query) =>
    read(({ subscriptions }) => {
      const matches = subscriptions.filter(
        (row) =>
          (query.scopes?.includes(row.scope) ?? true) &&
          isUnder(row.scope, query.under) &&
          isWanted(row.enabled, query.enabled),
      );
      return newestFirst(query, matches);
    }),
});

const deliveryQueue = ({ read, change }: JsonFile<State>): DeliveryQueue => ({
  append: (entries) => change((state) => append(state, entries)),

  backlog: () =>
    read(({ pending }) => {
      const lanes = new Map<string, Backlog>();
      for (const { subscriptionId, lane, bytes, at } of pending) {
        const key = JSON.stringify([subscriptionId, lane]);
        const sum = lanes.get(key) ?? { subscriptionId, lane, count: 0, bytes: 0, oldestAt: at };
        const oldestAt = Math.min(sum.oldestAt, at);
        lanes.set(key, { ...sum, count: sum.count + 1, bytes: sum.bytes + bytes, oldestAt });
      }
      return [...lanes.values()];
    }),

  seal: ({ delivery, lane, limit, maxBytes, flushBefore }) =>
    change((state) => {
      const waiting = state.pending
        .filter((row) => row.subscriptionId === delivery.subscriptionId && row.lane === lane)
        .sort((a, b) => a.at - b.at);
      const total = waiting.reduce((sum, row) => sum + row.bytes, 0);
      const [oldest] = waiting;
      if (!oldest || (oldest.at > flushBefore && waiting.length < limit && total < maxBytes)) return 0;

      let bytes = 0;
      const sealed = waiting.filter((row, i) => {
        bytes += row.bytes;
        return i === 0 || (i < limit && bytes <= maxBytes);
      });
      const eventIds = sealed.map((row) => row.eventId);
      insert(state, { ...delivery, eventIds, lease: null });
      state.pending = state.pending.filter((row) => !sealed.includes(row));
      return sealed.length;
    }),

  claim: ({ lease, leaseMs, limit, perSubscription, exclude, now }) =>
    change((state) => {
      const claimed: Row[] = [];
      const served = new Set<string>();
      for (const { id, enabled, ordered, health } of state.subscriptions) {
        if (!enabled || (health.holdUntil ?? now) > now || exclude.includes(id)) continue;
        const open = state.deliveries.filter((row) => row.record.subscriptionId === id && isOpen(row));
        const due = (ordered ? open.slice(0, 1) : open)
          .filter(({ record }) => dueAt(record) <= now)
          .sort((a, b) => wasTried(b) - wasTried(a) || dueAt(a.record) - dueAt(b.record))
          .slice(0, Math.min(perSubscription, limit - claimed.length));
        if (due.length > 0) served.add(id);
        claimed.push(...due);
      }
      state.subscriptions.sort((a, b) => Number(served.has(a.id)) - Number(served.has(b.id)));

      return claimed.map((row) => {
        const { attempts, extraAttempts, firstAttemptAt, eventIds } = row.record;
        update(row, lease, {
          attempts: attempts + 1,
          extraAttempts: extraAttempts + (row.lease === null ? 0 : 1), // a claim that was lost
          firstAttemptAt: firstAttemptAt ?? now,
          dueAt: now + leaseMs,
        });
        const [event] = eventIds.length === 1 ? state.events.filter(({ id }) => id === eventIds[0]) : [];
        return { ...row.record, lease, event: event ?? null };
      });
    }),

  settle: (outcomes, health) =>
    change((state) => {
      const refused: string[] = [];
      const accepted = new Set<string>();
      for (const { deliveryId, lease, attempt, uncount, replacements, ...result } of outcomes) {
        const row = state.deliveries.find(({ record }) => record.id === deliveryId);
        if (attempt && row?.attempts.every(({ number }) => number !== attempt.number))
          row.attempts.push(attempt);
        if (row?.lease !== lease) {
          refused.push(deliveryId);
          continue;
        }
        const attempts = row.record.attempts - 1;
        update(row, null, uncount ? { ...result, attempts } : { ...result, manualFrom: null });
        for (const half of replacements.toReversed()) insert(state, half, row);
        accepted.add(row.record.subscriptionId);
      }

      const changed = new Map<string, SubscriptionHealth>();
      for (const change of health) {
        const row = state.subscriptions.find(({ id }) => id === change.subscriptionId);
        if (!row || !accepted.has(row.id)) continue;
        const next = applyHealth(row.health, change);
        Object.assign(row, { health: next });
        changed.set(row.id, next);
      }
      return { refused, health: [...changed].map(([subscriptionId, next]) => ({ subscriptionId, ...next })) };
    }),

  requeue: ({ ids, mode, dueAt: due, now }) =>
    change((state) => {
      let count = 0;
      for (const row of state.deliveries) {
        const { id, status, attempts, extraAttempts, manualFrom } = row.record;
        const isHeld = row.lease !== null && dueAt(row.record) > now;
        if (!ids.includes(id) || isHeld) continue;
        if (mode === "restart" && status !== "exhausted" && status !== "cancelled") continue;
        if (mode === "restart") update(row, null, { extraAttempts: attempts });
        // A second request for the attempt that is still to come only moves it.
        else if (manualFrom === null)
          update(row, null, { extraAttempts: extraAttempts + 1, manualFrom: status });
        update(row, null, { status: attempts > 0 ? "failed" : "pending", dueAt: due, completedAt: null });
        count++;
      }
      return count;
    }),

  cancel: (ids, now) =>
    change(({ deliveries }) => {
      const named = deliveries.filter((row) => ids.includes(row.record.id));
      return cancel(named, now);
    }),
});

const deliveryLog = ({ read, change }: JsonFile<State>): DeliveryLog => ({
  readEvents: (ids) => read(({ events }) => events.filter((event) => ids.includes(event.id))),

  findEvents: (query) =>
    read(({ events, deliveries, pending }) => {
      const isNamed = (eventId: string) =>
        deliveries.some(
          ({ record }) => record.subscriptionId === query.missedBy && record.eventIds.includes(eventId),
        ) || pending.some((row) => row.subscriptionId === query.missedBy && row.eventId === eventId);
      const matches = events.filter(
        (row) =>
          (query.missedBy === undefined || !(row.test || isNamed(row.id))) &&
          row.createdAt < (query.until ?? Number.POSITIVE_INFINITY) &&
          isUnder(row.scope, query.under) &&
          isWanted(row.type, query.type) &&
          row.createdAt >= (query.since ?? Number.NEGATIVE_INFINITY),
      );
      return newestFirst(query, matches);
    }),

  findPending: ({ subscriptionId, after, limit }) =>
    read(({ pending }) =>
      pending
        .filter((row) => row.subscriptionId === subscriptionId)
        .filter((row) => after === null || compare(waits(row), after) > 0)
        .sort((a, b) => compare(waits(a), waits(b)))
        .slice(0, limit),
    ),

  readDeliveries: (ids) =>
    read(({ deliveries }) => deliveries.map((row) => row.record).filter((row) => ids.includes(row.id))),

  findDeliveries: (query) =>
    read(({ deliveries }) => {
      const records = deliveries.map((row) => row.record);
      const matches = records.filter(
        (row) =>
          isWanted(row.subscriptionId, query.subscriptionId) &&
          (query.eventId === undefined || row.eventIds.includes(query.eventId)) &&
          isUnder(row.scope, query.under) &&
          isWanted(row.status, query.status),
      );
      return newestFirst(query, matches);
    }),

  readAttempts: (deliveryId) =>
    read(({ deliveries }) => {
      const row = deliveries.find(({ record }) => record.id === deliveryId);
      return (row?.attempts ?? []).sort((a, b) => a.number - b.number);
    }),

  prune: ({ before, limit }) =>
    change((state) => {
      const subscribers = new Set(state.subscriptions.map((row) => row.id));
      const isOver = (row: Row) =>
        isOpen(row)
          ? row.record.createdAt < before && !subscribers.has(row.record.subscriptionId)
          : (row.record.completedAt ?? before) < before;
      const over = new Set(state.deliveries.filter(isOver).slice(0, limit));
      state.deliveries = state.deliveries.filter((row) => !over.has(row));

      const isLeft = (row: PendingRecord) => row.at < before && !subscribers.has(row.subscriptionId);
      const left = new Set(state.pending.filter(isLeft).slice(0, limit - over.size));
      state.pending = state.pending.filter((row) => !left.has(row));

      const named = new Set(state.deliveries.flatMap((row) => row.record.eventIds));
      for (const row of state.pending) named.add(row.eventId);
      const isLoose = (event: EventRecord) => event.createdAt < before && !named.has(event.id);
      const loose = new Set(state.events.filter(isLoose).slice(0, limit - over.size - left.size));
      state.events = state.events.filter((event) => !loose.has(event));
      return over.size + left.size + loose.size;
    }),
});

const dueAt = (record: DeliveryRecord) => record.dueAt ?? Number.POSITIVE_INFINITY;
const wasTried = (row: Row) => Number(row.record.attempts > 0);

const isWanted = <T>(value: T, wanted: T | undefined) => wanted === undefined || value === wanted;
const isUnder = (scope: string, under = "") =>
  under === "" || scope === under || scope.startsWith(`${under}/`);

const compare = (a: Position, b: Position) => a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
const waits = (row: PendingRecord): Position => ({ at: row.at, id: row.eventId });
const made = (row: { createdAt: number; id: string }): Position => ({ at: row.createdAt, id: row.id });

function newestFirst<T extends { createdAt: number; id: string }>(
  { after, limit }: PageRequest,
  rows: T[],
): T[] {
  return rows
    .filter((row) => after === null || compare(made(row), after) < 0)
    .sort((a, b) => compare(made(b), made(a)))
    .slice(0, limit);
}
