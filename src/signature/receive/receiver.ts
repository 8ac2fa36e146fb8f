/** How signatures are checked: HMAC is always HMAC-SHA256. */
export type Algorithm = "HMAC" | "Ed25519";

/** A key or a signature: the two meet only when they are of one algorithm. */
export interface Material {
  readonly algorithm: Algorithm;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a request says of itself, before anything is believed. */
export interface Claim {
  /** What was signed in front of the body. ASCII. */
  readonly prefix: string;
  /** `null` where one could not be read. */
  readonly signatures: readonly (Material | null)[];
}

/** What a receiver may look at. */
export interface ReceivedHeaders {
  /** A header by its lower-case name. Throws `MISSING_HEADER` when there is none. */
  header(name: string): string;
  /** Throws `INVALID_TIMESTAMP`, `TIMESTAMP_TOO_OLD` or `TIMESTAMP_TOO_NEW`. */
  checkTime(timestamp: string): void;
  /** Lower-case name of the signature header, for schemes that leave it open. */
  readonly signatureHeader: string;
}

/** The receiving half of a signature scheme. */
export interface Receiver {
  /** What a secret looks like, for the error message. */
  readonly secret: string;
  /** `null` when the text is no secret of this scheme. */
  key(secret: string): Material | null;
  /** Reads the headers, checking id and time on the way. */
  claim(headers: ReceivedHeaders): Claim;
}

/** Signatures read from one request, at most: checking each costs a pass over the body. */
const MAX_SIGNATURES = 20;

/** Characters of a signature header: room for twice the signatures that are read. */
const MAX_HEADER_LENGTH = 4096;

/** The entries of a list header; none when the header is oversized or was sent twice. */
export function listEntries(header: string, separator: string): string[] {
  return header.length > MAX_HEADER_LENGTH || header.includes(", ")
    ? []
    : header.split(separator, MAX_SIGNATURES);
}

/** Bytes as material of an algorithm; `null` stays `null`. */
export function material(algorithm: Algorithm, bytes: Uint8Array<ArrayBuffer> | null): Material | null {
  return bytes && { algorithm, bytes };
}

/** A key that is the UTF-8 bytes of any non-empty text. Half of a surrogate pair has none: such secrets would all be one key. */
export function textKey(secret: string): Material | null {
  return material("HMAC", secret && !/\p{Surrogate}/u.test(secret) ? new TextEncoder().encode(secret) : null);
}
