import { Link } from "wouter";
import type { Delivery } from "../../../../history/delivery.js";
import type { Subscription } from "../../../../subscriptions/present.js";
import { useText } from "../../text/index.js";
import { useNow } from "../../ui/now.js";
import { Pill } from "../../ui/pill.js";
import { Time } from "../../ui/time.js";

/** Props of whatever shows many deliveries. */
export interface RowsProps {
  readonly rows: readonly Delivery[];
  readonly subscription: Subscription;
  /** The filter, which a delivery's address carries along for the way back. */
  readonly query: string;
}

/** What was sent: its type and id, as a link to the rest. */
export function DeliveryLink({ delivery, query }: { readonly delivery: Delivery; readonly query: string }) {
  const { deliveries: text } = useText();
  const { id, subscriptionId, type, kind, eventIds } = delivery;
  const to = `/subscriptions/${encodeURIComponent(subscriptionId)}/deliveries/${encodeURIComponent(id)}${query}`;
  return (
    <div className="delivery-name">
      <Link href={to} state={{ fromList: true }} className="delivery-link">
        <span className="delivery-type">{type}</span> <code className="delivery-id">{id}</code>
      </Link>
      {kind === "test" && <Pill>{text.test}</Pill>}
      {kind === "batch" && <Pill>{text.batch(eventIds.length)}</Pill>}
    </div>
  );
}

/** What went wrong last, in few words; all of it under the pointer. */
export function ShortError({ error }: { readonly error: Delivery["error"] }) {
  const { deliveries: text } = useText();
  if (error === null) return null;
  return <span title={error.message}>{text.errors[error.code] ?? error.message}</span>;
}

/** When it is tried next; or, once it is closed, when that was. */
export function NextOrEnd({
  delivery,
  isEnabled,
}: {
  readonly delivery: Delivery;
  readonly isEnabled: boolean;
}) {
  const { deliveries: text } = useText();
  const now = useNow();
  const { completedAt, nextAttemptAt } = delivery;
  if (completedAt !== null) return <Time at={completedAt} />;
  if (!isEnabled) return text.waits;
  if (nextAttemptAt === null) return null;
  return Date.parse(nextAttemptAt) > now ? <Time at={nextAttemptAt} /> : text.due;
}
