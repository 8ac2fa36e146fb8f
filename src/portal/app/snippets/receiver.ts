import type { Subscription } from "../../../subscriptions/present.js";
import { isScheme, type Scheme } from "./schemes.js";

/** What the code of a receiver has to know of a subscription. */
export interface Receiver {
  readonly scheme: Scheme;
  /** Of the subscription's URL, as it is sent: without its query, with a slash at its start. */
  readonly path: string;
  /** The header that is the credential; for the scheme `none`. Lower case. */
  readonly header: string;
  /** What the body is, as a name of a variable. `"body"`: not one JSON text, or nobody knows. */
  readonly payload: "event" | "events" | "payload" | "body";
  /** By what a repeated delivery is told. */
  readonly repeats: "header" | "id" | "fields.id" | "body";
  /** Seconds that the sender waits for an answer. */
  readonly patience: number;
  /** MiB of the largest body that is read. */
  readonly maxBody: number;
}

/** What {@link receiverOf} reads. */
export type Receiving = Pick<
  Subscription,
  "type" | "url" | "headers" | "credentials" | "format" | "batch" | "retry"
> & { readonly signing: { readonly scheme: string } };

/** Where a receiver listens while its subscription has no URL. */
const PATH = "/webhooks";

/** A header that could be the credential, where there are several. */
const CREDENTIAL = /auth|token|secret|key|signature/;

const MIB = 1 << 20;

/** What the code of a subscription's receiver has to know; `null` for a scheme of the host's own. */
export function receiverOf(subscription: Receiving): Receiver | null {
  const { signing, url, batch, retry } = subscription;
  if (!isScheme(signing.scheme)) return null;
  return {
    scheme: signing.scheme,
    path: url === null ? PATH : new URL(url).pathname,
    header: credentialOf(subscription) ?? "x-webhook-token",
    payload: payloadOf(subscription),
    repeats: repeatsOf(subscription),
    patience: Math.ceil(retry.timeout / 1000),
    // A batch's limit counts the events' data; their envelopes come on top.
    maxBody: Math.max(10, Math.ceil((2 * (batch?.maxBytes ?? 0)) / MIB)),
  };
}

/** The header that a receiver can know the sender by, in lower case; `null` where the subscription sends none. */
export function credentialOf({ headers, credentials }: Pick<Receiving, "headers" | "credentials">) {
  if (credentials) return "authorization";
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  return names.find((name) => CREDENTIAL.test(name)) ?? names[0] ?? null;
}

function payloadOf({ format, type }: Receiving): Receiver["payload"] {
  if (format === "array") return "events";
  if (format === "topic") return "payload";
  if (format === "standard" || format === "cloudevents") return type === "batch" ? "events" : "event";
  return "body";
}

function repeatsOf({ signing, format }: Receiving): Receiver["repeats"] {
  if (signing.scheme.startsWith("standard")) return "header";
  if (format === "splunk") return "fields.id";
  return format === "standard" || format === "array" || format === "cloudevents" ? "id" : "body";
}
