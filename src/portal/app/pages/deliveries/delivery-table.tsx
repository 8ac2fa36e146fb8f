import { useText } from "../../text/index.js";
import { DeliveryPill } from "../../ui/delivery-pill.js";
import { Scroll } from "../../ui/scroll.js";
import { Time } from "../../ui/time.js";
import { DeliveryLink, NextOrEnd, type RowsProps, ShortError } from "./delivery-parts.js";

/** Deliveries as a table. Its columns have fixed widths, so that a time that ticks moves nothing. */
export function DeliveryTable({ rows, subscription, query }: RowsProps) {
  const { deliveries: text } = useText();
  const { columns } = text;
  return (
    <Scroll label={text.table} className="delivery-table-box">
      <table className="delivery-table">
        <thead>
          <tr>
            <th scope="col" className="delivery-table-status">
              {columns.status}
            </th>
            <th scope="col">{columns.delivery}</th>
            <th scope="col" className="delivery-table-number">
              {columns.attempts}
            </th>
            <th scope="col" className="delivery-table-number">
              {columns.http}
            </th>
            <th scope="col" className="delivery-table-error">
              {columns.error}
            </th>
            <th scope="col" className="delivery-table-time">
              {columns.created}
            </th>
            <th scope="col" className="delivery-table-time">
              {columns.next}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((delivery) => (
            <tr key={delivery.id}>
              <td>
                <DeliveryPill status={delivery.status} />
              </td>
              <td>
                <DeliveryLink delivery={delivery} query={query} />
              </td>
              <td className="delivery-table-number">{delivery.attempts}</td>
              <td className="delivery-table-number">{delivery.httpStatus}</td>
              <td>
                <ShortError error={delivery.error} />
              </td>
              <td>
                <Time at={delivery.createdAt} />
              </td>
              <td>
                <NextOrEnd delivery={delivery} isEnabled={subscription.enabled} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
