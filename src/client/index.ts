/** A typed client of the management API, for browsers and Node. Nothing but ky is loaded with it. */
export type { EventTypeChoice, EventTypeDescription, EventTypeGroup } from "../catalogue/catalogue.js";
export type { Attempt } from "../history/attempt.js";
export type { DeliveryListOptions } from "../history/deliveries.js";
export type { Delivery, DeliveryDetails } from "../history/delivery.js";
export type { EventListOptions, PublishedEvent } from "../history/events.js";
export type { Moment } from "../history/moment.js";
export type { PendingEvent } from "../history/pending.js";
export type { StatisticsBucket, StatisticsOptions, SubscriptionStatistics } from "../history/statistics.js";
export type { OpenApiDocument } from "../http/openapi.js";
export type { HttpProblemCode, Problem, ProblemError } from "../http/problem.js";
export type { DeliveryError, DeliveryKind, DeliveryStatus } from "../model/delivery.js";
export type { WebhookErrorCode } from "../model/errors.js";
export type { Published } from "../publish/publisher.js";
export type { SubscriptionWithSecret } from "../subscriptions/create.js";
export type { SubscriptionInput, SubscriptionPatch } from "../subscriptions/input.js";
export type { SubscriptionListOptions } from "../subscriptions/list.js";
export type { Page, PageOptions } from "../subscriptions/page.js";
export type { Subscription, SubscriptionHealthView, SubscriptionSigning } from "../subscriptions/present.js";
export type { RotateOptions } from "../subscriptions/rotate.js";
export type { RecoverOptions } from "../wiring/recover.js";
export type { CallOptions, ChangeOptions, KeyedOptions } from "./call-options.js";
export { type Client, createClient, type ScopeCatalogue } from "./client.js";
export type { ClientDeliveries } from "./deliveries.js";
export {
  CLIENT_ERROR_CODES,
  ClientError,
  type ClientErrorCode,
  type ClientErrorFacts,
  isClientError,
} from "./error.js";
export type { ClientEvents, ClientPublishOptions } from "./events.js";
export type { ClientHeaders, ClientOptions, RetryOptions } from "./options.js";
export type { ClientSubscriptions } from "./subscriptions.js";
