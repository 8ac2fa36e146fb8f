import type { Socket } from "node:net";
import type { EvilName } from "./list.js";

/** Pieces of an endless answer after which it counts as under way: a status line and headers that come a byte at a time are through. */
const PIECES = 30;

/** One connection to an evil receiver, or the request on it. */
export interface EvilVisit {
  /** Which evil it met; `null` for an endpoint without fault. */
  readonly evil: EvilName | null;
  /** Pieces that were written so far. */
  readonly pieces: number;
  /** Bytes that were handed to the system so far. */
  readonly bytes: number;
  /** Resolves once all is done that will be, or thirty pieces of what has no end are written, or the connection is closed. */
  readonly underWay: Promise<void>;
  /** Resolves when the connection is closed. */
  readonly closed: Promise<void>;
}

/** The receiver's side of a visit: writes, and counts what it writes. */
export class Visit implements EvilVisit {
  #pieces = 0;
  #onUnderWay: () => void = () => {};
  readonly underWay: Promise<void>;
  readonly closed: Promise<void>;

  constructor(
    readonly evil: EvilName | null,
    readonly socket: Socket,
  ) {
    this.underWay = new Promise((resolve) => {
      this.#onUnderWay = resolve;
    });
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
    socket.once("close", this.#onUnderWay);
  }

  get pieces(): number {
    return this.#pieces;
  }

  get bytes(): number {
    return this.socket.bytesWritten;
  }

  /** Writes this and then nothing more; the connection stays open. */
  stall(text: string | Uint8Array = ""): void {
    this.#write(text);
    this.#onUnderWay();
  }

  /** Writes this and closes in good order. */
  end(text: string | Uint8Array): void {
    this.#onUnderWay();
    this.socket.end(text);
  }

  /** Closes without a word. */
  close(): void {
    this.#onUnderWay();
    this.socket.destroy();
  }

  /** Writes what `next` answers, a piece every 2 ms, for ever. */
  trickle(next: (count: number) => string): void {
    const timer = setInterval(() => this.#write(next(this.#pieces)), 2);
    this.socket.once("close", () => clearInterval(timer));
  }

  /** Writes the beginning and then the piece again and again, as fast as the other side reads: what it does not read is not held here. */
  flood(beginning: string, piece: string): void {
    const more = () => {
      while (this.socket.writable && this.#write(piece));
    };
    this.socket.on("drain", more).write(beginning);
    more();
  }

  #write(text: string | Uint8Array): boolean {
    const hasRoom = this.socket.write(text);
    if (++this.#pieces >= PIECES) this.#onUnderWay();
    return hasRoom;
  }
}
