import { useState } from "react";
import { useLocation, useSearch } from "wouter";
import type { Subscription } from "../../../../subscriptions/present.js";
import { may } from "../../api/session.js";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { DeliveryList } from "./delivery-list.js";
import { type Filter, filterQuery, readFilter } from "./filter.js";
import { FilterBar } from "./filter-bar.js";
import { RecoverDialog } from "./recover-dialog.js";
import { SendTestDialog } from "./send-test-dialog.js";
import "./deliveries-view.css";

/** What was sent to a webhook's endpoint, newest first and live, with what can be done about it. */
export default function DeliveriesView({ subscription }: { readonly subscription: Subscription }) {
  const { deliveries: text } = useText();
  const [location, navigate] = useLocation();
  const filter = readFilter(useSearch());
  const [dialog, setDialog] = useState<"test" | "recover" | null>(null);
  const show = (next: Filter) => navigate(location + filterQuery(next));
  const close = () => setDialog(null);
  return (
    <section className="deliveries" aria-labelledby="deliveries-title">
      <div className="deliveries-head">
        <h2 id="deliveries-title">{text.title}</h2>
        {may("write") && (
          <div className="deliveries-actions">
            <Button onClick={() => setDialog("recover")}>{text.recover.open}</Button>
            <Button look="primary" onClick={() => setDialog("test")}>
              {text.sendTest.open}
            </Button>
          </div>
        )}
      </div>
      <FilterBar key={filter.eventId} filter={filter} onChange={show} subscription={subscription} />
      <DeliveryList
        subscription={subscription}
        filter={filter}
        onShowAll={() => show({ status: null, eventId: null })}
      />
      {dialog === "test" && <SendTestDialog subscription={subscription} onClose={close} />}
      {dialog === "recover" && <RecoverDialog subscription={subscription} onClose={close} />}
    </section>
  );
}
