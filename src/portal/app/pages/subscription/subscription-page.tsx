import { useQuery } from "@tanstack/react-query";
import { isClientError } from "hookwright/client";
import { ArrowLeft } from "lucide-react";
import { lazy, Suspense } from "react";
import { Link, Route, Switch } from "wouter";
import { queries } from "../../api/queries.js";
import { listAddress } from "../../shell/list-address.js";
import { NotFound } from "../../shell/not-found.js";
import { PageTitle } from "../../shell/page-title.js";
import { useText } from "../../text/index.js";
import { Failure } from "../../ui/failure.js";
import { Skeleton } from "../../ui/skeleton.js";
import { TabLinks } from "../../ui/tabs.js";
import { DisabledNotice } from "./disabled-notice.js";
import { Facts } from "./facts.js";
import { NewSecret } from "./new-secret.js";
import "./subscription-page.css";

const SettingsView = lazy(() => import("../settings/settings-view.js"));
const DeliveriesView = lazy(() => import("../deliveries/deliveries-view.js"));
const DeliveryView = lazy(() => import("../delivery/delivery-view.js"));
const PendingView = lazy(() => import("../pending/pending-view.js"));
const ActivityView = lazy(() => import("../activity/activity-view.js"));
const VerifyView = lazy(() => import("../verify/verify-view.js"));

/** One webhook: its name, how it does, and below that the view that the address names. */
export default function SubscriptionPage({ id }: { readonly id: string }) {
  const { subscription: text } = useText();
  const query = useQuery(queries.subscription(id));
  if (isClientError(query.error, "NOT_FOUND")) return <NotFound title={text.notFoundTitle} />;
  if (query.data === undefined) {
    return query.isError ? (
      <Failure error={query.error} onRetry={() => query.refetch()} />
    ) : (
      <Skeleton lines={10} />
    );
  }
  const subscription = query.data;
  const at = `/subscriptions/${encodeURIComponent(id)}`;
  const tabs = [
    { to: at, label: text.tabs.settings },
    { to: `${at}/deliveries`, label: text.tabs.deliveries },
    ...(subscription.type === "batch" ? [{ to: `${at}/pending`, label: text.tabs.pending }] : []),
    { to: `${at}/activity`, label: text.tabs.activity },
    { to: `${at}/verify`, label: text.tabs.verify },
  ];
  return (
    <>
      <div className="subscription-head">
        <Link href={listAddress()} className="subscription-back">
          <ArrowLeft aria-hidden />
          {text.back}
        </Link>
        <PageTitle title={subscription.name} />
        <Facts subscription={subscription} />
      </div>
      <DisabledNotice subscription={subscription} />
      <NewSecret id={id} />
      <TabLinks label={text.tabs.label} items={tabs} />
      <Suspense fallback={<Skeleton lines={8} />}>
        <Switch>
          <Route path="/subscriptions/:id">
            <SettingsView subscription={subscription} />
          </Route>
          <Route path="/subscriptions/:id/deliveries">
            <DeliveriesView subscription={subscription} />
          </Route>
          <Route path="/subscriptions/:id/deliveries/:deliveryId">
            {({ deliveryId }) => (
              <DeliveryView
                key={deliveryId}
                subscription={subscription}
                deliveryId={decodeURIComponent(deliveryId)}
              />
            )}
          </Route>
          <Route path="/subscriptions/:id/pending">
            <PendingView subscription={subscription} />
          </Route>
          <Route path="/subscriptions/:id/activity">
            <ActivityView subscription={subscription} />
          </Route>
          <Route path="/subscriptions/:id/verify">
            <VerifyView subscription={subscription} />
          </Route>
          <Route>
            <NotFound />
          </Route>
        </Switch>
      </Suspense>
    </>
  );
}
