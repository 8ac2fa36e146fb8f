import { isWebhookError } from "../model/errors.js";
import type { Millis } from "../model/time.js";
import { disabling } from "./apply.js";
import type { Actor, DisabledReason } from "./document.js";
import type { ChangeContext } from "./input.js";
import type { Subscription } from "./present.js";
import { change, draftOf, type ManageParts, present } from "./save.js";
import { update } from "./update.js";

/** Resumes it: see `Manage.enable`. */
export function enable(parts: ManageParts, id: string, context?: ChangeContext): Promise<Subscription> {
  return update(parts, id, { enabled: true }, context);
}

/** Pauses it: see `Manage.disable`. */
export function disable(parts: ManageParts, id: string, context?: ChangeContext): Promise<Subscription> {
  return update(parts, id, { enabled: false }, context);
}

/** Who disables a subscription by itself. */
export const SYSTEM_ACTOR: Actor = { type: "system", id: "hookwright" };

const MESSAGES: Readonly<Record<Exclude<DisabledReason, "manual">, string>> = {
  exhausted: "A delivery used up its retries and nothing has succeeded since its first attempt.",
  consecutive: "Too many attempts failed in a row.",
  failingFor: "The endpoint has been failing for too long.",
  gone: "The endpoint answered 410 Gone.",
};

/**
 * Disables a subscription because of an attempt, unless someone changed it after that attempt began: the failure then
 * says nothing of what it is now. Answers the disabled subscription; `null` when it was left as it is or is gone.
 * @throws WebhookError `VERSION_CONFLICT` when others were first too many times.
 */
export async function disableBySystem(
  parts: ManageParts,
  id: string,
  reason: Exclude<DisabledReason, "manual">,
  { attemptStartedAt }: { readonly attemptStartedAt: Millis },
): Promise<Subscription | null> {
  let isDisabled = false;
  try {
    const saved = await change(parts, id, { actor: SYSTEM_ACTOR }, (current, now) => {
      const before = draftOf(current);
      isDisabled = before.enabled && current.stored.updatedAt <= attemptStartedAt;
      if (!isDisabled) return null;
      const why = disabling(before, false, now, reason, MESSAGES[reason]);
      return {
        draft: { ...before, enabled: false, document: { ...before.document, ...why } },
        action: "disabled",
      };
    });
    return isDisabled ? present(parts, saved) : null;
  } catch (error) {
    if (isWebhookError(error, "NOT_FOUND")) return null;
    throw error;
  }
}
