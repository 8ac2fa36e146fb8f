import type { StatisticsBucket } from "../../../../history/statistics.js";
import { useText } from "../../text/index.js";
import { Scroll } from "../../ui/scroll.js";
import { axisTime } from "./axis-time.js";
import { isBusy, latencyText } from "./figures.js";
import type { RangeName } from "./range.js";

/** The figures behind the charts, newest first. */
export function ActivityTable(props: {
  readonly buckets: readonly StatisticsBucket[];
  readonly range: RangeName;
}) {
  const { activity: text } = useText();
  const { columns } = text;
  const time = axisTime(props.range);
  const rows = props.buckets.filter(isBusy).reverse();
  return (
    <Scroll label={text.table} className="activity-box">
      <table className="activity-table">
        <thead>
          <tr>
            <th scope="col">{columns.at}</th>
            <th scope="col">{columns.delivered}</th>
            <th scope="col">{columns.failed}</th>
            <th scope="col">{columns.cancelled}</th>
            <th scope="col">{columns.pending}</th>
            <th scope="col">{columns.p50}</th>
            <th scope="col">{columns.p95}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ at, delivered, failed, cancelled, pending, latency }) => (
            <tr key={at}>
              <th scope="row">
                <time dateTime={at}>{time(Date.parse(at))}</time>
              </th>
              <td>{delivered.toLocaleString()}</td>
              <td>{failed.toLocaleString()}</td>
              <td>{cancelled.toLocaleString()}</td>
              <td>{pending.toLocaleString()}</td>
              <td>{latency === null ? text.totals.none : latencyText(latency.p50)}</td>
              <td>{latency === null ? text.totals.none : latencyText(latency.p95)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
