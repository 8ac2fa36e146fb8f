import { formatEvent } from "../formats/event.js";
import type { LeasedDelivery } from "../model/delivery.js";
import type { EventRecord } from "../model/event.js";
import { mapInTurns, turn } from "../model/turn.js";
import { composeBody, type RequestSettings } from "./prepare.js";
import { isSendable, type Recipient, type Unsendable } from "./recipient.js";

/** The body of a large batch, or what was thrown instead. */
export type Composed = { readonly body: string | Uint8Array } | { readonly fault: unknown };

/**
 * The body of a large batch, or why there is none, with a turn of the event loop between composing, encoding and
 * what comes after. Bytes, not text: a text of 10 MB would be encoded again to sign it, and again to send it.
 */
export async function composeInTurns(
  delivery: LeasedDelivery,
  events: readonly EventRecord[],
  recipient: Recipient | Unsendable,
  settings: RequestSettings,
): Promise<Composed> {
  try {
    if (!isSendable(recipient)) throw recipient.fault;
    const formatted = await mapInTurns(events, formatEvent);
    await turn();
    const body = composeBody(delivery, formatted, recipient, settings);
    await turn();
    if (typeof body !== "string") return { body };
    const bytes = Buffer.from(body);
    await turn();
    return { body: bytes };
  } catch (fault) {
    return { fault };
  }
}
