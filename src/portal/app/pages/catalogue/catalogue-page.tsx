import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queries } from "../../api/queries.js";
import { useScope } from "../../api/scope.js";
import { session } from "../../api/session.js";
import { PageTitle } from "../../shell/page-title.js";
import { useText } from "../../text/index.js";
import { Failure } from "../../ui/failure.js";
import { scopeLabel } from "../../ui/scope-label.js";
import { ScopeSwitcher } from "../../ui/scope-switcher.js";
import { Skeleton } from "../../ui/skeleton.js";
import { EventTypes } from "./event-types.js";
import "./catalogue-page.css";

/** What webhooks can be sent, at the scope that is looked at. */
export default function CataloguePage() {
  const { catalogue: text, common } = useText();
  const [scope] = useScope();
  const [search, setSearch] = useState("");
  const query = useQuery(queries.catalogue(scope));
  return (
    <>
      <div className="catalogue-page-head">
        <PageTitle title={text.title} />
        <p className="catalogue-page-intro">
          {session.scopes.length > 1
            ? text.introAt(scopeLabel(scope, session.scopes, common.root))
            : text.intro}
        </p>
      </div>
      <ScopeSwitcher />
      {query.data !== undefined ? (
        <EventTypes catalogue={query.data} search={search} onSearch={setSearch} />
      ) : query.isError ? (
        <Failure error={query.error} onRetry={() => query.refetch()} />
      ) : (
        <Skeleton lines={16} />
      )}
    </>
  );
}
