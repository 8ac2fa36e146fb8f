/** Text to bytes and back with web standards alone, so that the receiver runs anywhere. Strict: one text for each value. */

/** Bytes of padded standard base64. `null` for all else: the URL alphabet, missing padding, white space, stray last bits. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const binary = atob(text);
    // atob forgives what other decoders refuse; only the one canonical spelling comes back unchanged.
    return btoa(binary) === text ? Uint8Array.from(binary, (c) => c.charCodeAt(0)) : null;
  } catch {
    return null;
  }
}

/** Padded standard base64. For short values: keys and signatures. */
export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** Bytes of lower-case hex. `null` for all else. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) return null;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
