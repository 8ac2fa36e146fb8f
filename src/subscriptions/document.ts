import { WebhookError } from "../model/errors.js";
import type { Millis } from "../model/time.js";
import type { AutoDisable, AutoDisableReason } from "./auto-disable.js";

/** Who did something. */
export interface Actor {
  readonly type: "user" | "system";
  readonly id: string;
  readonly name?: string | undefined;
}

/** How events reach the endpoint: each at once, or many in one body. */
export type SubscriptionType = "event" | "batch";

/** Why a subscription that was enabled no longer is. `manual`: someone disabled it. `gone`: the endpoint answered 410. */
export type DisabledReason = AutoDisableReason | "gone" | "manual";

/** A signing secret, sealed. */
export interface SealedSecret {
  readonly sealed: string;
  readonly createdAt: Millis;
  /** Signs until then; `null` for the newest one, which has no end. */
  readonly expiresAt: Millis | null;
  /** The receiver's half where the scheme has one. Not a secret. */
  readonly publicKey: string | null;
}

/** A request header, its value sealed. The name as it was written. */
export interface SealedHeader {
  readonly name: string;
  readonly sealed: string;
}

/** When a batch is flushed, as the subscription says. */
export interface BatchSettings {
  readonly maxEvents: number | null;
  readonly intervalMinutes: number | null;
  readonly maxBytes: number | null;
}

/** How long to wait between attempts and for an answer, as the subscription says. */
export interface RetrySettings {
  readonly schedule: readonly Millis[] | null;
  readonly timeout: Millis | null;
}

/**
 * Everything of a subscription that stores need not know, as it is kept in `SubscriptionRecord.document`. `null`
 * where the subscription says nothing and the default of the day holds.
 */
export interface SubscriptionDocument {
  readonly v: 1;
  readonly name: string;
  readonly description: string | null;
  readonly type: SubscriptionType;
  /** Without credentials. */
  readonly url: string | null;
  readonly events: readonly string[];
  readonly contentType: string | null;
  readonly headers: readonly SealedHeader[];
  /** The value of `Authorization` made from the URL's credentials, sealed. */
  readonly authorization: string | null;
  readonly format: string | null;
  readonly scheme: string;
  /** Newest first. */
  readonly secrets: readonly SealedSecret[];
  readonly retry: RetrySettings | null;
  readonly autoDisable: AutoDisable | null;
  readonly tls: { readonly verify: boolean } | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly batch: BatchSettings | null;
  readonly disabledReason: DisabledReason | null;
  readonly disabledAt: Millis | null;
  /** A sentence for people. */
  readonly disabledMessage: string | null;
  readonly createdBy: Actor | null;
}

/** A document that says nothing: what a new subscription starts from, and what fills in for fields an older version did not know. */
export const EMPTY_DOCUMENT: SubscriptionDocument = {
  v: 1,
  name: "",
  description: null,
  type: "event",
  url: null,
  events: [],
  contentType: null,
  headers: [],
  authorization: null,
  format: null,
  scheme: "standard",
  secrets: [],
  retry: null,
  autoDisable: null,
  tls: null,
  metadata: {},
  batch: null,
  disabledReason: null,
  disabledAt: null,
  disabledMessage: null,
  createdBy: null,
};

/** The document as a store keeps it. */
export function serialiseDocument(document: SubscriptionDocument): string {
  return JSON.stringify(document);
}

/**
 * A stored document. Trusted, because only we write it.
 * @throws WebhookError `CONFIGURATION` when it is none, or was written by a newer version of the library.
 */
export function parseDocument(text: string, id: string): SubscriptionDocument {
  const parsed = parseObject(text);
  if (parsed?.v === 1) return { ...EMPTY_DOCUMENT, ...parsed };
  const why =
    parsed?.v === undefined
      ? "they were not written by this library"
      : "a newer version of hookwright wrote them, so upgrade this process";
  throw new WebhookError(
    "CONFIGURATION",
    `The stored settings of subscription ${id} cannot be read: ${why}.`,
  );
}

/** What the secret of a subscription is sealed with. */
export function secretContext(id: string): string {
  return `${id}:secret`;
}

/** What the value of a header is sealed with. Names differ in more than case, so lower case is enough. */
export function headerContext(id: string, name: string): string {
  return `${id}:header:${name.toLowerCase()}`;
}

/** What the URL's credentials are sealed with. */
export function authorizationContext(id: string): string {
  return `${id}:authorization`;
}

function parseObject(text: string): Partial<SubscriptionDocument> | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" ? (parsed as Partial<SubscriptionDocument> | null) : null;
  } catch {
    return null;
  }
}
