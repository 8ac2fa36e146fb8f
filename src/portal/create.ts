import type { Webhooks } from "../api.js";
import type { AnyCatalogue } from "../catalogue/catalogue.js";
import type { Handler } from "../http/handler.js";
import type { PortalOptions } from "./options.js";
import { pages } from "./pages.gen.js";
import { portalOf } from "./portal.js";

/**
 * Pages for subscriptions, deliveries and the catalogue, and the management API that they use, under one path and
 * behind the host's own login. What it answers never rejects.
 *
 *     const portal = createPortal(webhooks, { basePath: "/webhooks", authorize });
 *     app.use("/webhooks", toNodeHandler(portal));                       // Express
 *     app.all("/webhooks/*", (c) => portal(c.req.raw));                  // Hono
 *
 * In Next it is the handler of a route `[[...path]]`.
 *
 * Pages are confined as the API is: to the scope that `authorize` answers. Nothing is fetched from anywhere else.
 *
 * @throws WebhookError `CONFIGURATION` when the options are not acceptable, above all without `authorize`.
 */
export function createPortal<C extends AnyCatalogue, Tx>(
  webhooks: Webhooks<C, Tx>,
  options: PortalOptions,
): Handler {
  return portalOf(pages, webhooks, options);
}
