import { type RefObject, useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useMedia } from "../../ui/media.js";

/** Height of a chart with its axes, in pixels. Also in activity-view.css, so that its room is there before it is. */
const HEIGHT = 220;

/** What a chart may ask of the page: colours are the tokens of the pages, as they are in the scheme of the moment. */
export interface Ink {
  colour(token: string): string;
}

/**
 * Draws a chart into an element, and anew when its width, the colour scheme or the range changes; new data alone moves
 * what is drawn.
 */
export function usePlot(
  data: uPlot.AlignedData,
  make: (ink: Ink) => Omit<uPlot.Options, "width" | "height">,
  key: string,
): RefObject<HTMLDivElement | null> {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const isDark = useMedia("(prefers-color-scheme: dark)");
  const latest = useRef({ data, make });
  latest.current = { data, make };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn with is read when the scheme or range changes
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const styles = getComputedStyle(document.documentElement);
    const options = latest.current.make({ colour: (token) => styles.getPropertyValue(token).trim() });
    const made = new uPlot(
      { ...options, width: element.clientWidth, height: HEIGHT },
      latest.current.data,
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [isDark, key]);
  useEffect(() => plot.current?.setData(data), [data]);
  return place;
}
