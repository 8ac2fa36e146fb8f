import type { Position, SubscriptionStore } from "../model/store.js";
import type { StoredSubscription, SubscriptionHealth, SubscriptionRecord } from "../model/subscription.js";
import type { Clock, Millis } from "../model/time.js";
import { formatOf } from "./defaults.js";
import { parseDocument, type SubscriptionDocument, type SubscriptionType } from "./document.js";
import { compileMatcher } from "./match.js";
import type { CatalogueLike } from "./ports.js";
import { isWithin, kindOf, scopeChain } from "./scope.js";

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
  readonly store: Pick<SubscriptionStore, "findSubscriptions" | "readSubscriptions">;
  readonly clock: Clock;
  readonly catalogue: Pick<CatalogueLike, "allowedAt">;
  /** How long a look-up may be trusted, in milliseconds, at most 1000. @default 1000 */
  readonly ttl?: Millis | undefined;
  /** Scopes remembered, and five times as many subscriptions. @default 2000 */
  readonly size?: number | undefined;
}

/** Rows asked of the store at once. */
const PAGE = 500;
/** Subscriptions remembered for each scope remembered: most are heard at many scopes. */
const SUBSCRIPTIONS_PER_SCOPE = 5;

interface Remembered<T> {
  /** When the reading began; what happened later may not be in it. */
  readonly at: Millis;
  readonly value: T;
}

interface Scope {
  readonly heard: readonly Heard[];
  /** Who hears each type that was asked for. Types come from the catalogue, so they are few. */
  readonly byType: Map<string, readonly Heard[]>;
}

/** A read under way that others may wait for. Dropped from its map when a change makes it too old to remember. */
type Reads<T> = Map<string, Promise<T>>;

/**
 * Looks subscriptions up for the rooms, and remembers them for at most a second. Concurrent look-ups share one read.
 * A change made in this process is seen at once: {@link Directory.changed} forgets what was read and what is being
 * read. Reads once their second is over are the least recently used, so the oldest go first when it is full.
 */
export class Directory {
  readonly #parts: DirectoryParts;
  readonly #ttl: Millis;
  readonly #size: number;
  readonly #scopes = new Map<string, Remembered<Scope>>();
  readonly #scopeReads: Reads<Scope> = new Map();
  readonly #subscriptions = new Map<string, Remembered<Heard>>();
  readonly #subscriptionReads: Reads<readonly Heard[]> = new Map();
  /** By id, the last version parsed: a subscription at the root is heard at every scope and must not be held once for each. */
  readonly #parsed = new Map<string, Heard>();
  /** By id, how it stood when it was last read. */
  readonly #health = new Map<string, Remembered<SubscriptionHealth>>();

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
    this.#ttl = Math.min(parts.ttl ?? 1000, 1000);
    this.#size = parts.size ?? 2000;
  }

  /** The enabled subscriptions at the scope and above it. */
  async hearing(scope: string): Promise<readonly Heard[]> {
    return (this.#known(this.#scopes, scope) ?? (await this.#readScope(scope))).heard;
  }

  /** Those of them that hear the type. */
  async matching(scope: string, type: string): Promise<readonly Heard[]> {
    return whoHears(this.#known(this.#scopes, scope) ?? (await this.#readScope(scope)), type);
  }

  /** The same where it is known, so that a warm publish waits for nothing; `null` where the store has to be asked. */
  matchingSync(scope: string, type: string): readonly Heard[] | null {
    const known = this.#known(this.#scopes, scope);
    return known && whoHears(known, type);
  }

  /** One subscription, enabled or not, where it is known; `null` where the store has to be asked. */
  atHand(id: string): Heard | null {
    return this.#known(this.#subscriptions, id);
  }

  /**
   * Whether a subscription may be sent to without asking the store: known to be enabled, unordered, not held and not
   * failing. Where nothing is known, it is not.
   */
  isWell(id: string): boolean {
    const health = this.#known(this.#health, id);
    const record = this.#parsed.get(id)?.record;
    if (health === null || record === undefined) return false;
    const isHeld = health.holdUntil !== null && health.holdUntil > this.#parts.clock.now();
    return record.enabled && !record.ordered && !isHeld && health.consecutiveFailures === 0;
  }

  /** Those of the ids that exist, by id, enabled or not. */
  async get(ids: readonly string[]): Promise<ReadonlyMap<string, Heard>> {
    const found = new Map<string, Heard>();
    const unknown: string[] = [];
    const waits = new Set<Promise<readonly Heard[]>>();
    for (const id of new Set(ids)) {
      const known = this.#known(this.#subscriptions, id);
      const reading = this.#subscriptionReads.get(id);
      if (known) found.set(id, known);
      else if (reading !== undefined) waits.add(reading);
      else unknown.push(id);
    }
    if (unknown.length > 0) waits.add(this.#readSubscriptions(unknown));
    const wanted = new Set(ids);
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
    this.#subscriptions.delete(id);
    this.#subscriptionReads.delete(id);
    this.#health.delete(id);
  }

  #known<T>(map: ReadonlyMap<string, Remembered<T>>, key: string): T | null {
    const known = map.get(key);
    if (!known) return null;
    const age = this.#parts.clock.now() - known.at;
    // A negative age is a clock that jumped back: the entry would outlive its second.
    return age >= 0 && age < this.#ttl ? known.value : null;
  }

  #readScope(scope: string): Promise<Scope> {
    const reading = this.#scopeReads.get(scope);
    if (reading !== undefined) return reading;
    const at = this.#parts.clock.now();
    const read = this.#findEnabled(scopeChain(scope))
      .then((stored) => {
        const value: Scope = { heard: stored.map((one) => this.#parse(one, at)), byType: new Map() };
        if (this.#scopeReads.get(scope) === read) remember(this.#scopes, scope, { at, value }, this.#size);
        return value;
      })
      .finally(() => settle(this.#scopeReads, scope, read));
    this.#scopeReads.set(scope, read);
    return read;
  }

  #readSubscriptions(ids: readonly string[]): Promise<readonly Heard[]> {
    const at = this.#parts.clock.now();
    const read = this.#parts.store
      .readSubscriptions(ids)
      .then((stored) => {
        const heard = stored.map((one) => this.#parse(one, at));
        for (const one of heard) {
          if (this.#subscriptionReads.get(one.id) !== read) continue;
          const entry = { at, value: one };
          remember(this.#subscriptions, one.id, entry, this.#size * SUBSCRIPTIONS_PER_SCOPE);
        }
        return heard;
      })
      .finally(() => {
        for (const id of ids) settle(this.#subscriptionReads, id, read);
      });
    for (const id of ids) this.#subscriptionReads.set(id, read);
    return read;
  }

  async #findEnabled(scopes: readonly string[]): Promise<StoredSubscription[]> {
    const all: StoredSubscription[] = [];
    let after: Position | null = null;
    do {
      const rows: readonly StoredSubscription[] = await this.#parts.store.findSubscriptions({
        scopes,
        enabled: true,
        limit: PAGE,
        after,
      });
      for (const row of rows) all.push(row);
      const last = rows.length === PAGE ? rows.at(-1) : undefined;
      after = last ? { at: last.createdAt, id: last.id } : null;
    } while (after !== null);
    return all;
  }

  #parse({ health, ...record }: StoredSubscription, at: Millis): Heard {
    remember(this.#health, record.id, { at, value: health }, this.#size * SUBSCRIPTIONS_PER_SCOPE);
    const known = this.#parsed.get(record.id);
    if (known?.record.version === record.version) return known;
    const { id, scope } = record;
    const document = parseDocument(record.document, id);
    const kind = kindOf(scope);
    const hears = compileMatcher(document.events, (type) => this.#parts.catalogue.allowedAt(type, kind));
    const heard = { id, scope, type: document.type, format: formatOf(document), record, document, hears };
    remember(this.#parsed, id, heard, this.#size * SUBSCRIPTIONS_PER_SCOPE);
    return heard;
  }
}

function whoHears({ heard, byType }: Scope, type: string): readonly Heard[] {
  const known = byType.get(type);
  if (known) return known;
  const hearing = heard.filter((one) => one.hears(type));
  byType.set(type, hearing);
  return hearing;
}

function remember<T>(map: Map<string, T>, key: string, value: T, size: number): void {
  map.delete(key);
  const oldest = map.keys().next();
  if (map.size >= size && !oldest.done) map.delete(oldest.value);
  map.set(key, value);
}

function settle<T>(reads: Reads<T>, key: string, read: Promise<T>): void {
  if (reads.get(key) === read) reads.delete(key);
}
