import type { Attempt } from "../../../../history/attempt.js";
import type { DeliveryDetails } from "../../../../history/delivery.js";

/** An attempt that was begun: what is known of it. */
export type AttemptSlot =
  | { readonly number: number; readonly kind: "recorded"; readonly attempt: Attempt }
  /** The latest one of an open delivery: it may be under way. */
  | { readonly number: number; readonly kind: "open" }
  | { readonly number: number; readonly kind: "missing" };

/** The most attempts without a record that are shown one by one. */
const MOST_MISSING = 50;

/** Every attempt that was begun, newest first, also those that nobody could record. Pure. */
export function attemptSlots(
  delivery: Pick<DeliveryDetails, "attempts" | "attemptLog" | "completedAt">,
): readonly AttemptSlot[] {
  const { attempts, attemptLog, completedAt } = delivery;
  const recorded = new Map(attemptLog.map((attempt) => [attempt.number, attempt]));
  const slots: AttemptSlot[] = [];
  let missing = 0;
  for (let number = Math.max(attempts, ...recorded.keys()); number > 0; number--) {
    const attempt = recorded.get(number);
    if (attempt !== undefined) slots.push({ number, kind: "recorded", attempt });
    else if (number === attempts && completedAt === null) slots.push({ number, kind: "open" });
    else if (++missing <= MOST_MISSING) slots.push({ number, kind: "missing" });
  }
  return slots;
}
