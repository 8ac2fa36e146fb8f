import { useNow } from "./now.js";
import { absoluteTime, relativeTime } from "./time-text.js";

/** A moment, relative and in the reader's zone: "3 minutes ago", with the full time under the pointer. */
export function Time(props: {
  /** ISO 8601. */
  readonly at: string;
  /** @default "relative" */
  readonly show?: "relative" | "absolute" | "both";
}) {
  const now = useNow();
  const { at, show = "relative" } = props;
  const absolute = absoluteTime(at);
  const relative = relativeTime(Date.parse(at), now);
  const text = show === "relative" ? relative : show === "absolute" ? absolute : `${absolute} (${relative})`;
  return (
    <time dateTime={at} title={absolute}>
      {text}
    </time>
  );
}
