const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/**
 * FNV-1a of 64 bits over the text's UTF-8, as 16 hexadecimal digits (http://www.isthe.com/chongo/tech/comp/fnv): tells
 * versions of a file apart, and keeps nothing secret. Web Crypto's are asynchronous, and this is needed while options
 * are read.
 */
export function hashOf(text: string): string {
  let hash = OFFSET;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  }
  return hash.toString(16).padStart(16, "0");
}
