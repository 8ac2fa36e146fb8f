import { Link } from "wouter";
import type { Delivery } from "../../../../history/delivery.js";
import { useText } from "../../text/index.js";
import { DeliveryPill } from "../../ui/delivery-pill.js";

/** What became of a test. */
export function TestOutcome({ delivery }: { readonly delivery: Delivery }) {
  const { deliveries } = useText();
  const text = deliveries.sendTest;
  const { id, subscriptionId, status, httpStatus, error } = delivery;
  const withStatus = httpStatus === null ? "" : text.withStatus(httpStatus);
  return (
    <div className="test-outcome" role="status">
      <p>
        <DeliveryPill status={status} />{" "}
        {status === "delivered" ? text.good(withStatus) : (error?.message ?? text.bad)}
      </p>
      <p>
        <Link
          href={`/subscriptions/${encodeURIComponent(subscriptionId)}/deliveries/${encodeURIComponent(id)}`}
          state={{ fromList: true }}
        >
          {text.see}
        </Link>
      </p>
    </div>
  );
}
