import { useState } from "react";
import type { Subscription } from "../../../../subscriptions/present.js";
import { session } from "../../api/session.js";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { Empty } from "../../ui/empty.js";
import { useMedia } from "../../ui/media.js";
import { FilterBar } from "./filter-bar.js";
import { isFiltered, matches, sorted } from "./filters.js";
import { HealthLegend } from "./health-legend.js";
import { useFilters } from "./use-filters.js";
import { useSteady } from "./use-steady.js";
import { WebhookCards } from "./webhook-cards.js";
import { WebhookTable } from "./webhook-table.js";
import "./results.css";

/** Webhooks that are drawn at once, and that one press adds. */
const PART = 100;

/** Too narrow for this many columns: {@link WebhookCards} then. */
const NARROW = "(max-width: 64rem)";

/** The webhooks of a scope with what narrows them down. */
export function Results(props: { readonly webhooks: readonly Subscription[]; readonly scope: string }) {
  const { list } = useText();
  const { webhooks, scope } = props;
  const { filters, choose, clear } = useFilters();
  const [limit, setLimit] = useState(PART);
  const isNarrow = useMedia(NARROW);
  const found = sorted(
    webhooks.filter((webhook) => matches(webhook, filters)),
    filters.sort,
  );
  const steady = useSteady(found, JSON.stringify([scope, filters]));
  // Only what is sorted by something that changes by itself would move.
  const shown = filters.sort === "last" ? steady : found;
  const rest = Math.min(PART, shown.length - limit);
  const Webhooks = isNarrow ? WebhookCards : WebhookTable;
  const showScope = session.scopes.length > 1 || webhooks.some((webhook) => webhook.scope !== scope);
  return (
    <>
      <FilterBar filters={filters} onChange={choose} />
      <div className="results-count">
        <p role="status">{list.count(shown.length, webhooks.length)}</p>
        {isFiltered(filters) && shown.length > 0 && (
          <Button look="quiet" onClick={clear}>
            {list.clear}
          </Button>
        )}
      </div>
      {shown.length === 0 ? (
        <Empty title={list.noMatchTitle} actions={<Button onClick={clear}>{list.clear}</Button>}>
          <p>{list.noMatch}</p>
        </Empty>
      ) : (
        <>
          <Webhooks webhooks={shown.slice(0, limit)} showScope={showScope} />
          {rest > 0 && (
            <div>
              <Button onClick={() => setLimit(limit + PART)}>{list.showMore(rest)}</Button>
            </div>
          )}
          <HealthLegend />
        </>
      )}
    </>
  );
}
