import type { SubscriptionStore } from "../model/store.js";
import type { StoredSubscription, SubscriptionHealth, SubscriptionRecord } from "../model/subscription.js";
import type { Clock, Millis } from "../model/time.js";
import { formatOf } from "./defaults.js";
import { parseDocument, type SubscriptionDocument, type SubscriptionType } from "./document.js";
import { compileMatcher } from "./match.js";
import type { CatalogueLike } from "./ports.js";
import { type Known, Recent } from "./recent.js";
import { type Revision, Revisions } from "./revisions.js";
import { isWithin, kindOf } from "./scope.js";
import { ScopeReads } from "./scope-reads.js";

/** A subscription as the rooms look it up: its settings parsed and its event types compiled, once for each version. */
export interface Heard {
  readonly id: string;
  readonly scope: string;
  readonly type: SubscriptionType;
  /** The format of its bodies. */
  readonly format: string;
  readonly record: SubscriptionRecord;
  readonly document: SubscriptionDocument;
  /** Whether it hears this event type. */
  hears(type: string): boolean;
}

/** What the directory needs of the rest. */
export interface DirectoryParts {
  readonly store: Pick<SubscriptionStore, "findSubscriptions" | "readSubscriptions" | "readRevision">;
  readonly clock: Clock;
  readonly catalogue: Pick<CatalogueLike, "allowedAt">;
  /** How long a look-up may be trusted, in milliseconds, at most 1000. @default 1000 */
  readonly ttl?: Millis | undefined;
  /** Scopes remembered, and as many subscriptions. @default 20 000 */
  readonly size?: number | undefined;
}

/**
 * How long what is known of a subscription's health is believed. Another process may have met a failure since; whoever
 * sends in spite of it learns of it with the answer.
 */
const HEALTH_TTL: Millis = 10_000;

/** The moment of what is not to be believed. */
const NEVER: Millis = Number.NEGATIVE_INFINITY;

interface Scope {
  readonly heard: readonly Heard[];
  /** Who hears each type that was asked for. Types come from the catalogue, so they are few. */
  readonly byType: Map<string, readonly Heard[]>;
}

/** A subscription as it was last read, and how it stood when it was last read or settled: one look-up finds both. */
interface Met extends Known<Heard> {
  value: Heard;
  healthAt: Millis;
  consecutiveFailures: number;
  holdUntil: Millis | null;
}

/** When a read began. */
interface Moment {
  readonly at: Millis;
  readonly revision: Revision;
  /** How many subscriptions had been forgotten: what is read while one is may be older than that. */
  readonly forgotten: number;
}

/**
 * Looks subscriptions up for the rooms, and remembers them for at most a second. When it is over, a store that can tell
 * is asked whether anything has changed since, and only then read again. Concurrent look-ups share one read. A change
 * made in this process is seen at once: {@link Directory.changed} forgets what was read and what is being read.
 */
export class Directory {
  readonly #parts: DirectoryParts;
  readonly #revisions: Revisions;
  readonly #scopes: Recent<Scope>;
  readonly #scopeReads: ScopeReads<Moment, Heard, Scope>;
  /** Kept once they are no longer believed: a version is parsed once, and held once however many scopes hear it. */
  readonly #subscriptions: Recent<Heard, Met>;
  /** By id, the read under way that others may wait for. Dropped when a change makes it too old to remember. */
  readonly #subscriptionReads = new Map<string, Promise<readonly Heard[]>>();
  #forgotten = 0;

  constructor(parts: DirectoryParts) {
    const { store, clock } = parts;
    const ttl = Math.min(parts.ttl ?? 1000, 1000);
    const size = parts.size ?? 20_000;
    this.#parts = parts;
    this.#revisions = new Revisions(store, clock, ttl);
    this.#scopes = new Recent(clock, this.#revisions, ttl, size);
    this.#subscriptions = new Recent(clock, this.#revisions, ttl, size);
    this.#scopeReads = new ScopeReads({
      store,
      moment: () => this.#moment(),
      known: (scope, { revision }) => this.#scopes.renew(scope, revision),
      parse: (row, moment) => this.#meet(row, moment, moment.forgotten === this.#forgotten),
      learn: (scope, heard, { at, revision }, isWanted) => {
        const value: Scope = { heard, byType: new Map() };
        if (isWanted) this.#scopes.set(scope, { at, revision: revision.number, value });
        return value;
      },
    });
  }

  /** The enabled subscriptions at the scope and above it. */
  async hearing(scope: string): Promise<readonly Heard[]> {
    return (this.#scopes.get(scope) ?? (await this.#scopeReads.read(scope))).heard;
  }

  /** Those of them that hear the type. */
  async matching(scope: string, type: string): Promise<readonly Heard[]> {
    return whoHears(this.#scopes.get(scope) ?? (await this.#scopeReads.read(scope)), type);
  }

  /** The same where it is known, so that a warm publish waits for nothing; `null` where the store has to be asked. */
  matchingSync(scope: string, type: string): readonly Heard[] | null {
    const known = this.#scopes.get(scope);
    return known && whoHears(known, type);
  }

  /** One subscription, enabled or not, where it is known; `null` where the store has to be asked. */
  atHand(id: string): Heard | null {
    return this.#subscriptions.get(id);
  }

  /** How subscriptions stand, as a settle has just answered. */
  observe(health: readonly (SubscriptionHealth & { readonly subscriptionId: string })[]): void {
    const at = this.#parts.clock.now();
    for (const { subscriptionId, consecutiveFailures, holdUntil } of health) {
      const met = this.#subscriptions.peek(subscriptionId);
      if (met === undefined) continue;
      met.healthAt = at;
      met.consecutiveFailures = consecutiveFailures;
      met.holdUntil = holdUntil;
    }
  }

  /**
   * Whether a subscription may be sent to without asking the store: known to be enabled, unordered, not held and not
   * failing. Where nothing is known, it is not.
   */
  isWell(id: string): boolean {
    const met = this.#subscriptions.peek(id);
    if (met === undefined || met.consecutiveFailures > 0) return false;
    const now = this.#parts.clock.now();
    const age = now - met.healthAt;
    if (age < 0 || age >= HEALTH_TTL) return false;
    const { enabled, ordered } = met.value.record;
    return enabled && !ordered && (met.holdUntil === null || met.holdUntil <= now);
  }

  /** Those of the ids that exist, by id, enabled or not. */
  async get(ids: readonly string[]): Promise<ReadonlyMap<string, Heard>> {
    const found = new Map<string, Heard>();
    const unknown: string[] = [];
    const waits = new Set<Promise<readonly Heard[]>>();
    const wanted = new Set(ids);
    for (const id of wanted) {
      const known = this.#subscriptions.get(id);
      if (known !== null) {
        found.set(id, known);
        continue;
      }
      const reading = this.#subscriptionReads.get(id);
      if (reading !== undefined) waits.add(reading);
      else unknown.push(id);
    }
    if (unknown.length > 0) waits.add(this.#readSubscriptions(unknown));
    for (const read of await Promise.all(waits)) {
      for (const heard of read) if (wanted.has(heard.id)) found.set(heard.id, heard);
    }
    return found;
  }

  /** Forgets all that a change of this subscription touches. Call it once the change is stored. */
  changed({ id, scope }: { readonly id: string; readonly scope: string }): void {
    this.forget(id);
    for (const known of [this.#scopes, this.#scopeReads]) {
      for (const other of known.keys()) if (isWithin(other, scope)) known.delete(other);
    }
  }

  /** Forgets one subscription, so that the next {@link Directory.get} asks the store. */
  forget(id: string): void {
    this.#forgotten++;
    this.#subscriptionReads.delete(id);
    const met = this.#subscriptions.peek(id);
    if (met === undefined) return;
    met.at = NEVER;
    met.revision = null;
    met.healthAt = NEVER;
  }

  async #moment(): Promise<Moment> {
    const at = this.#parts.clock.now();
    const forgotten = this.#forgotten;
    const revision = await this.#revisions.now();
    return { at, revision, forgotten };
  }

  #readSubscriptions(ids: readonly string[]): Promise<readonly Heard[]> {
    const isWanted = (id: string) => this.#subscriptionReads.get(id) === read;
    const read: Promise<readonly Heard[]> = this.#renewSubscriptions(ids, isWanted).finally(() => {
      for (const id of ids) if (isWanted(id)) this.#subscriptionReads.delete(id);
    });
    for (const id of ids) this.#subscriptionReads.set(id, read);
    return read;
  }

  /** @param isWanted - Nothing has changed since, so that it may be remembered. */
  async #renewSubscriptions(
    ids: readonly string[],
    isWanted: (id: string) => boolean,
  ): Promise<readonly Heard[]> {
    const moment = await this.#moment();
    const heard: Heard[] = [];
    const unknown: string[] = [];
    for (const id of ids) {
      const known = this.#subscriptions.renew(id, moment.revision);
      if (known === null) unknown.push(id);
      else heard.push(known);
    }
    if (unknown.length === 0) return heard;
    for (const row of await this.#parts.store.readSubscriptions(unknown)) {
      heard.push(this.#meet(row, moment, isWanted(row.id)));
    }
    return heard;
  }

  /** A row that was read, parsed: what is known of the subscription from then on, if nothing has changed meanwhile. */
  #meet(row: StoredSubscription, moment: Moment, isWanted: boolean): Heard {
    const { id, version, health } = row;
    const known = this.#subscriptions.peek(id);
    const value = known?.value.record.version === version ? known.value : this.#parse(recordOf(row));
    if (!isWanted || (known !== undefined && known.at > moment.at)) return value;
    // What a settle has told since is newer than this.
    const isOlder = known !== undefined && known.healthAt > moment.at;
    this.#subscriptions.set(id, {
      value,
      at: moment.at,
      revision: moment.revision.number,
      healthAt: isOlder ? known.healthAt : moment.at,
      consecutiveFailures: (isOlder ? known : health).consecutiveFailures,
      holdUntil: (isOlder ? known : health).holdUntil,
    });
    return value;
  }

  #parse(record: SubscriptionRecord): Heard {
    const { id, scope } = record;
    const document = parseDocument(record.document, id);
    const kind = kindOf(scope);
    const hears = compileMatcher(document.events, (type) => this.#parts.catalogue.allowedAt(type, kind));
    return { id, scope, type: document.type, format: formatOf(document), record, document, hears };
  }
}

function whoHears({ heard, byType }: Scope, type: string): readonly Heard[] {
  const known = byType.get(type);
  if (known) return known;
  const hearing = heard.filter((one) => one.hears(type));
  byType.set(type, hearing);
  return hearing;
}

/** The record without the health, written out: V8 gives objects that a rest or a spread makes shapes of their own. */
function recordOf(row: StoredSubscription): SubscriptionRecord {
  return {
    id: row.id,
    scope: row.scope,
    enabled: row.enabled,
    ordered: row.ordered,
    version: row.version,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    document: row.document,
  };
}
