import { StringDecoder } from "node:string_decoder";

/** Collects the first bytes of an answer's body. */
export class CappedBody {
  #chunks: Uint8Array[] = [];
  #size = 0;
  #truncated = false;

  /** @param limit - Bytes to keep; 0 keeps none. */
  constructor(readonly limit: number) {}

  /** Takes the next bytes. False once there are more than the limit: nothing further is of use. */
  push(chunk: Uint8Array): boolean {
    const room = this.limit - this.#size;
    if (chunk.length > room) {
      this.#truncated = true;
      if (room > 0) this.#chunks.push(chunk.subarray(0, room));
      this.#size = this.limit;
      return false;
    }
    if (chunk.length > 0) this.#chunks.push(chunk);
    this.#size += chunk.length;
    return true;
  }

  get truncated(): boolean {
    return this.#truncated;
  }

  /** As UTF-8; what is none is replaced, and a character that the cut went through is left out. */
  text(): string {
    const [first] = this.#chunks;
    if (!first) return "";
    const bytes = this.#chunks.length === 1 ? asBuffer(first) : Buffer.concat(this.#chunks, this.#size);
    return this.#truncated ? new StringDecoder("utf8").write(bytes) : bytes.toString("utf8");
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
