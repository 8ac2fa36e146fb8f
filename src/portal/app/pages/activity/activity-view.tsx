import { useQuery } from "@tanstack/react-query";
import { isClientError } from "hookwright/client";
import { useSearch } from "wouter";
import type { Subscription } from "../../../../subscriptions/present.js";
import { queries } from "../../api/queries.js";
import { useText } from "../../text/index.js";
import { ButtonLink } from "../../ui/button-link.js";
import { ChoiceLinks } from "../../ui/choice-links.js";
import { Empty } from "../../ui/empty.js";
import { Failure } from "../../ui/failure.js";
import { LiveBar } from "../../ui/live-bar.js";
import { Skeleton } from "../../ui/skeleton.js";
import { ActivityFigures } from "./activity-figures.js";
import { isBusy } from "./figures.js";
import { RANGE_NAMES, RANGES, readRange } from "./range.js";
import "./activity-view.css";

/** One piece that holds every time there is, for the percentiles of a whole range: those of its pieces do not add up. */
const WHOLE = "36500d";

/** How a webhook's endpoint did lately: totals, charts and the figures behind them. Live. */
export default function ActivityView({ subscription }: { readonly subscription: Subscription }) {
  const { activity: text } = useText();
  const name = readRange(useSearch());
  const { span, bucket, every } = RANGES[name];
  const { id } = subscription;
  const query = useQuery({ ...queries.statistics(id, span, bucket), refetchInterval: every });
  const whole = useQuery({ ...queries.statistics(id, span, WHOLE), refetchInterval: every });
  const at = `/subscriptions/${encodeURIComponent(id)}`;
  const toDeliveries = <ButtonLink to={`${at}/deliveries`}>{text.toDeliveries}</ButtonLink>;
  const latency = whole.data?.buckets.find((each) => each.latency !== null)?.latency ?? null;
  const body = () => {
    if (isClientError(query.error, "INVALID_STATE")) {
      return (
        <Empty title={text.unsupportedTitle} level={3} actions={toDeliveries}>
          <p>{text.unsupported}</p>
        </Empty>
      );
    }
    if (query.data === undefined) {
      return query.isError ? (
        <Failure error={query.error} onRetry={() => query.refetch()} />
      ) : (
        <Skeleton lines={16} />
      );
    }
    if (query.data.complete && !query.data.buckets.some(isBusy)) {
      return (
        <Empty title={text.emptyTitle(text.lastRange[name])} level={3} actions={toDeliveries}>
          <p>{text.empty}</p>
          <p>{text.emptyLonger}</p>
        </Empty>
      );
    }
    return <ActivityFigures statistics={query.data} latency={latency} range={name} />;
  };
  return (
    <section className="activity" aria-labelledby="activity-title">
      <div className="activity-head">
        <h2 id="activity-title">{text.title}</h2>
        <ChoiceLinks
          label={text.range}
          items={RANGE_NAMES.map((each) => ({
            to: `${at}/activity?range=${each}`,
            label: text.ranges[each],
            isHere: each === name,
          }))}
        />
      </div>
      <LiveBar isStale={query.isRefetchError} onRetry={() => query.refetch()}>
        {text.text}
      </LiveBar>
      <div className={query.isPlaceholderData ? "activity-body activity-old" : "activity-body"}>{body()}</div>
    </section>
  );
}
