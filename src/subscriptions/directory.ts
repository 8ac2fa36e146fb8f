import type { Position, SubscriptionStore } from "../model/store.js";
import type { StoredSubscription, SubscriptionHealth, SubscriptionRecord } from "../model/subscription.js";
import type { Clock, Millis } from "../model/time.js";
import { formatOf } from "./defaults.js";
import { parseDocument, type SubscriptionDocument, type SubscriptionType } from "./document.js";
import { compileMatcher } from "./match.js";
import type { CatalogueLike } from "./ports.js";
import { Recent } from "./recent.js";
import { Revisions } from "./revisions.js";
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
  readonly store: Pick<SubscriptionStore, "findSubscriptions" | "readSubscriptions" | "readRevision">;
  readonly clock: Clock;
  readonly catalogue: Pick<CatalogueLike, "allowedAt">;
  /** How long a look-up may be trusted, in milliseconds, at most 1000. @default 1000 */
  readonly ttl?: Millis | undefined;
  /** Scopes remembered, and as many subscriptions. @default 20 000 */
  readonly size?: number | undefined;
}

/** Rows asked of the store at once. */
const PAGE = 500;

/**
 * How long what is known of a subscription's health is believed. Another process may have met a failure since; whoever
 * sends in spite of it learns of it with the answer.
 */
const HEALTH_TTL: Millis = 10_000;

interface Scope {
  readonly heard: readonly Heard[];
  /** Who hears each type that was asked for. Types come from the catalogue, so they are few. */
  readonly byType: Map<string, readonly Heard[]>;
}

/** A read under way that others may wait for. Dropped from its map when a change makes it too old to remember. */
type Reads<T> = Map<string, Promise<T>>;

/**
 * Looks subscriptions up for the rooms, and remembers them for at most a second. When it is over, a store that can tell
 * is asked whether anything has changed since, and only then read again. Concurrent look-ups share one read. A change
 * made in this process is seen at once: {@link Directory.changed} forgets what was read and what is being read.
 */
export class Directory {
  readonly #parts: DirectoryParts;
  readonly #revisions: Revisions;
  readonly #scopes: Recent<Scope>;
  readonly #scopeReads: Reads<Scope> = new Map();
  readonly #subscriptions: Recent<Heard>;
  readonly #subscriptionReads: Reads<readonly Heard[]> = new Map();
  /** By id, the last version parsed: a subscription at the root is heard at every scope and must not be held once for each. */
  readonly #parsed: Recent<Heard>;
  /** By id, how it stood when it was last read or settled. */
  readonly #health: Recent<SubscriptionHealth>;

  constructor(parts: DirectoryParts) {
    const { store, clock } = parts;
    const ttl = Math.min(parts.ttl ?? 1000, 1000);
    const size = parts.size ?? 20_000;
    this.#parts = parts;
    this.#revisions = new Revisions(store, clock, ttl);
    this.#scopes = new Recent(clock, ttl, size);
    this.#subscriptions = new Recent(clock, ttl, size);
    this.#parsed = new Recent(clock, Number.POSITIVE_INFINITY, size);
    this.#health = new Recent(clock, HEALTH_TTL, size);
  }

  /** The enabled subscriptions at the scope and above it. */
  async hearing(scope: string): Promise<readonly Heard[]> {
    return (this.#scopes.get(scope) ?? (await this.#readScope(scope))).heard;
  }

  /** Those of them that hear the type. */
  async matching(scope: string, type: string): Promise<readonly Heard[]> {
    return whoHears(this.#scopes.get(scope) ?? (await this.#readScope(scope)), type);
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
    for (const value of health) this.#health.set(value.subscriptionId, { at, revision: null, value });
  }

  /**
   * Whether a subscription may be sent to without asking the store: known to be enabled, unordered, not held and not
   * failing. Where nothing is known, it is not.
   */
  isWell(id: string): boolean {
    const health = this.#health.get(id);
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
      const known = this.#subscriptions.get(id);
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
      for (const other of [...known.keys()]) if (isWithin(other, scope)) known.delete(other);
    }
  }

  /** Forgets one subscription, so that the next {@link Directory.get} asks the store. */
  forget(id: string): void {
    this.#subscriptions.delete(id);
    this.#subscriptionReads.delete(id);
    this.#health.delete(id);
  }

  #readScope(scope: string): Promise<Scope> {
    const reading = this.#scopeReads.get(scope);
    if (reading !== undefined) return reading;
    const read: Promise<Scope> = this.#renewScope(scope, () => this.#scopeReads.get(scope) === read).finally(
      () => settle(this.#scopeReads, scope, read),
    );
    this.#scopeReads.set(scope, read);
    return read;
  }

  /** @param isWanted - Nothing has changed since, so that it may be remembered. */
  async #renewScope(scope: string, isWanted: () => boolean): Promise<Scope> {
    const at = this.#parts.clock.now();
    const asked = this.#revisions.now();
    const revision = asked instanceof Promise ? await asked : asked;
    const known = this.#scopes.renew(scope, revision);
    if (known !== null) return known;
    const stored = await this.#findEnabled(scopeChain(scope));
    const value: Scope = { heard: stored.map((one) => this.#parse(one, at)), byType: new Map() };
    if (isWanted()) this.#scopes.set(scope, { at, revision: revision.number, value });
    return value;
  }

  #readSubscriptions(ids: readonly string[]): Promise<readonly Heard[]> {
    const isWanted = (id: string) => this.#subscriptionReads.get(id) === read;
    const read: Promise<readonly Heard[]> = this.#renewSubscriptions(ids, isWanted).finally(() => {
      for (const id of ids) settle(this.#subscriptionReads, id, read);
    });
    for (const id of ids) this.#subscriptionReads.set(id, read);
    return read;
  }

  async #renewSubscriptions(
    ids: readonly string[],
    isWanted: (id: string) => boolean,
  ): Promise<readonly Heard[]> {
    const at = this.#parts.clock.now();
    const asked = this.#revisions.now();
    const revision = asked instanceof Promise ? await asked : asked;
    const heard: Heard[] = [];
    const unknown: string[] = [];
    for (const id of ids) {
      const known = this.#subscriptions.renew(id, revision);
      if (known === null) unknown.push(id);
      else heard.push(known);
    }
    if (unknown.length === 0) return heard;
    for (const stored of await this.#parts.store.readSubscriptions(unknown)) {
      const one = this.#parse(stored, at);
      heard.push(one);
      if (isWanted(one.id)) this.#subscriptions.set(one.id, { at, revision: revision.number, value: one });
    }
    return heard;
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
    this.#health.set(record.id, { at, revision: null, value: health });
    const known = this.#parsed.get(record.id);
    if (known?.record.version === record.version) return known;
    const { id, scope } = record;
    const document = parseDocument(record.document, id);
    const kind = kindOf(scope);
    const hears = compileMatcher(document.events, (type) => this.#parts.catalogue.allowedAt(type, kind));
    const heard = { id, scope, type: document.type, format: formatOf(document), record, document, hears };
    this.#parsed.set(id, { at, revision: null, value: heard });
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

function settle<T>(reads: Reads<T>, key: string, read: Promise<T>): void {
  if (reads.get(key) === read) reads.delete(key);
}
