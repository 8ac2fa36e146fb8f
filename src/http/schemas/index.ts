/** What goes over the wire: bodies, queries and answers as zod schemas, from which OpenAPI is made. */
export { type CatalogueAnswer, catalogueAnswer } from "./catalogue.js";
export { countAnswer } from "./count.js";
export { deliveryAnswer, deliveryDetailsAnswer } from "./delivery.js";
export { eventAnswer, pendingEventAnswer, publishedAnswer } from "./event.js";
export { pageOf } from "./page.js";
export { problemAnswer } from "./problem.js";
export {
  catalogueQuery,
  listDeliveriesQuery,
  listEventsQuery,
  listSubscriptionsQuery,
  pageQuery,
  statisticsQuery,
} from "./query.js";
export {
  publishBody,
  recoverBody,
  rotateBody,
  subscriptionInput,
  subscriptionPatch,
  testBody,
} from "./request.js";
export { statisticsAnswer } from "./statistics.js";
export { subscriptionAnswer, subscriptionWithSecretAnswer } from "./subscription.js";
