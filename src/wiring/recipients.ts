import type { Recipient, Unsendable } from "../dispatcher/recipient.js";
import type { EndpointPolicy } from "../endpoints/policy.js";
import { WebhookError } from "../model/errors.js";
import type { SignatureScheme } from "../model/signature.js";
import type { SubscriptionRecord } from "../model/subscription.js";
import type { Millis } from "../model/time.js";
import type { Settings } from "../options.js";
import { createSigner, type Signer } from "../signature/signer.js";
import {
  authorizationContext,
  headerContext,
  type SubscriptionDocument,
  secretContext,
} from "../subscriptions/document.js";
import { createRedactor } from "../subscriptions/redact.js";
import type { Sealer } from "../subscriptions/seal.js";

/** What making a subscription ready needs of the rest. */
export interface RecipientParts {
  readonly sealer: Sealer;
  readonly policy: EndpointPolicy;
  readonly schemes: ReadonlyMap<string, SignatureScheme<unknown>>;
  readonly settings: Settings;
}

interface LiveSecret {
  readonly secret: string;
  readonly expiresAt: Millis;
}

/** Subscriptions made ready that are remembered. */
const REMEMBERED = 20_000;

/**
 * Makes subscriptions ready to be sent to: address checked, secrets and headers opened, keys prepared. Once for each
 * version, because that costs more than a delivery.
 */
export class Recipients {
  readonly #parts: RecipientParts;
  readonly #made = new Map<
    string,
    { readonly version: number; readonly recipient: Recipient | Unsendable }
  >();

  constructor(parts: RecipientParts) {
    this.#parts = parts;
  }

  of(record: SubscriptionRecord, document: SubscriptionDocument): Recipient | Unsendable {
    const known = this.#made.get(record.id);
    if (known?.version === record.version) return known.recipient;
    const recipient = this.#make(record, document);
    if (this.#made.size >= REMEMBERED) this.#made.clear();
    this.#made.set(record.id, { version: record.version, recipient });
    return recipient;
  }

  #make(record: SubscriptionRecord, document: SubscriptionDocument): Recipient | Unsendable {
    const { id, enabled, ordered, scope } = record;
    const { settings, policy } = this.#parts;
    const schedule = document.retry?.schedule ?? settings.schedule;
    try {
      if (document.url === null) {
        throw new WebhookError("INVALID_STATE", "The subscription has no URL yet; update it with one.");
      }
      const headers = this.#headers(id, document);
      const secrets = this.#secrets(id, document);
      // Written out: V8 gives an object that a spread begins a shape of its own, and reading many of them is slow.
      return {
        id,
        enabled,
        ordered,
        schedule,
        name: document.name,
        scope,
        metadata: document.metadata,
        url: policy.checkUrl(document.url).url.href,
        contentType: document.contentType,
        headers,
        // What was allowed when it was saved may be allowed no more.
        tls: { verify: !policy.options.allowInsecureTls || (document.tls?.verify ?? true) },
        timeoutMs: document.retry?.timeout ?? settings.timeoutMs,
        sign: this.#signing(document.scheme, secrets),
        redact: createRedactor([...Object.values(headers), ...secrets.map(({ secret }) => secret)]),
      };
    } catch (fault) {
      return { id, enabled, ordered, schedule, fault };
    }
  }

  /** Entries, because `__proto__` is a legal name of a header. */
  #headers(id: string, document: SubscriptionDocument): Record<string, string> {
    const { sealer } = this.#parts;
    const headers = document.headers.map(({ name, sealed }): [string, string] => [
      name.toLowerCase(),
      sealer.open(sealed, headerContext(id, name)),
    ]);
    if (document.authorization !== null) {
      headers.push(["authorization", sealer.open(document.authorization, authorizationContext(id))]);
    }
    return Object.fromEntries(headers);
  }

  /** Opens the secrets that sign still. An expired one never will, and its key may be gone by now. */
  #secrets(id: string, document: SubscriptionDocument): readonly LiveSecret[] {
    const now = this.#parts.settings.clock.now();
    return document.secrets
      .map(({ sealed, expiresAt }) => ({ sealed, expiresAt: expiresAt ?? Number.POSITIVE_INFINITY }))
      .filter(({ expiresAt }) => expiresAt > now)
      .map(({ sealed, expiresAt }) => ({
        secret: this.#parts.sealer.open(sealed, secretContext(id)),
        expiresAt,
      }));
  }

  /** Signs with every secret unexpired at the moment; the keys are made again only when one of them expires. */
  #signing(name: string, secrets: readonly LiveSecret[]): Recipient["sign"] {
    const scheme = this.#parts.schemes.get(name);
    if (scheme === undefined) {
      throw new WebhookError(
        "CONFIGURATION",
        `The signature scheme "${name}" is not registered. Register it in createWebhooks({ signatures }).`,
      );
    }
    let count = -1;
    let signer: Signer = () => ({});
    return (message, now) => {
      const unexpired = secrets.filter(({ expiresAt }) => expiresAt > now);
      if (unexpired.length !== count) {
        signer = createSigner(
          scheme,
          unexpired.map(({ secret }) => secret),
        );
        count = unexpired.length;
      }
      return signer(message);
    };
  }
}
