import { lazy, Suspense } from "react";
import { Route, Switch } from "wouter";
import { Boundary } from "./shell/boundary.js";
import { NotFound } from "./shell/not-found.js";
import { Shell } from "./shell/shell.js";
import { Skeleton } from "./ui/skeleton.js";

const ListPage = lazy(() => import("./pages/list/list-page.js"));
const CreatePage = lazy(() => import("./pages/create/create-page.js"));
const CataloguePage = lazy(() => import("./pages/catalogue/catalogue-page.js"));
const SubscriptionPage = lazy(() => import("./pages/subscription/subscription-page.js"));

/** Every page by its address; each is loaded when it is first opened. */
export function App() {
  return (
    <Shell>
      <Boundary>
        <Suspense fallback={<Skeleton lines={8} />}>
          <Switch>
            <Route path="/" component={ListPage} />
            <Route path="/new" component={CreatePage} />
            <Route path="/catalogue" component={CataloguePage} />
            <Route path="/subscriptions/:id/*?">
              {({ id }) => <SubscriptionPage key={id} id={decodeURIComponent(id)} />}
            </Route>
            <Route>
              <NotFound />
            </Route>
          </Switch>
        </Suspense>
      </Boundary>
    </Shell>
  );
}
