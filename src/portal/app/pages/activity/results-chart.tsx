import { useMemo } from "react";
import uPlot from "uplot";
import type { ChartColumns } from "./figures.js";
import { hatched } from "./hatched.js";
import { fromZero, plotOptions, wholeTime } from "./plot-options.js";
import type { RangeName } from "./range.js";
import { usePlot } from "./use-plot.js";

/** Delivered and failed as bars, one on the other. A drawing: the table says the same in figures. */
export default function ResultsChart({
  columns,
  range,
}: {
  readonly columns: ChartColumns;
  readonly range: RangeName;
}) {
  const { at, both, delivered } = columns;
  const data = useMemo<uPlot.AlignedData>(() => [at, both, delivered], [at, both, delivered]);
  const place = usePlot(
    data,
    (ink) => {
      const bars = uPlot.paths.bars?.({ size: [0.75, 32], align: 1 });
      const paths = bars === undefined ? {} : { paths: bars };
      const [good, bad, surface] = [ink.colour("--good"), ink.colour("--bad"), ink.colour("--surface")];
      return {
        ...plotOptions(ink, range, (value) => (Number.isInteger(value) ? value.toLocaleString() : "")),
        scales: { x: wholeTime(columns), y: { range: fromZero } },
        series: [
          {},
          { ...paths, stroke: bad, width: 1, fill: hatched(bad, surface), points: { show: false } },
          { ...paths, stroke: good, width: 1, fill: good, points: { show: false } },
        ],
      };
    },
    `${range} ${columns.step}`,
  );
  return <div ref={place} className="activity-chart" aria-hidden />;
}
