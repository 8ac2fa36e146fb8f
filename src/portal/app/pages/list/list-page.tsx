import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useEffect } from "react";
import { useSearch } from "wouter";
import { MOST_SUBSCRIPTIONS, queries } from "../../api/queries.js";
import { useScope, withScope } from "../../api/scope.js";
import { may } from "../../api/session.js";
import { rememberList } from "../../shell/list-address.js";
import { PageTitle } from "../../shell/page-title.js";
import { useText } from "../../text/index.js";
import { ButtonLink } from "../../ui/button-link.js";
import { Failure } from "../../ui/failure.js";
import { Notice } from "../../ui/notice.js";
import { ScopeSwitcher } from "../../ui/scope-switcher.js";
import { Skeleton } from "../../ui/skeleton.js";
import { ListEmpty } from "./list-empty.js";
import { Results } from "./results.js";
import "./list-page.css";

/** The webhooks of a scope and of those below it. */
export default function ListPage() {
  const { list } = useText();
  const [scope] = useScope();
  const query = useQuery(queries.subscriptions(scope));
  const search = useSearch();
  // The text that stands in its place has the same button.
  const isEmpty = query.data?.items.length === 0;
  useEffect(() => rememberList(search), [search]);
  return (
    <>
      <div className="list-page-head">
        <PageTitle title={list.title} />
        {may("write") && !isEmpty && (
          <ButtonLink to={withScope("/new", scope)} look="primary">
            <Plus aria-hidden />
            {list.create}
          </ButtonLink>
        )}
      </div>
      <ScopeSwitcher />
      {query.isError && (
        <Failure
          error={query.error}
          onRetry={() => query.refetch()}
          {...(query.data === undefined ? {} : { title: list.stale })}
        />
      )}
      {query.isPending && <Skeleton lines={12} />}
      {query.data !== undefined && (
        <div className="list-page-content" aria-busy={query.isPlaceholderData}>
          {!query.data.isWhole && <Notice tone="warn">{list.notWhole(MOST_SUBSCRIPTIONS)}</Notice>}
          {isEmpty ? <ListEmpty scope={scope} /> : <Results webhooks={query.data.items} scope={scope} />}
        </div>
      )}
    </>
  );
}
