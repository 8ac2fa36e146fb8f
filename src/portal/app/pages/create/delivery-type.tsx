import type { Subscription } from "../../../../subscriptions/present.js";
import { session } from "../../api/session.js";
import { useText } from "../../text/index.js";
import "./delivery-type.css";

/** What a kind of delivery is, and when it is the right one. */
export function DeliveryType({ type }: { readonly type: Subscription["type"] }) {
  const { create } = useText();
  const { maxEvents, intervalMinutes } = session.settings.batch;
  const { summary, when, reasons } = create.types[type];
  return (
    <div className="delivery-type">
      <p>
        {summary} {type === "batch" && create.batchLimits(maxEvents, intervalMinutes)}
      </p>
      <p className="delivery-type-when">{when}</p>
      <ul className="delivery-type-reasons">
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </div>
  );
}
