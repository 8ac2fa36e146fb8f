import { useInfiniteQuery } from "@tanstack/react-query";
import type { Subscription } from "../../../../subscriptions/present.js";
import { queries } from "../../api/queries.js";
import { may } from "../../api/session.js";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { ButtonLink } from "../../ui/button-link.js";
import { Empty } from "../../ui/empty.js";
import { Failure } from "../../ui/failure.js";
import { Skeleton } from "../../ui/skeleton.js";
import { spanText } from "../../ui/span-text.js";
import { FlushButton } from "./flush-button.js";
import { PendingState } from "./pending-state.js";
import { PendingTable } from "./pending-table.js";
import "./pending-view.css";

/** What waits for a batch webhook's next flush, and when that is. Live. */
export default function PendingView({ subscription }: { readonly subscription: Subscription }) {
  const { pending: text, common } = useText();
  const query = useInfiniteQuery(queries.pendingEvents(subscription.id));
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const { batch } = subscription;
  return (
    <section className="pending" aria-labelledby="pending-title">
      <div className="pending-head">
        <div>
          <h2 id="pending-title">{text.title}</h2>
          <p className="pending-text">{text.text}</p>
        </div>
        {may("write") && subscription.enabled && items.length > 0 && (
          <FlushButton subscription={subscription} />
        )}
      </div>
      {query.data === undefined ? (
        query.isError ? (
          <Failure error={query.error} onRetry={() => query.refetch()} />
        ) : (
          <Skeleton lines={10} />
        )
      ) : items.length > 0 ? (
        <>
          <PendingState
            subscription={subscription}
            oldest={items[0]}
            count={items.length}
            isWhole={!query.hasNextPage}
            isStale={query.isRefetchError}
            onRetry={() => query.refetch()}
          />
          <PendingTable items={items} />
          {query.hasNextPage && (
            <div className="pending-more">
              <Button busy={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
                {common.loadMore}
              </Button>
            </div>
          )}
        </>
      ) : subscription.type === "batch" && batch !== null ? (
        <Empty title={text.emptyTitle} level={3}>
          <p>{text.empty(spanText(batch.intervalMinutes * 60_000), batch.maxEvents.toLocaleString())}</p>
        </Empty>
      ) : (
        <Empty
          title={text.instantTitle}
          level={3}
          actions={
            <ButtonLink to={`/subscriptions/${encodeURIComponent(subscription.id)}/deliveries`}>
              {text.toDeliveries}
            </ButtonLink>
          }
        >
          <p>{text.instant}</p>
        </Empty>
      )}
    </section>
  );
}
