import { lazy, Suspense, useMemo } from "react";
import type { StatisticsBucket, SubscriptionStatistics } from "../../../../history/statistics.js";
import { useText } from "../../text/index.js";
import { Card } from "../../ui/card.js";
import { Notice } from "../../ui/notice.js";
import { Time } from "../../ui/time.js";
import { ActivityTable } from "./activity-table.js";
import { ActivityTotals } from "./activity-totals.js";
import { chartColumns, totalsOf } from "./figures.js";
import type { RangeName } from "./range.js";

const ResultsChart = lazy(() => import("./results-chart.js"));
const LatencyChart = lazy(() => import("./latency-chart.js"));

/** Totals, charts, and the same as a table: what a screen reader gets, and whoever wants it exactly. */
export function ActivityFigures(props: {
  readonly statistics: SubscriptionStatistics;
  readonly latency: StatisticsBucket["latency"];
  readonly range: RangeName;
}) {
  const { activity: text } = useText();
  const { statistics, latency, range } = props;
  const columns = useMemo(() => chartColumns(statistics), [statistics]);
  const room = <div className="activity-chart" />;
  return (
    <>
      {!statistics.complete && (
        <Notice tone="warn" title={text.incomplete}>
          <p>
            {text.incompleteText} <Time at={statistics.since} show="both" />
          </p>
        </Notice>
      )}
      <ActivityTotals totals={totalsOf(statistics.buckets)} latency={latency} />
      <Card title={text.results}>
        <ul className="activity-legend">
          <li className="activity-key-delivered">{text.legend.delivered}</li>
          <li className="activity-key-failed">{text.legend.failed}</li>
        </ul>
        <Suspense fallback={room}>
          <ResultsChart columns={columns} range={range} />
        </Suspense>
      </Card>
      <Card title={text.latency} description={text.latencyText}>
        <ul className="activity-legend">
          <li className="activity-key-p50">{text.legend.p50}</li>
          <li className="activity-key-p95">{text.legend.p95}</li>
        </ul>
        <Suspense fallback={room}>
          <LatencyChart columns={columns} range={range} />
        </Suspense>
      </Card>
      <Card title={text.figures} description={text.figuresText}>
        <ActivityTable buckets={statistics.buckets} range={range} />
      </Card>
    </>
  );
}
