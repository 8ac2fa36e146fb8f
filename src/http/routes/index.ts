import type { Route } from "../route.js";
import { catalogueRoutes } from "./catalogue.js";
import { deliveryRoutes } from "./deliveries.js";
import { eventRoutes } from "./events.js";
import { queueRoutes } from "./queue.js";
import { subscriptionRoutes } from "./subscriptions.js";

/** Every route of the API but those that describe it. */
export const ROUTES: readonly Route[] = [
  ...subscriptionRoutes,
  ...queueRoutes,
  ...deliveryRoutes,
  ...eventRoutes,
  ...catalogueRoutes,
];
