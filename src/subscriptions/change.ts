import type { SubscriptionRecord } from "../model/subscription.js";
import { type Actor, type DisabledReason, EMPTY_DOCUMENT } from "./document.js";
import type { Draft } from "./draft.js";
import { REDACTED } from "./headers.js";

/** What was done to a subscription. */
export type ChangeAction = "created" | "updated" | "enabled" | "disabled" | "rotated" | "deleted";

/** A change of a subscription, as the audit and listeners are told of it. */
export interface SubscriptionChange {
  readonly action: ChangeAction;
  /** `null` when nobody was named. */
  readonly actor: Actor | null;
  /** What the caller passed along for the audit; `null` when nothing. */
  readonly metadata: Readonly<Record<string, unknown>> | null;
  /** Why it was disabled, when that is what happened. */
  readonly reason: DisabledReason | null;
  /** The fields that changed, as they were. Never secrets, header values or credentials. */
  readonly before: Readonly<Record<string, unknown>>;
  /** The same fields as they are now. A value that must not be shown and differs is `"[changed]"`. */
  readonly after: Readonly<Record<string, unknown>>;
  /** As it is stored now; what was removed when it was deleted. */
  readonly record: SubscriptionRecord;
}

/** A subscription that is not there yet, or no more. */
export const NOTHING: Draft = { document: EMPTY_DOCUMENT, enabled: false, ordered: false };

const CHANGED = "[changed]";

/** The fields that differ between two drafts. Pure. */
export function difference(before: Draft, after: Draft): Pick<SubscriptionChange, "before" | "after"> {
  const [was, is] = [fieldsOf(before), fieldsOf(after, before)];
  const changed = Object.keys(is).filter((key) => JSON.stringify(was[key]) !== JSON.stringify(is[key]));
  const pick = (fields: Record<string, unknown>) =>
    Object.fromEntries(changed.map((key) => [key, fields[key]]));
  return { before: pick(was), after: pick(is) };
}

/** Whether two drafts would be stored alike. */
export function isSame(before: Draft, after: Draft): boolean {
  return (
    before.enabled === after.enabled &&
    before.ordered === after.ordered &&
    JSON.stringify(before.document) === JSON.stringify(after.document)
  );
}

/** What may be shown of a draft; `before` to tell hidden values that changed. */
function fieldsOf({ document, enabled, ordered }: Draft, before?: Draft): Record<string, unknown> {
  const { v, headers, authorization, scheme, secrets, disabledAt, disabledMessage, createdBy, ...shown } =
    document;
  const old = new Map(before?.document.headers.map(({ name, sealed }) => [name, sealed]));
  const isHeaderNew = (name: string, sealed: string) => old.has(name) && old.get(name) !== sealed;
  const oldAuthorization = before?.document.authorization ?? null;
  const isHeld = authorization !== null;
  return {
    ...shown,
    enabled,
    ordered,
    headers: Object.fromEntries(
      headers.map(({ name, sealed }) => [name, isHeaderNew(name, sealed) ? CHANGED : REDACTED]),
    ),
    credentials: isHeld && oldAuthorization !== null && authorization !== oldAuthorization ? CHANGED : isHeld,
    signing: {
      scheme,
      secrets: secrets.map(({ createdAt, expiresAt, sealed }) => ({
        createdAt: new Date(createdAt).toISOString(),
        expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
        ...(isSecretNew(createdAt, sealed, before) ? { value: CHANGED } : {}),
      })),
    },
  };
}

/** Whether a secret replaced another of the same moment, which its times alone would not show. */
function isSecretNew(createdAt: number, sealed: string, before: Draft | undefined): boolean {
  const old = before?.document.secrets.find((secret) => secret.createdAt === createdAt);
  return old !== undefined && old.sealed !== sealed;
}
