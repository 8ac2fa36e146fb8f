import type { StatisticsBucket } from "../../../../history/statistics.js";
import { useText } from "../../text/index.js";
import { latencyText, percentText, type Totals } from "./figures.js";

/** What a range adds up to, large. */
export function ActivityTotals(props: {
  readonly totals: Totals;
  readonly latency: StatisticsBucket["latency"];
}) {
  const { activity } = useText();
  const text = activity.totals;
  const { totals, latency } = props;
  const { delivered, failed, retrying, pending, rate } = totals;
  const items = [
    {
      name: text.delivered,
      value: delivered.toLocaleString(),
      hint: pending > 0 ? text.open(pending) : null,
    },
    {
      name: text.failed,
      value: failed.toLocaleString(),
      hint: failed > 0 ? text.failedHint(retrying) : null,
    },
    { name: text.rate, value: rate === null ? text.none : percentText(rate), hint: text.rateHint },
    {
      name: text.p95,
      value: latency === null ? text.none : latencyText(latency.p95),
      hint: latency === null ? null : text.p50Hint(latencyText(latency.p50)),
    },
  ];
  return (
    <section aria-label={text.label}>
      <dl className="activity-totals">
        {items.map(({ name, value, hint }) => (
          <div key={name} className="activity-total">
            <dt>{name}</dt>
            <dd className="activity-value">{value}</dd>
            {hint !== null && <dd className="activity-hint">{hint}</dd>}
          </div>
        ))}
      </dl>
    </section>
  );
}
