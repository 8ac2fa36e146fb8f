import type { Facts, Life, Received, Span, StoredAttempt } from "../facts.js";
import { LEASE_MS } from "../house.js";
import { groupBy, type Report } from "./report.js";

/** Requests of deliveries that had been taken already, by why they were made. */
export interface Duplicates {
  /** The worker was killed before it recorded that. */
  readonly killed: number;
  /** The worker was held still for longer than its lease. */
  readonly frozen: number;
  /** The server was away while the lease ran out. */
  readonly outage: number;
  /** The lease ran out on a worker that had nothing done to it: the machine was slow. */
  readonly slow: number;
  /** Events that were published again under another id, because it was unknown whether the first was stored. */
  readonly republished: number;
  readonly unexplained: number;
  /** Requests whose attempt was never recorded. */
  readonly unrecorded: number;
}

/** A request, the attempt that is recorded of it, and when its delivery had been claimed for it. */
interface Made extends Received {
  attempt: StoredAttempt | null;
  readonly claim: Claim | undefined;
}

interface Claim {
  readonly worker: string;
  readonly at: number;
  readonly now: number;
}

/** How long a worker tries to record an outcome (`PATIENCE` of `dispatcher/recorder.ts`), and its requests may last. */
const PATIENCE_MS = 25_000;

/**
 * Requests and attempts are the same, but for those in flight at a kill; and a delivery is sent again only where the
 * request before it failed, or where its lease ran out before that was recorded.
 */
export function judgeRequests(facts: Facts, report: Report): Duplicates {
  const { requests, deliveries, attempts } = facts;
  const lives = new Map(facts.lives.map((life) => [life.name, life]));
  const counts = { killed: 0, frozen: 0, outage: 0, slow: 0, republished: 0, unexplained: 0, unrecorded: 0 };
  const byName = groupBy(requests, ({ path, id }) => `${path} ${id}`);
  const attemptsOf = groupBy(attempts, ({ deliveryId }) => deliveryId);
  const { claims, closed } = readTestimony(facts.testimonies, report);
  for (const { id, path, eventIds } of deliveries) {
    const received = byName.get(`${path} ${id}`) ?? byName.get(`${path} ${eventIds[0]}`) ?? [];
    const made = match(id, received, attemptsOf.get(id) ?? [], claims.get(id) ?? [], report);
    for (const request of made) {
      if (request.attempt !== null) continue;
      counts.unrecorded++;
      if (wasKilled(lives.get(request.worker), request.sentAt, request.answeredAt + PATIENCE_MS)) continue;
      if (wasAway(facts.outages, request.sentAt, request.answeredAt + PATIENCE_MS, 8_000)) continue;
      report("every request is recorded but for those in flight at a kill", describe(id, request));
    }
    for (const [n, request] of made.entries()) {
      const next = made[n + 1];
      if (next === undefined) break;
      const isTaken = request.status === 204 && request.attempt?.status !== null;
      const hasFailed = request.attempt !== null && !isTaken && request.answeredAt <= next.sentAt;
      if (hasFailed) continue;
      const why = reasonFor(facts, lives, request, next, closed.get(id));
      if (why === "unexplained")
        report(
          isTaken ? "what was taken is not sent again" : "a delivery is sent by one process at a time",
          `${describe(id, request)}, then ${describe(id, next)}`,
        );
      if (isTaken || why === "unexplained") counts[why]++;
    }
  }
  for (const same of groupBy(facts.events, ({ key }) => key).values()) counts.republished += same.length - 1;
  return counts;
}

/** Every claim of each delivery, and when it was closed as delivered. That happens once. */
function readTestimony(testimonies: Facts["testimonies"], report: Report) {
  const claims = new Map<string, Claim[]>();
  const closed = new Map<string, number>();
  for (const line of testimonies) {
    const { worker, at } = line;
    if (line.did === "claim") {
      for (const id of line.deliveries)
        claims.set(id, [...(claims.get(id) ?? []), { worker, at, now: line.now }]);
      continue;
    }
    for (const id of line.delivered) {
      if (closed.has(id))
        report("a delivery is closed once, by who holds its lease", `${id}, again by ${worker} at ${at}`);
      closed.set(id, Math.min(closed.get(id) ?? at, at));
    }
  }
  return { claims, closed };
}

/** Finds the attempt of each request: by the number in the answer, and of those that had no answer by when they began. */
function match(
  id: string,
  received: readonly Received[],
  attempts: readonly StoredAttempt[],
  claims: readonly Claim[],
  report: Report,
): Made[] {
  const bySerial = new Map<number, StoredAttempt>();
  const silent: StoredAttempt[] = [];
  for (const attempt of [...attempts].sort((a, b) => a.number - b.number)) {
    if (attempt.serial === null) silent.push(attempt);
    else if (bySerial.has(attempt.serial))
      report(
        "a request is recorded once",
        `${id}: attempts ${bySerial.get(attempt.serial)?.number}, ${attempt.number}`,
      );
    else bySerial.set(attempt.serial, attempt);
  }
  const made: Made[] = received.map((request) => ({
    ...request,
    attempt: bySerial.get(request.serial) ?? null,
    claim: claims.findLast(({ worker, at }) => worker === request.worker && at <= request.sentAt),
  }));
  for (const { serial } of received) bySerial.delete(serial);
  for (const [serial, { number }] of bySerial)
    report(
      "an attempt that is recorded was received",
      `${id}: attempt ${number} says it was request ${serial}`,
    );
  // A connection that was closed gives no number back; nor does a time-out of a worker that was held still.
  for (const attempt of silent) {
    const open = made.filter((request) => request.attempt === null);
    const distance = ({ sentAt }: Made) => Math.abs(sentAt - attempt.at);
    const [nearest] = open.sort((a, b) => distance(a) - distance(b));
    if (nearest) nearest.attempt = attempt;
    else if (!isUnsent(attempt))
      report(
        "an attempt that is recorded was received",
        `${id}: attempt ${attempt.number}, without an answer: ${attempt.error}`,
      );
  }
  return made;
}

/** Whether its time was up before it had a connection: on a machine with no time for its processes, and then nobody got it. */
function isUnsent({ error }: StoredAttempt): boolean {
  return /\((?:connecting|before it began)\)/.test(error ?? "");
}

/** Why a delivery was sent again that had been taken, or was under way. */
function reasonFor(
  facts: Facts,
  lives: ReadonlyMap<string, Life>,
  request: Made,
  next: Made,
  closedAt = Number.POSITIVE_INFINITY,
): Exclude<keyof Duplicates, "republished" | "unrecorded"> {
  // Held up between its last look at the clock and its request, a worker sends what another has claimed by then.
  if (hasRunOut(next, request)) return reasonOf(facts, lives, next, next);
  if (closedAt < (next.claim?.at ?? 0) || !hasRunOut(request, next)) return "unexplained";
  return reasonOf(facts, lives, request, next);
}

/** Whether the claim of the one request had run out when the delivery was claimed for the next. */
function hasRunOut(request: Made, next: Made): boolean {
  return (
    request.claim !== undefined && next.claim !== undefined && next.claim.now >= request.claim.now + LEASE_MS
  );
}

/** Why a lease ran out before what became of the request was recorded. */
function reasonOf(
  facts: Facts,
  lives: ReadonlyMap<string, Life>,
  request: Made,
  next: Made,
): "killed" | "frozen" | "outage" | "slow" {
  const from = request.claim?.at ?? request.sentAt;
  const sender = lives.get(request.worker);
  if (request.attempt === null && wasKilled(sender, request.sentAt, next.sentAt)) return "killed";
  const isWithin = (span: Span) => span.from <= next.sentAt && span.to >= from;
  if (sender?.frozen.some(isWithin)) return "frozen";
  return facts.outages.some(isWithin) ? "outage" : "slow";
}

function wasKilled(life: Life | undefined, from: number, to: number): boolean {
  if (life === undefined || life.killedAt === null) return false;
  return (life.endedAt ?? life.killedAt) >= from && life.killedAt <= to;
}

function wasAway(outages: readonly Span[], from: number, to: number, longerThan: number): boolean {
  return outages.some(
    (outage) => outage.from <= to && outage.to >= from && outage.to - outage.from >= longerThan,
  );
}

function describe(id: string, { serial, worker, sentAt, answeredAt, path, status, attempt }: Made): string {
  const recorded = attempt === null ? "not recorded" : `attempt ${attempt.number}`;
  return `${id} to ${path}, request ${serial} by ${worker} at ${sentAt}, answered ${status ?? "not"} at ${answeredAt}, ${recorded}`;
}
