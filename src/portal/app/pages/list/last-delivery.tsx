import type { SubscriptionHealthView } from "../../../../subscriptions/present.js";
import { useText } from "../../text/index.js";
import { Pill } from "../../ui/pill.js";
import { Time } from "../../ui/time.js";
import "./last-delivery.css";

/** When something was sent last, and what the endpoint answered. */
export function LastDelivery({ health }: { readonly health: SubscriptionHealthView }) {
  const { list } = useText();
  const { lastAttemptAt, lastStatus, status, consecutiveFailures } = health;
  if (lastAttemptAt === null) return <span className="last-delivery-none">{list.noDelivery}</span>;
  // A 2xx may still be a failure, where its body says so.
  const isGood = lastStatus !== null && lastStatus >= 200 && lastStatus < 300 && consecutiveFailures === 0;
  const tone = isGood ? "good" : status === "failing" ? "warn" : "bad";
  return (
    <span className="last-delivery">
      <Time at={lastAttemptAt} />
      <Pill tone={tone}>{lastStatus === null ? list.noAnswer : list.http(lastStatus)}</Pill>
    </span>
  );
}
