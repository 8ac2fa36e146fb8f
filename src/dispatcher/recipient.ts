import type { FormatSubscription } from "../model/format.js";
import type { SignedMessage } from "../model/signature.js";
import type { Millis } from "../model/time.js";
import type { Redact } from "../subscriptions/redact.js";

/** What the dispatcher must know of a subscription whether or not it can be sent to. */
interface Visited {
  readonly id: string;
  readonly enabled: boolean;
  /** One delivery at a time, in order. */
  readonly ordered: boolean;
  /** Waits between attempts. */
  readonly schedule: readonly Millis[];
}

/** A subscription made ready to be sent to: address checked, secrets opened, keys prepared, once for each version. */
export interface Recipient extends Visited, FormatSubscription {
  readonly url: string;
  /** `null`: the format's own. */
  readonly contentType: string | null;
  /** The subscription's own headers, lower-case names, opened. Secrets: never recorded. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: { readonly verify: boolean };
  readonly timeoutMs: Millis;
  /** The headers that sign one message, with every secret unexpired at `now`. */
  sign(message: SignedMessage, now: Millis): Readonly<Record<string, string>>;
  /** Cuts its secrets, those that sign too, out of what is recorded and reported. */
  readonly redact: Redact;
}

/** A subscription that cannot be sent to as it is configured now, and why. */
export interface Unsendable extends Visited {
  readonly fault: unknown;
}

/** Whether it can be sent to. */
export function isSendable(recipient: Recipient | Unsendable): recipient is Recipient {
  return !("fault" in recipient);
}
