/** What is signed at one attempt. */
export interface SignedMessage {
  /** The event id of a single event, the delivery id of a batch. Stable over attempts. */
  readonly id: string;
  /** The attempt's time in whole unix seconds. */
  readonly timestamp: number;
  /** Exactly the bytes that are sent. */
  readonly body: string | Uint8Array;
}

/**
 * A way to sign.
 *
 * @typeParam Key - What a secret becomes once, so that it is not parsed at each attempt. The secret itself where `key` is left out.
 */
export interface SignatureScheme<Key = string> {
  /** Lower-case names of the headers it sets; a subscription's own headers may not use them. */
  readonly headers?: readonly string[];
  /** Makes a new secret. Left out: the library makes a `whsec_` one. */
  createSecret?(): string;
  /** Throws when a secret chosen by a user is not acceptable; the message says why, without the secret. */
  checkSecret?(secret: string): void;
  /** What the receiver is given to verify with. Left out: the secret itself. */
  verificationKey?(secret: string): string;
  /** Prepares a secret, once for each version of a subscription. */
  key?(secret: string): Key;
  /** The headers of one attempt. `keys` are those of every unexpired secret, newest first. */
  sign(message: SignedMessage, keys: readonly Key[]): Readonly<Record<string, string>>;
}
