import { useNow } from "./now.js";
import { absoluteTime, durationText } from "./time-text.js";

/** How long until a moment, to the second: "in 4 min 59 s"; afterwards the words for that. */
export function Countdown(props: {
  /** ISO 8601. */
  readonly at: string;
  /** Makes a sentence of the length of time. */
  readonly show: (span: string) => string;
  /** What stands there once it has come. */
  readonly past: string;
}) {
  const left = Date.parse(props.at) - useNow();
  return (
    <time className="countdown" dateTime={props.at} title={absoluteTime(props.at)}>
      {left < 1_000 ? props.past : props.show(durationText(left))}
    </time>
  );
}
