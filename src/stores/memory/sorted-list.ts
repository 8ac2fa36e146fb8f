/** Items of one chunk. Small enough that moving them is cheap, large enough that chunks stay few. */
const CHUNK = 512;

/** Up to one item in so many, removing them one by one costs less than a pass over all. */
const FEW = 16;

/** Shared by all that are empty, and never written to. */
const NONE: never[] = [];

/**
 * Items kept in order, in chunks, so that adding, removing and seeking cost the logarithm of the size and a short
 * move. Items are told apart by the order alone: it must be total. An item's key must not change while it is inside.
 *
 * @typeParam K - The part of an item that the order reads; a place to seek need be no more than that.
 */
export class SortedList<T extends K, K> {
  #chunks: T[][] = NONE;
  #size = 0;
  readonly #compare: (a: K, b: K) => number;

  constructor(compare: (a: K, b: K) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#size;
  }

  get first(): T | undefined {
    return this.#chunks[0]?.[0];
  }

  add(item: T): void {
    if (this.#size === 0) {
      // As literals: what an empty array reserves at the first push is the most of a list that holds one item.
      this.#chunks = [[item]];
      this.#size = 1;
      return;
    }
    const end = this.#chunks[this.#chunks.length - 1];
    // Most items come in order: pushing them costs one comparison, and leaves full chunks behind.
    if (end && this.#compare(end[end.length - 1] as T, item) < 0) {
      if (end.length < CHUNK) end.push(item);
      else this.#chunks.push([item]);
      this.#size++;
      return;
    }
    const at = Math.min(this.#chunkOf(item), this.#chunks.length - 1);
    const chunk = this.#chunks[at] as T[];
    this.#size++;
    chunk.splice(this.#offsetIn(chunk, item), 0, item);
    if (chunk.length > CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(CHUNK / 2));
  }

  /** False when no such item is inside. */
  delete(item: K): boolean {
    const at = this.#chunkOf(item);
    const chunk = this.#chunks[at];
    if (!chunk) return false;
    const offset = this.#offsetIn(chunk, item);
    const found = chunk[offset];
    if (found === undefined || this.#compare(found, item) !== 0) return false;
    chunk.splice(offset, 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
    this.#size--;
    return true;
  }

  /** Removes items, all of them inside: one by one when they are few, in one pass when they are many. */
  deleteAll(items: readonly T[]): void {
    if (items.length * FEW < this.#size) {
      for (const item of items) this.delete(item);
      return;
    }
    const gone = new Set(items);
    this.#chunks = this.#chunks
      .map((chunk) => chunk.filter((item) => !gone.has(item)))
      .filter((chunk) => chunk.length > 0);
    this.#size = this.#chunks.reduce((size, chunk) => size + chunk.length, 0);
  }

  /** From the first item, or from the one after `after`, upwards. Nothing may be added or removed meanwhile. */
  *ascend(after: K | null = null): Generator<T, void> {
    const from = after === null ? 0 : this.#chunkOf(after);
    for (let c = from; c < this.#chunks.length; c++) {
      const chunk = this.#chunks[c] ?? [];
      let i = after !== null && c === from ? this.#offsetIn(chunk, after) : 0;
      for (; i < chunk.length; i++) {
        const item = chunk[i] as T;
        if (after === null || this.#compare(item, after) > 0) yield item;
      }
    }
  }

  /** From the last item, or from the one before `before`, downwards. Nothing may be added or removed meanwhile. */
  *descend(before: K | null = null): Generator<T, void> {
    const from = before === null ? this.#chunks.length - 1 : this.#chunkOf(before);
    for (let c = Math.min(from, this.#chunks.length - 1); c >= 0; c--) {
      const chunk = this.#chunks[c] ?? [];
      let i = before !== null && c === from ? this.#offsetIn(chunk, before) : chunk.length;
      while (--i >= 0) yield chunk[i] as T;
    }
  }

  /** The first chunk whose last item is not before `key`; one past the end when there is none. */
  #chunkOf(key: K): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const chunk = this.#chunks[middle] as T[];
      const last = chunk[chunk.length - 1] as T;
      if (this.#compare(last, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Where in the chunk the first item stands that is not before `key`. */
  #offsetIn(chunk: readonly T[], key: K): number {
    let low = 0;
    let high = chunk.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(chunk[middle] as T, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
