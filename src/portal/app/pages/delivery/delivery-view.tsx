import { useQuery } from "@tanstack/react-query";
import { isClientError } from "hookwright/client";
import { ChevronRight } from "lucide-react";
import { useEffect, useRef } from "react";
import { Link, useSearch } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";
import type { Subscription } from "../../../../subscriptions/present.js";
import { queries } from "../../api/queries.js";
import { may, session } from "../../api/session.js";
import { useText } from "../../text/index.js";
import { ButtonLink } from "../../ui/button-link.js";
import { Empty } from "../../ui/empty.js";
import { Failure } from "../../ui/failure.js";
import { LiveBar } from "../../ui/live-bar.js";
import { Skeleton } from "../../ui/skeleton.js";
import { spanText } from "../../ui/span-text.js";
import { filterQuery, readFilter } from "../deliveries/filter.js";
import { AttemptList } from "./attempt-list.js";
import { DeliveryActions } from "./delivery-actions.js";
import { DeliveryFacts } from "./delivery-facts.js";
import { Payload } from "./payload.js";
import "./delivery-view.css";

/** One delivery: what was sent, how each attempt went, and what can be done about it. Live while it is open. */
export default function DeliveryView(props: {
  readonly subscription: Subscription;
  readonly deliveryId: string;
}) {
  const { delivery: text } = useText();
  const { subscription, deliveryId } = props;
  const list = `/subscriptions/${encodeURIComponent(subscription.id)}/deliveries`;
  const query = useQuery(queries.delivery(deliveryId));
  const isElsewhere = query.data !== undefined && query.data.subscriptionId !== subscription.id;
  return (
    <article className="delivery" aria-labelledby="delivery-title">
      <Heading list={list} deliveryId={deliveryId} />
      {isElsewhere || isClientError(query.error, "NOT_FOUND") ? (
        <Empty title={text.notFoundTitle} level={3} actions={<ButtonLink to={list}>{text.back}</ButtonLink>}>
          <p>{text.notFound(spanText(session.settings.retention))}</p>
        </Empty>
      ) : query.data === undefined ? (
        query.isError ? (
          <Failure error={query.error} onRetry={() => query.refetch()} />
        ) : (
          <Skeleton lines={14} />
        )
      ) : (
        <>
          <LiveBar isStale={query.isRefetchError} onRetry={() => query.refetch()}>
            {query.data.completedAt === null ? text.open : text.closed(spanText(session.settings.retention))}
          </LiveBar>
          <DeliveryFacts
            delivery={query.data}
            subscription={subscription}
            actions={
              may("write") && <DeliveryActions delivery={query.data} isEnabled={subscription.enabled} />
            }
          />
          <Payload payload={query.data.payload} id={deliveryId} />
          <AttemptList delivery={query.data} />
        </>
      )}
    </article>
  );
}

/** The way back to the list as it was, and the name. It takes the focus of a reader who comes from the list. */
function Heading({ list, deliveryId }: { readonly list: string; readonly deliveryId: string }) {
  const { delivery: text } = useText();
  const back = list + filterQuery(readFilter(useSearch()));
  const heading = useRef<HTMLHeadingElement>(null);
  const isFromList = useHistoryState<{ readonly fromList?: boolean } | null>()?.fromList === true;
  useEffect(() => {
    if (isFromList) heading.current?.focus();
  }, [isFromList]);
  return (
    <div>
      <nav aria-label={text.path}>
        <ol className="delivery-path">
          <li>
            <Link href={back}>{text.back}</Link>
          </li>
          <li aria-current="page">
            <ChevronRight aria-hidden />
            <code>{deliveryId}</code>
          </li>
        </ol>
      </nav>
      <h2 id="delivery-title" ref={heading} tabIndex={-1} className="delivery-title">
        {text.title}
      </h2>
    </div>
  );
}
