import { useMemo } from "react";
import type uPlot from "uplot";
import { type ChartColumns, latencyText } from "./figures.js";
import { fromZero, plotOptions, wholeTime } from "./plot-options.js";
import type { RangeName } from "./range.js";
import { usePlot } from "./use-plot.js";

/** Latency as two lines, one solid and one dashed. A drawing: the table says the same in figures. */
export default function LatencyChart({
  columns,
  range,
}: {
  readonly columns: ChartColumns;
  readonly range: RangeName;
}) {
  const { middle, p50, p95 } = columns;
  const data = useMemo<uPlot.AlignedData>(() => [middle, p50, p95], [middle, p50, p95]);
  const place = usePlot(
    data,
    (ink) => {
      const points = { show: true, size: 6 };
      const [median, high] = [ink.colour("--info"), ink.colour("--warn")];
      return {
        ...plotOptions(ink, range, latencyText),
        scales: { x: wholeTime(columns, true), y: { range: fromZero } },
        series: [
          {},
          { stroke: median, width: 2, points: { ...points, fill: median } },
          { stroke: high, width: 2, dash: [6, 4], points: { ...points, fill: ink.colour("--surface") } },
        ],
      };
    },
    `${range} ${columns.step}`,
  );
  return <div ref={place} className="activity-chart" aria-hidden />;
}
