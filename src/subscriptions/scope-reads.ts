import type { Position, SubscriptionStore } from "../model/store.js";
import type { StoredSubscription } from "../model/subscription.js";
import { scopeChain } from "./scope.js";

/** What reading scopes needs of the rest. */
export interface ScopeReadsParts<M, H, S> {
  readonly store: Pick<SubscriptionStore, "findSubscriptions">;
  /** When a read begins, and at which revision of the store. Rejects with what the store does. */
  moment(): Promise<M>;
  /** What is known of a scope at that moment; `null` where it has to be read. */
  known(scope: string, moment: M): S | null;
  /** A row as the directory looks it up. Throws where its settings cannot be read. */
  parse(row: StoredSubscription, moment: M): H;
  /** What is known of a scope from now on; with `isWanted` false a change came meanwhile, and it must not be remembered. */
  learn(scope: string, heard: readonly H[], moment: M, isWanted: boolean): S;
}

/** Rows asked of the store at once. */
const PAGE = 500;

/** And scopes, but always those of one chain. */
const LARGEST = 100;

/** A scope that was asked for, and who waits for it. */
class Asked<H, S> {
  readonly scope: string;
  /** It and those above it. */
  readonly chain: readonly string[];
  readonly heard: H[] = [];
  /** Why one of its rows cannot be used. */
  fault: { readonly error: unknown } | null = null;
  readonly answer: Promise<S>;
  resolve: (value: S) => void = () => {};
  reject: (error: unknown) => void = () => {};

  constructor(scope: string) {
    this.scope = scope;
    this.chain = scopeChain(scope);
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

/**
 * Reads the enabled subscriptions at scopes and above them. Scopes asked for in one turn of the event loop are read
 * together, up to 100 at once: of many tenants each is met for the first time once, and a query for each would cost
 * more than all else of a delivery. A read that fails fails those who asked for it.
 */
export class ScopeReads<M, H, S> {
  readonly #parts: ScopeReadsParts<M, H, S>;
  /** Those that others may wait for. */
  readonly #reads = new Map<string, Asked<H, S>>();
  /** Those asked for in this turn. */
  #asked: Asked<H, S>[] = [];

  constructor(parts: ScopeReadsParts<M, H, S>) {
    this.#parts = parts;
  }

  /** Reads a scope, or waits for the read of it that is under way. */
  read(scope: string): Promise<S> {
    const reading = this.#reads.get(scope);
    if (reading !== undefined) return reading.answer;
    const asked = new Asked<H, S>(scope);
    this.#reads.set(scope, asked);
    this.#asked.push(asked);
    if (this.#asked.length === 1) setImmediate(() => void this.#run());
    return asked.answer;
  }

  /** The scopes being read. */
  keys(): Iterable<string> {
    return this.#reads.keys();
  }

  /** What is being read of a scope is too old for whoever asks from now on. */
  delete(scope: string): void {
    this.#reads.delete(scope);
  }

  async #run(): Promise<void> {
    const asked = this.#asked;
    this.#asked = [];
    try {
      const moment = await this.#parts.moment();
      const unknown: Asked<H, S>[] = [];
      for (const one of asked) {
        const known = this.#parts.known(one.scope, moment);
        if (known === null) unknown.push(one);
        else this.#end(one).resolve(known);
      }
      for (const group of groupsOf(unknown)) void this.#readGroup(group, moment);
    } catch (error) {
      for (const one of asked) this.#end(one).reject(error);
    }
  }

  async #readGroup(group: readonly Asked<H, S>[], moment: M): Promise<void> {
    const hearing = new Map<string, Asked<H, S>[]>();
    for (const one of group) {
      for (const scope of one.chain) {
        const others = hearing.get(scope);
        if (others === undefined) hearing.set(scope, [one]);
        else others.push(one);
      }
    }
    try {
      for (const row of await this.#findEnabled([...hearing.keys()])) {
        this.#deal(row, hearing.get(row.scope) ?? [], moment);
      }
    } catch (error) {
      for (const one of group) one.fault = { error };
    }
    for (const one of group) {
      const isWanted = this.#reads.get(one.scope) === one;
      this.#end(one);
      if (one.fault !== null) one.reject(one.fault.error);
      else one.resolve(this.#parts.learn(one.scope, one.heard, moment, isWanted));
    }
  }

  #deal(row: StoredSubscription, hearing: readonly Asked<H, S>[], moment: M): void {
    try {
      const heard = this.#parts.parse(row, moment);
      for (const one of hearing) one.heard.push(heard);
    } catch (error) {
      for (const one of hearing) one.fault = { error };
    }
  }

  /** Nobody waits for it from now on. */
  #end(asked: Asked<H, S>): Asked<H, S> {
    if (this.#reads.get(asked.scope) === asked) this.#reads.delete(asked.scope);
    return asked;
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
}

/** Shares scopes out to reads, in the order they were asked for. Those above are counted each time: they are few. */
function groupsOf<H, S>(asked: readonly Asked<H, S>[]): readonly (readonly Asked<H, S>[])[] {
  const groups: Asked<H, S>[][] = [];
  let group: Asked<H, S>[] = [];
  let size = LARGEST;
  for (const one of asked) {
    if (size + one.chain.length > LARGEST) {
      group = [];
      groups.push(group);
      size = 0;
    }
    group.push(one);
    size += one.chain.length;
  }
  return groups;
}
