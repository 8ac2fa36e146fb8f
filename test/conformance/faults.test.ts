import { describe, expect, test } from "vitest";
import type { Entries, StatisticsQuery, Store, StoredStatistics } from "../../src/model/store.js";
import { memoryStore } from "../../src/stores/memory/index.js";
import { skipReason, storeCases } from "../../src/testing/store/index.js";
import { ALL } from "../../src/testing/store/make.js";

/**
 * The kit must catch what a hurried author of a store gets wrong. Each fault is one wrong line around a right store;
 * the case named with it must fail, so that a fault is not caught by some other case's accident.
 */
interface Fault {
  /** What goes wrong. */
  readonly what: string;
  /** A case that says so. */
  readonly caughtBy: string;
  /** The methods that are wrong. */
  readonly inject: (right: Store) => Partial<Store>;
}

/** The lease of a delivery is not to be read back, so faults remember what was claimed last. */
function currentLeases(right: Store) {
  const leases = new Map<string, string>();
  const claim: Store["claim"] = async (request) => {
    const claimed = await right.claim(request);
    for (const row of claimed) leases.set(row.id, row.lease);
    return claimed;
  };
  return { leases, claim };
}

const NO_ENTRIES: Entries = { events: [], deliveries: [], pending: [] };

const FAULTS: readonly Fault[] = [
  {
    what: "settle has no fence",
    caughtBy: "settle refuses an outcome whose lease passed to someone else",
    inject: (right) => {
      const { leases, claim } = currentLeases(right);
      return {
        claim,
        settle: (outcomes, health) =>
          right.settle(
            outcomes.map((row) => ({ ...row, lease: leases.get(row.deliveryId) ?? row.lease })),
            health,
          ),
      };
    },
  },
  {
    what: "settle drops the attempts of refused outcomes",
    caughtBy: "settle records the attempt of a refused outcome, once for each number",
    inject: (right) => {
      const { leases, claim } = currentLeases(right);
      return {
        claim,
        settle: (outcomes, health) =>
          right.settle(
            outcomes.map((row) =>
              leases.get(row.deliveryId) === row.lease ? row : { ...row, attempt: null },
            ),
            health,
          ),
      };
    },
  },
  {
    what: "settle repeated adds health again",
    caughtBy: "a settle that is repeated changes nothing",
    inject: (right) => ({
      async settle(outcomes, health) {
        const settled = await right.settle(outcomes, health);
        if (health.length === 0 || settled.health.length > 0) return settled;
        // Applied through a delivery of its own, since only accepted outcomes carry health.
        for (const change of health) {
          const id = `dlv_fault_${Math.random()}`;
          const made = {
            id,
            subscriptionId: change.subscriptionId,
            scope: "",
            kind: "event",
            type: "t",
          } as const;
          const rest = { format: "f", eventIds: [], createdAt: 0, dueAt: 0, lease: "fault" } as const;
          await right.append({ ...NO_ENTRIES, deliveries: [{ ...made, ...rest }] });
          const closed = { status: "delivered", dueAt: null, completedAt: 0, httpStatus: null } as const;
          const nothing = { error: null, attempt: null, uncount: false, replacements: [] } as const;
          await right.settle([{ deliveryId: id, lease: "fault", ...closed, ...nothing }], [change]);
        }
        return settled;
      },
    }),
  },
  {
    what: "settle forgets replacements",
    caughtBy: "settle inserts replacements with an accepted outcome",
    inject: (right) => ({
      settle: (outcomes, health) =>
        right.settle(
          outcomes.map((row) => ({ ...row, replacements: [] })),
          health,
        ),
    }),
  },
  {
    what: "settle ignores uncount",
    caughtBy: "settle can take back the attempt that the claim counted",
    inject: (right) => ({
      settle: (outcomes, health) =>
        right.settle(
          outcomes.map((row) => ({ ...row, uncount: false })),
          health,
        ),
    }),
  },
  {
    what: "a hold can be shortened",
    caughtBy: "settle never shortens a hold",
    inject: (right) => ({
      async settle(outcomes, health) {
        const settled = await right.settle(outcomes, health);
        for (const change of health) {
          const [stored] = await right.readSubscriptions([change.subscriptionId]);
          if (stored) latestHold.set(stored.id, change.holdUntil);
        }
        return settled;
      },
      async readSubscriptions(ids) {
        const found = await right.readSubscriptions(ids);
        return found.map((row) => ({
          ...row,
          health: { ...row.health, holdUntil: latestHold.get(row.id) ?? null },
        }));
      },
    }),
  },
  {
    what: "claim ignores exclude",
    caughtBy: "claim leaves out the subscriptions it is told to",
    inject: (right) => ({ claim: (request) => right.claim({ ...request, exclude: [] }) }),
  },
  {
    what: "claim orders by dueAt alone",
    caughtBy: "claim takes what was attempted before first, though new ones are due longer",
    inject: (right) => ({
      async claim(request) {
        const before = new Map((await right.findDeliveries(ALL)).map((row) => [row.id, row]));
        const dueAt = (row: { readonly id: string }) => before.get(row.id)?.dueAt ?? 0;
        const all = [...(await right.claim({ ...request, limit: 1000, perSubscription: 1000 }))];
        const kept = all
          .sort((a, b) => dueAt(a) - dueAt(b))
          .filter((row, i) => {
            const ahead = all.slice(0, i).filter((one) => one.subscriptionId === row.subscriptionId);
            return ahead.length < request.perSubscription;
          })
          .slice(0, request.limit);
        const back = all.filter((row) => !kept.includes(row));
        await right.settle(
          back.map((row) => {
            const { id: deliveryId, lease, status, httpStatus, error } = row;
            const nothing = { attempt: null, completedAt: null, replacements: [], uncount: true } as const;
            return { deliveryId, lease, status, httpStatus, error, dueAt: dueAt(row), ...nothing };
          }),
          [],
        );
        return kept;
      },
    }),
  },
  {
    what: "claim ignores perSubscription",
    caughtBy: "claim takes at most perSubscription of one subscription",
    inject: (right) => ({ claim: (request) => right.claim({ ...request, perSubscription: request.limit }) }),
  },
  {
    what: "claim ignores limit",
    caughtBy: "claim keeps to the limit, and to none",
    inject: (right) => ({ claim: (request) => right.claim({ ...request, limit: 1000 }) }),
  },
  {
    what: "claim takes what is due later",
    caughtBy: "claim takes what is due now or earlier and nothing later",
    inject: (right) => ({ claim: (request) => right.claim({ ...request, now: request.now + 1 }) }),
  },
  {
    what: "claim takes held subscriptions",
    caughtBy: "claim skips a held subscription until the hold ends",
    inject: (right) => ({
      settle: (outcomes, health) =>
        right.settle(
          outcomes,
          health.map((row) => ({ ...row, holdUntil: null })),
        ),
    }),
  },
  {
    what: "claim takes disabled subscriptions",
    caughtBy: "claim skips a disabled subscription and keeps its deliveries until it is enabled",
    inject: (right) => ({
      saveSubscription: (save) =>
        right.saveSubscription({ ...save, record: { ...save.record, enabled: true } }),
    }),
  },
  {
    what: "claim does not count attempts",
    caughtBy: "claim leases what is due: attempts counted, dueAt the end of the lease, the event with it",
    inject: (right) => ({
      claim: async (request) =>
        (await right.claim(request)).map((row) => ({ ...row, attempts: row.attempts - 1 })),
    }),
  },
  {
    what: "claim gives a lease that never ends",
    caughtBy: "claim leaves a leased delivery alone until the lease ends, then counts another attempt",
    inject: (right) => ({ claim: (request) => right.claim({ ...request, leaseMs: 1e12 }) }),
  },
  {
    what: "claim serves the same subscription first each time",
    caughtBy: "claim is fair: nobody waits behind a deep backlog",
    inject: (right) => ({
      async claim(request) {
        const queued = await right.findDeliveries({ ...ALL });
        const names = [...new Set(queued.map((row) => row.subscriptionId))].sort();
        for (const name of names) {
          const others = names.filter((other) => other !== name);
          const claimed = await right.claim({ ...request, exclude: [...request.exclude, ...others] });
          if (claimed.length > 0) return claimed;
        }
        return [];
      },
    }),
  },
  {
    what: "ordered subscriptions are served in no order",
    caughtBy: "claim of an ordered subscription waits while the oldest is in flight",
    inject: (right) => ({
      saveSubscription: (save) =>
        right.saveSubscription({ ...save, record: { ...save.record, ordered: false } }),
    }),
  },
  {
    what: "claim leaves the event out",
    caughtBy: "claim leases what is due: attempts counted, dueAt the end of the lease, the event with it",
    inject: (right) => ({
      claim: async (request) => (await right.claim(request)).map((row) => ({ ...row, event: null })),
    }),
  },
  {
    what: "append answers known events as new",
    caughtBy: "append skips an event that is known and keeps what is stored",
    inject: (right) => ({
      async append(entries) {
        await right.append(entries);
        return entries.events.map((row) => row.id);
      },
    }),
  },
  {
    what: "append queues the deliveries of known events again",
    caughtBy: "append skips the deliveries and waiting events of a known event",
    inject: (right) => ({
      async append(entries) {
        const ids = await right.append({ ...NO_ENTRIES, events: entries.events });
        await right.append({ ...entries, events: [] });
        return ids;
      },
    }),
  },
  {
    what: "append writes part of what it refuses",
    caughtBy: "append writes all or nothing",
    inject: (right) => ({
      async append(entries) {
        const ids = await right.append({ ...NO_ENTRIES, events: entries.events });
        const deliveries = entries.deliveries.filter((row) => row.eventIds.every((id) => ids.includes(id)));
        const pending = entries.pending.filter((row) => ids.includes(row.eventId));
        await right.append({ events: [], deliveries, pending });
        return ids;
      },
    }),
  },
  {
    what: "append forgets the lease that a delivery is born with",
    caughtBy: "append can insert a delivery already leased, its first attempt counted",
    inject: (right) => ({
      append: (entries) =>
        right.append({ ...entries, deliveries: entries.deliveries.map((row) => ({ ...row, lease: null })) }),
    }),
  },
  {
    what: "text is parsed and written anew",
    caughtBy: "text comes back byte for byte: spacing",
    inject: (right) => ({
      append: (entries) =>
        right.append({
          ...entries,
          events: entries.events.map((row) => ({ ...row, data: JSON.stringify(JSON.parse(row.data)) })),
        }),
    }),
  },
  {
    what: "the audit is written though the change is not",
    caughtBy: "saveSubscription replaces exactly the version it names",
    inject: (right) => ({
      async saveSubscription(save) {
        if (save.audit) await right.append(save.audit);
        return right.saveSubscription({ ...save, audit: null });
      },
    }),
  },
  {
    what: "the change is written though the audit is not",
    caughtBy: "saveSubscription writes the change and its audit in one step",
    inject: (right) => ({
      async saveSubscription(save) {
        const isSaved = await right.saveSubscription({ ...save, audit: null });
        if (isSaved && save.audit) await right.append(save.audit);
        return isSaved;
      },
    }),
  },
  {
    what: "the last save wins",
    caughtBy: "of saves at the same time exactly one wins",
    inject: (right) => ({
      async saveSubscription(save) {
        for (;;) {
          const [stored] = await right.readSubscriptions([save.record.id]);
          if (await right.saveSubscription({ ...save, replaces: stored?.version ?? null })) return true;
        }
      },
    }),
  },
  {
    what: "enabling forgets nothing",
    caughtBy: "saveSubscription keeps health, and forgets failures and holds when told to",
    inject: (right) => ({
      saveSubscription: (save) => right.saveSubscription({ ...save, resetHealth: false }),
    }),
  },
  {
    what: "removing a subscription leaves its waiting events",
    caughtBy: "removeSubscription cancels what is open, drops what waits and keeps the history",
    inject: (right) => ({
      async removeSubscription(id, now, audit) {
        const waiting = await right.findPending({ subscriptionId: id, ...ALL });
        const isRemoved = await right.removeSubscription(id, now, audit);
        await right.append({ ...NO_ENTRIES, pending: waiting });
        return isRemoved;
      },
    }),
  },
  {
    what: "a page repeats the last row of the one before",
    caughtBy: "findDeliveries pages newest first, equal times by id, each row once",
    inject: (right) => ({
      findDeliveries: (query) =>
        right.findDeliveries({
          ...query,
          after: query.after && { at: query.after.at, id: `${query.after.id}~` },
        }),
    }),
  },
  {
    what: "a page skips rows of the same time",
    caughtBy: "findEvents pages newest first, equal times by id, each row once",
    inject: (right) => ({
      findEvents: (query) =>
        right.findEvents({ ...query, after: query.after && { at: query.after.at, id: "" } }),
    }),
  },
  {
    what: "pages are counted by offset, so that they move when rows are added",
    caughtBy: "a list walked while rows are added repeats and skips nothing",
    inject: (right) => {
      let offset = 0;
      return {
        async findDeliveries(query) {
          if (query.after === null) offset = 0;
          const all = await right.findDeliveries({ ...query, ...ALL });
          const page = all.slice(offset, offset + query.limit);
          offset += page.length;
          return page;
        },
      };
    },
  },
  {
    what: "`under` leaks to a sibling with the same start",
    caughtBy: "findSubscriptions filters by scopes, by scope and below, by enabled, and by all at once",
    inject: (right) => ({
      async findSubscriptions({ under = "", ...query }) {
        const all = await right.findSubscriptions({ ...query, limit: 1000 });
        return all.filter((row) => row.scope.startsWith(under)).slice(0, query.limit);
      },
    }),
  },
  {
    what: "`under` takes `_` for a wildcard, as LIKE does",
    caughtBy: "findEvents filters by scope and below, by type, by time of publishing, and by all at once",
    inject: (right) => ({
      async findEvents({ under = "", ...query }) {
        const pattern = new RegExp(`^${under.replaceAll("_", ".")}(/|$)`);
        const all = await right.findEvents({ ...query, limit: 1000 });
        return all.filter((row) => under === "" || pattern.test(row.scope)).slice(0, query.limit);
      },
    }),
  },
  {
    what: "a delivery is found by its first event only",
    caughtBy: "findDeliveries filters by subscription, event, scope and below, status, and by all at once",
    inject: (right) => ({
      async findDeliveries({ eventId, ...query }) {
        const all = await right.findDeliveries(query);
        return eventId === undefined ? all : all.filter((row) => row.eventIds[0] === eventId);
      },
    }),
  },
  {
    what: "attempts come in the order they were recorded",
    caughtBy: "readAttempts answers by number",
    inject: (right) => ({
      readAttempts: async (id) =>
        [...(await right.readAttempts(id))].sort((a, b) => (a.document < b.document ? -1 : 1)),
    }),
  },
  {
    what: "seal leaves the events waiting",
    caughtBy: "seal makes one delivery of what waits, in the order it waited",
    inject: (right) => ({
      async seal(request) {
        const query = { subscriptionId: request.delivery.subscriptionId, ...ALL };
        const before = await right.findPending(query);
        const count = await right.seal(request);
        await right.append({ ...NO_ENTRIES, pending: before });
        return count;
      },
    }),
  },
  {
    what: "seal reads and writes in two steps, so that two share events",
    caughtBy: "seals at the same time never share an event",
    inject: (right) => ({
      async seal(request) {
        const { subscriptionId } = request.delivery;
        const waiting = await right.findPending({ subscriptionId, limit: request.limit, after: null });
        if (waiting.length === 0) return 0;
        await Promise.resolve();
        const eventIds = waiting.map((row) => row.eventId);
        await right.append({ ...NO_ENTRIES, deliveries: [{ ...request.delivery, lease: null, eventIds }] });
        await right.seal({ ...request, delivery: { ...request.delivery, id: `${request.delivery.id}_x` } });
        return eventIds.length;
      },
    }),
  },
  {
    what: "seal does not wait for its triggers",
    caughtBy: "seal waits while no trigger is reached",
    inject: (right) => ({ seal: (request) => right.seal({ ...request, flushBefore: Number.MAX_VALUE }) }),
  },
  {
    what: "seal does not count bytes",
    caughtBy: "seal begins when the bytes are reached, and takes no more than fit",
    inject: (right) => ({ seal: (request) => right.seal({ ...request, maxBytes: 1e9 }) }),
  },
  {
    what: "seal mixes lanes",
    caughtBy: "seal looks at its own lane only",
    inject: (right) => ({
      append: (entries) =>
        right.append({ ...entries, pending: entries.pending.map((row) => ({ ...row, lane: "" })) }),
      seal: (request) => right.seal({ ...request, lane: "" }),
    }),
  },
  {
    what: "backlog leaves disabled subscriptions out",
    caughtBy: "backlog answers one row for each subscription and lane, disabled ones too",
    inject: (right) => ({
      async backlog() {
        const enabled = await right.findSubscriptions({ ...ALL, enabled: true });
        return (await right.backlog()).filter((row) => enabled.some((one) => one.id === row.subscriptionId));
      },
    }),
  },
  {
    what: "requeue touches what is in flight",
    caughtBy: "requeue leaves a delivery in flight alone",
    inject: (right) => ({ requeue: (request) => right.requeue({ ...request, now: Number.MAX_VALUE }) }),
  },
  {
    what: "requeue to restart takes delivered ones too",
    caughtBy: "requeue to restart: the whole schedule, for exhausted and cancelled ones only",
    inject: (right) => ({ requeue: (request) => right.requeue({ ...request, mode: "manual" }) }),
  },
  {
    what: "a delivery cancelled in flight comes back when it is settled",
    caughtBy: "settle refuses a delivery that was cancelled in flight and records its attempt",
    inject: (right) => {
      const cancelled = new Set<string>();
      return {
        async cancel(ids, now) {
          for (const id of ids) cancelled.add(id);
          return (await right.cancel(ids, now)) && ids.length;
        },
        async settle(outcomes, health) {
          const settled = await right.settle(outcomes, health);
          return { ...settled, refused: settled.refused.filter((id) => !cancelled.has(id)) };
        },
      };
    },
  },
  {
    what: "cancel closes what is closed already",
    caughtBy: "cancel closes open deliveries, also those in flight, and no others",
    inject: (right) => ({
      async cancel(ids, now) {
        await right.requeue({ ids, mode: "manual", dueAt: now, now: Number.MAX_VALUE });
        return right.cancel(ids, now);
      },
    }),
  },
  {
    what: "prune takes open deliveries",
    caughtBy: "prune leaves open deliveries, however old, and their events",
    inject: (right) => ({
      async prune(request) {
        const old = (await right.findDeliveries(ALL)).filter((row) => row.createdAt < request.before);
        await right.cancel(
          old.map((row) => row.id),
          0,
        );
        return right.prune(request);
      },
    }),
  },
  {
    what: "prune takes younger rows",
    caughtBy: "prune forgets deliveries closed before, with their attempts and their events",
    inject: (right) => ({ prune: (request) => right.prune({ ...request, before: request.before + 1 }) }),
  },
  {
    what: "prune ignores its limit",
    caughtBy: "prune forgets at most limit rows a call, and less than limit means there are no more",
    inject: (right) => ({ prune: (request) => right.prune({ ...request, limit: 1000 }) }),
  },
  {
    what: "prune takes events that wait",
    caughtBy: "prune keeps an event that waits, and forgets it once it waits no more",
    inject: (right) => ({
      async prune(request) {
        for (const row of await right.backlog()) await right.removeSubscription(row.subscriptionId, 0, null);
        return right.prune(request);
      },
    }),
  },
  {
    what: "the caller can change what is stored",
    caughtBy: "what was given and what was answered can be changed without changing the store",
    inject: (right) => {
      const given = new Map<string, Entries["events"][number]>();
      return {
        append(entries) {
          for (const row of entries.events) given.set(row.id, row);
          return right.append(entries);
        },
        readEvents: async (ids) => ids.flatMap((id) => given.get(id) ?? []),
      };
    },
  },
  {
    what: "statistics count tests",
    caughtBy: "readStatistics, where there is one, leaves tests out",
    inject: (right) => ({
      append: (entries) =>
        right.append({
          ...entries,
          deliveries: entries.deliveries.map((row) => ({ ...row, kind: "event" })),
        }),
    }),
  },
  {
    what: "the first bucket of statistics begins where the range does",
    caughtBy:
      "readStatistics, where there is one, puts what was made into buckets by the epoch, and leaves out what was made outside",
    inject: (right) => ({
      async readStatistics(query) {
        const { since, buckets } = await statisticsOf(right, query);
        return { since, buckets: buckets.map((row) => ({ ...row, at: Math.max(row.at, query.since) })) };
      },
    }),
  },
  {
    what: "statistics say that a moment is whole of which some did not fit",
    caughtBy:
      "readStatistics, where there is one, looks at the newest up to the limit, and says from when on that is all",
    inject: (right) => ({
      async readStatistics(query) {
        const { since, buckets } = await statisticsOf(right, query);
        return { since: Math.max(query.since, since - 1), buckets };
      },
    }),
  },
  {
    what: "statistics count an attempt by hand that is to come as a failure",
    caughtBy:
      "readStatistics, where there is one, counts one that is to be tried by hand where it stood before",
    inject: (right) => ({
      requeue: (request) => right.requeue({ ...request, mode: "restart" }),
    }),
  },
];

async function statisticsOf(store: Store, query: StatisticsQuery): Promise<StoredStatistics> {
  return (await store.readStatistics?.(query)) ?? { since: query.since, buckets: [] };
}

const latestHold = new Map<string, number | null>();

const harness = (fault?: Fault) => ({
  open: async (): Promise<Store> => {
    const right = memoryStore();
    return { ...right, ...fault?.inject(right) };
  },
});

/** Names of the cases that fail. */
async function failing(fault?: Fault): Promise<string[]> {
  const names: string[] = [];
  for (const storeCase of storeCases) {
    if (skipReason(storeCase, harness(fault))) continue;
    try {
      await storeCase.run(harness(fault));
    } catch {
      names.push(storeCase.name);
    }
  }
  return names;
}

describe("the conformance kit", () => {
  test("finds nothing wrong with the store that the faults are put into", async () => {
    expect(await failing()).toEqual([]);
  });

  test("names each promise once", () => {
    expect(new Set(storeCases.map((storeCase) => storeCase.name)).size).toBe(storeCases.length);
  });

  for (const fault of FAULTS)
    test(`catches: ${fault.what}`, async () => {
      expect(await failing(fault)).toContain(fault.caughtBy);
    });
});
