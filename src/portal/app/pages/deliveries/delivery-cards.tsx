import { useText } from "../../text/index.js";
import { DeliveryPill } from "../../ui/delivery-pill.js";
import { Time } from "../../ui/time.js";
import { DeliveryLink, NextOrEnd, type RowsProps, ShortError } from "./delivery-parts.js";

/** Deliveries as cards, where there is no room for a table. */
export function DeliveryCards({ rows, subscription, query }: RowsProps) {
  const { deliveries: text } = useText();
  return (
    <ul className="delivery-cards" aria-label={text.title}>
      {rows.map((delivery) => (
        <li key={delivery.id} className="delivery-card">
          <div className="delivery-card-head">
            <DeliveryPill status={delivery.status} />
            <Time at={delivery.createdAt} />
          </div>
          <div className="delivery-card-name">
            <DeliveryLink delivery={delivery} query={query} />
          </div>
          <dl className="delivery-card-facts">
            <div>
              <dt>{text.columns.attempts}</dt>
              <dd>{delivery.attempts}</dd>
            </div>
            <div>
              <dt>{text.columns.http}</dt>
              <dd>{delivery.httpStatus ?? text.noAnswer}</dd>
            </div>
            <div>
              <dt>{delivery.completedAt === null ? text.nextAttempt : text.ended}</dt>
              <dd>
                <NextOrEnd delivery={delivery} isEnabled={subscription.enabled} />
              </dd>
            </div>
            {delivery.error !== null && (
              <div>
                <dt>{text.columns.error}</dt>
                <dd>
                  <ShortError error={delivery.error} />
                </dd>
              </div>
            )}
          </dl>
        </li>
      ))}
    </ul>
  );
}
