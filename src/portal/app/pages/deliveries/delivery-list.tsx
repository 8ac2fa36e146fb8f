import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import type { Subscription } from "../../../../subscriptions/present.js";
import { queries } from "../../api/queries.js";
import { session } from "../../api/session.js";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { Failure } from "../../ui/failure.js";
import { LiveBar } from "../../ui/live-bar.js";
import { NARROW, useMedia } from "../../ui/media.js";
import { Skeleton } from "../../ui/skeleton.js";
import { spanText } from "../../ui/span-text.js";
import { DeliveryCards } from "./delivery-cards.js";
import { DeliveryTable } from "./delivery-table.js";
import { type Filter, filterQuery } from "./filter.js";
import { NoDeliveries } from "./no-deliveries.js";
import { useHeldRows } from "./use-held-rows.js";

/** Deliveries, page by page. They change in place; new ones never move what one reads. */
export function DeliveryList(props: {
  readonly subscription: Subscription;
  readonly filter: Filter;
  readonly onShowAll: () => void;
}) {
  const { deliveries: text, common } = useText();
  const { subscription, filter, onShowAll } = props;
  const { status, eventId } = filter;
  const query = useInfiniteQuery(
    queries.deliveries({
      subscriptionId: subscription.id,
      ...(status === null ? {} : { status }),
      ...(eventId === null ? {} : { eventId }),
    }),
  );
  const isNarrow = useMedia(NARROW);
  const list = useRef<HTMLDivElement>(null);
  const latest = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  const { rows, held, release } = useHeldRows(list, latest, {
    // What stands in until another list is read still is the one before.
    key: query.isPlaceholderData || query.isPending ? "another" : filterQuery(filter),
    at: query.dataUpdatedAt,
    pages: query.data?.pages.length ?? 0,
  });
  if (query.data === undefined) {
    if (query.isError) return <Failure error={query.error} onRetry={() => query.refetch()} />;
    return <Skeleton lines={12} />;
  }
  if (rows.length === 0 && query.isPlaceholderData) return <Skeleton lines={12} />;
  if (rows.length === 0) {
    const isFiltered = status !== null || eventId !== null;
    return <NoDeliveries subscription={subscription} onShowAll={isFiltered ? onShowAll : null} />;
  }
  const Rows = isNarrow ? DeliveryCards : DeliveryTable;
  return (
    <div className="delivery-list">
      <LiveBar
        isStale={query.isRefetchError}
        onRetry={() => query.refetch()}
        action={
          held > 0 && (
            <Button title={text.freshHint} onClick={release}>
              {text.fresh(held)}
            </Button>
          )
        }
      >
        {text.kept(spanText(session.settings.retention))}
      </LiveBar>
      <div ref={list} className={query.isPlaceholderData ? "delivery-list-old" : undefined}>
        <Rows rows={rows} subscription={subscription} query={filterQuery(filter)} />
      </div>
      {query.hasNextPage && (
        <div className="delivery-list-more">
          <Button busy={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            {common.loadMore}
          </Button>
        </div>
      )}
    </div>
  );
}
