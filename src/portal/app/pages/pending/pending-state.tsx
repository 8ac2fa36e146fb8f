import type { PendingEvent } from "../../../../history/pending.js";
import type { Subscription } from "../../../../subscriptions/present.js";
import { useText } from "../../text/index.js";
import { Countdown } from "../../ui/countdown.js";
import { FactList } from "../../ui/facts.js";
import { LiveBar } from "../../ui/live-bar.js";
import { sizeText } from "../../ui/size-text.js";
import { nextFlush } from "./next-flush.js";

/** How much waits and how long it still does. */
export function PendingState(props: {
  readonly subscription: Subscription;
  readonly oldest: PendingEvent | undefined;
  readonly count: number;
  /** Nothing waits beyond what is counted. */
  readonly isWhole: boolean;
  readonly isStale: boolean;
  readonly onRetry: () => void;
}) {
  const { pending: text } = useText();
  const { subscription, oldest, count, isWhole, isStale, onRetry } = props;
  const { batch, enabled } = subscription;
  const at = batch === null ? null : nextFlush(oldest, batch.intervalMinutes);
  const items = [
    {
      key: "count",
      name: text.counted,
      value: <strong>{isWhole ? text.exactly(count) : text.atLeast(count)}</strong>,
    },
    {
      key: "next",
      name: text.next,
      value: enabled ? (
        at !== null && (
          <strong>
            <Countdown at={at} show={text.inTime} past={text.now} />
          </strong>
        )
      ) : (
        <strong>{text.disabled}</strong>
      ),
    },
  ];
  return (
    <div className="pending-state">
      <FactList items={items} />
      <LiveBar isStale={isStale} onRetry={onRetry}>
        {enabled &&
          batch !== null &&
          text.orSooner(batch.maxEvents.toLocaleString(), sizeText(batch.maxBytes))}
      </LiveBar>
    </div>
  );
}
