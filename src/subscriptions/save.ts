import { WebhookError } from "../model/errors.js";
import { isId } from "../model/id.js";
import type { Entries, SubscriptionStore } from "../model/store.js";
import { FRESH_HEALTH, type StoredSubscription, type SubscriptionRecord } from "../model/subscription.js";
import type { Clock, Millis } from "../model/time.js";
import { type ChangeAction, difference, isSame, NOTHING, type SubscriptionChange } from "./change.js";
import type { SubscriptionDefaults } from "./defaults.js";
import {
  type DisabledReason,
  parseDocument,
  type SubscriptionDocument,
  serialiseDocument,
} from "./document.js";
import type { Draft } from "./draft.js";
import { resetHealth } from "./health.js";
import type { ActorContext, ChangeContext } from "./input.js";
import type { Rules } from "./ports.js";
import { presentSubscription, type Subscription } from "./present.js";
import { reseal } from "./reseal.js";
import { isWithin, ROOT_SCOPE } from "./scope.js";
import type { Sealer } from "./seal.js";

/** What the verbs of this room need of the rest. */
export interface ManageParts {
  readonly store: SubscriptionStore;
  readonly clock: Clock;
  readonly sealer: Sealer;
  readonly rules: Rules;
  readonly defaults: SubscriptionDefaults;
  /** What to write in the same step as the change. `null`: nothing. @default nothing */
  readonly audit?: ((change: SubscriptionChange) => Promise<Entries | null>) | undefined;
  /** Told after each change that was written. Must not throw. */
  readonly onChange?: ((change: SubscriptionChange, subscription: Subscription) => void) | undefined;
}

/** A stored subscription and its settings. */
export interface Current {
  readonly stored: StoredSubscription;
  readonly document: SubscriptionDocument;
}

/** What a verb makes of a subscription. */
export interface Decision {
  readonly draft: Draft;
  readonly action: ChangeAction;
}

/** Saves tried before a change gives up against others who keep being first. */
const TRIES = 8;

/**
 * The subscription of that id, if it is within that scope.
 * @throws WebhookError `NOT_FOUND`.
 */
export async function read(
  parts: Pick<ManageParts, "store">,
  id: string,
  within: string = ROOT_SCOPE,
): Promise<Current> {
  const [stored] = isId(id) ? await parts.store.readSubscriptions([id]) : [];
  if (stored && isWithin(stored.scope, within))
    return { stored, document: parseDocument(stored.document, stored.id) };
  throw notFound();
}

/** Shows it. */
export function present(parts: ManageParts, { stored, document }: Current): Subscription {
  const { defaults, rules, clock } = parts;
  return presentSubscription(stored, document, { defaults, formats: rules.formats, now: clock.now() });
}

/**
 * Reads, decides and compares-and-sets, again while others are first; a version that the caller named then no longer fits. A decision that
 * changes nothing, or `null`, writes nothing. Answers what is stored then.
 * @throws WebhookError `NOT_FOUND`, `VERSION_CONFLICT`, and what `decide` throws.
 */
export async function change(
  parts: ManageParts,
  id: string,
  context: ChangeContext,
  decide: (current: Current, now: Millis) => Decision | null,
): Promise<Current> {
  for (let tries = 0; tries < TRIES; tries++) {
    const current = await read(parts, id, context.within);
    if (context.ifVersion !== undefined && context.ifVersion !== current.stored.version) throw conflict();
    const now = parts.clock.now();
    const decision = decide(current, now);
    if (decision === null || isSame(draftOf(current), decision.draft)) return current;
    const saved = await write(parts, current, decision, context, now);
    if (saved) return saved;
  }
  throw conflict();
}

/** Writes a new subscription. `null`: there is one of that id. */
export async function insert(
  parts: ManageParts,
  record: Pick<SubscriptionRecord, "id" | "scope">,
  draft: Draft,
  context: ActorContext,
  now: Millis,
): Promise<Current | null> {
  return write(parts, record, { draft, action: "created" }, context, now);
}

/** The part of a stored subscription that verbs change. */
export function draftOf({ stored, document }: Current): Draft {
  return { document, enabled: stored.enabled, ordered: stored.ordered };
}

/** Every write of a subscription goes through here: the record, its audit entries, and word of it. */
async function write(
  parts: ManageParts,
  before: Current | Pick<SubscriptionRecord, "id" | "scope">,
  { draft, action }: Decision,
  { actor, metadata }: ActorContext,
  now: Millis,
): Promise<Current | null> {
  const old = "stored" in before ? before : null;
  const { id, scope } = old?.stored ?? (before as Pick<SubscriptionRecord, "id" | "scope">);
  // What was read before `rewrap` came by must not bring an older key back.
  const document = reseal(parts.sealer, id, draft.document);
  const record: SubscriptionRecord = {
    id,
    scope,
    enabled: draft.enabled,
    ordered: draft.ordered,
    version: (old?.stored.version ?? 0) + 1,
    createdAt: old?.stored.createdAt ?? now,
    updatedAt: now,
    document: serialiseDocument(document),
  };
  const isEnabling = old !== null && draft.enabled && !old.stored.enabled;
  const wasEnabled = old?.stored.enabled ?? false;
  const reason: DisabledReason | null = wasEnabled && !draft.enabled ? draft.document.disabledReason : null;
  const word: SubscriptionChange = {
    action,
    actor: actor ?? null,
    metadata: metadata ?? null,
    reason,
    ...difference(old ? draftOf(old) : NOTHING, draft),
    record,
  };
  const audit = (await parts.audit?.(word)) ?? null;
  const replaces = old?.stored.version ?? null;
  if (!(await parts.store.saveSubscription({ record, replaces, resetHealth: isEnabling, audit })))
    return null;
  const health = old?.stored.health ?? FRESH_HEALTH;
  const saved: Current = {
    stored: { ...record, health: isEnabling ? resetHealth(health) : health },
    document,
  };
  parts.onChange?.(word, present(parts, saved));
  return saved;
}

/** The error of an id that names no subscription. */
export function notFound(): WebhookError {
  return new WebhookError(
    "NOT_FOUND",
    "There is no subscription with this id: list them to find the one you mean.",
    {
      issues: [{ path: ["id"], message: "Names no subscription." }],
    },
  );
}

/** The error of a change that came too late. */
export function conflict(): WebhookError {
  return new WebhookError(
    "VERSION_CONFLICT",
    "The subscription was changed by someone else meanwhile: read it again, then make your change to what it is now.",
    { issues: [{ path: ["ifVersion"], message: "Is not the stored version." }] },
  );
}
