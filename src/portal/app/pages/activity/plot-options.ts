import type uPlot from "uplot";
import { axisTime } from "./axis-time.js";
import type { ChartColumns } from "./figures.js";
import type { RangeName } from "./range.js";
import type { Ink } from "./use-plot.js";

/** What both charts share: axes in the reader's zone, nothing that reacts to the pointer, no legend of the chart's own. */
export function plotOptions(
  ink: Ink,
  range: RangeName,
  write: (value: number) => string,
): Pick<uPlot.Options, "axes" | "cursor" | "legend" | "padding"> {
  const time = axisTime(range);
  const font = `12px ${ink.colour("--font")}`;
  const line = { stroke: ink.colour("--border"), width: 1 };
  return {
    cursor: { show: false },
    legend: { show: false },
    padding: [12, 16, 0, 0],
    axes: [
      {
        font,
        stroke: ink.colour("--text-muted"),
        grid: { show: false },
        ticks: line,
        space: range === "1h" ? 60 : 84,
        values: (_, splits) => splits.map((split) => time(split * 1_000)),
      },
      {
        font,
        stroke: ink.colour("--text-muted"),
        grid: line,
        ticks: { show: false },
        size: 64,
        values: (_, splits) => splits.map(write),
      },
    ],
  };
}

/** From the beginning of the first bucket to the end of the last one. `isMiddle`: its moments are the middles of buckets. */
export function wholeTime({ step }: ChartColumns, isMiddle = false): uPlot.Scale {
  const before = isMiddle ? step / 2 : 0;
  return { range: (_, min, max) => [min - before, max + step - before] };
}

/** From nothing up to the largest value, with room for a line where all are nothing. */
export function fromZero(_: uPlot, __: number, max: number): [number, number] {
  return [0, max > 0 ? max * 1.1 : 1];
}
