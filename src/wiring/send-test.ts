import { randomUUID } from "node:crypto";
import type { AnyCatalogue } from "../catalogue/catalogue.js";
import { validateData } from "../catalogue/validate.js";
import { asClaimed } from "../dispatcher/handover.js";
import type { LeasedDelivery } from "../model/delivery.js";
import { WebhookError } from "../model/errors.js";
import type { EventRecord } from "../model/event.js";
import { newId } from "../model/id.js";
import type { Entries } from "../model/store.js";
import type { SubscriptionRecord } from "../model/subscription.js";
import type { Clock, Millis } from "../model/time.js";
import { derive } from "../publish/derive.js";
import { formatOf } from "../subscriptions/defaults.js";
import type { SubscriptionDocument } from "../subscriptions/document.js";
import { kindOf } from "../subscriptions/scope.js";

/** What a test delivery needs of the rest. */
export interface SendTestParts {
  readonly clock: Clock;
  readonly catalogue: AnyCatalogue;
  readonly leaseMs: Millis;
  append(entries: Entries): Promise<readonly string[]>;
  /** Makes the attempt and records it. */
  send(delivery: LeasedDelivery): Promise<void>;
}

/**
 * Sends a type's example to a subscription: a delivery that is born leased, so that no other process takes it, and
 * attempted once. Answers its id.
 *
 * @throws WebhookError `UNKNOWN_EVENT_TYPE`; `INVALID_ARGUMENT` for a type it does not hear; `INVALID_STATE` without a URL or without an example.
 */
export async function sendTest(
  parts: SendTestParts,
  stored: SubscriptionRecord,
  document: SubscriptionDocument,
  wanted: string | undefined,
): Promise<string> {
  if (document.url === null) {
    throw new WebhookError(
      "INVALID_STATE",
      "The subscription has no URL yet: update it with one, then send a test.",
    );
  }
  const { type, example } = choose(
    parts.catalogue,
    heardTypes(parts.catalogue, document.events, stored.scope),
    wanted,
  );
  const { value } = await validateData(parts.catalogue, type, example);
  const now = parts.clock.now();
  const { id, scope } = stored;
  const event: EventRecord = {
    id: newId("evt", now),
    type,
    scope,
    at: now,
    createdAt: now,
    data: JSON.stringify(value),
    test: true,
  };
  const [made] = derive(event, [{ id, scope, type: "event", format: formatOf(document) }]).deliveries;
  if (made === undefined) throw new TypeError("an instant subscription makes a delivery");
  const delivery = { ...made, dueAt: now + parts.leaseMs, lease: randomUUID() };
  await parts.append({ events: [event], deliveries: [delivery], pending: [] });
  await parts.send(asClaimed(delivery, event));
  return delivery.id;
}

function heardTypes(catalogue: AnyCatalogue, patterns: readonly string[], scope: string): string[] {
  const kind = kindOf(scope);
  return patterns
    .flatMap((pattern) => catalogue.matching(pattern))
    .filter((type) => catalogue.allowedAt(type, kind));
}

function choose(
  catalogue: AnyCatalogue,
  heard: readonly string[],
  wanted: string | undefined,
): { type: string; example: unknown } {
  if (wanted !== undefined) {
    const info = catalogue.get(wanted);
    if (info === undefined) {
      throw new WebhookError("UNKNOWN_EVENT_TYPE", "The catalogue has no such event type.", {
        issues: [{ path: ["type"], message: "not in the catalogue" }],
      });
    }
    if (!heard.includes(wanted)) {
      throw new WebhookError(
        "INVALID_ARGUMENT",
        `The subscription does not hear "${wanted}": choose one that it does.`,
        {
          issues: [{ path: ["type"], message: "Must be an event type that the subscription hears." }],
        },
      );
    }
    if (info.example === undefined) throw withoutExample(`The event type "${wanted}" has`);
    return { type: wanted, example: info.example };
  }
  for (const type of heard) {
    const example = catalogue.get(type)?.example;
    if (example !== undefined) return { type, example };
  }
  throw withoutExample("None of the subscription's event types has");
}

function withoutExample(which: string): WebhookError {
  return new WebhookError(
    "INVALID_STATE",
    `${which} an example: give it one in the catalogue, then send a test.`,
  );
}
