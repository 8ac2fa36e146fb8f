// Names only: what a host imports from "hookwright".
export type {
  Counts,
  EventOf,
  PublishOptions,
  StopOptions,
  Subscriptions,
  Webhooks,
  WebhooksSettings,
} from "./api.js";
export * from "./catalogue/index.js";
export type { EndpointOptions, ProxyOptions } from "./endpoints/options.js";
export type { EndpointPolicy } from "./endpoints/policy.js";
export type { PolicyAware } from "./endpoints/policy-aware.js";
export type { Attempt } from "./history/attempt.js";
export type { DeliveryListOptions } from "./history/deliveries.js";
export type { Delivery, DeliveryDetails } from "./history/delivery.js";
export type { EventListOptions, PublishedEvent } from "./history/events.js";
export type { Moment } from "./history/moment.js";
export type { PendingEvent } from "./history/pending.js";
export type { StatisticsBucket, StatisticsOptions, SubscriptionStatistics } from "./history/statistics.js";
export type {
  AttemptRecord,
  DeliveryError,
  DeliveryKind,
  DeliveryRecord,
  DeliveryStatus,
  LeasedDelivery,
  NewDelivery,
  Outcome,
} from "./model/delivery.js";
export {
  type Issue,
  isWebhookError,
  WEBHOOK_ERROR_CODES,
  WebhookError,
  type WebhookErrorCode,
} from "./model/errors.js";
export type { EventRecord, PendingRecord } from "./model/event.js";
export type { AnswerMeaning, Format, FormatAnswer, FormatEvent, FormatSubscription } from "./model/format.js";
export type { Logger } from "./model/logger.js";
export type { SignatureScheme, SignedMessage } from "./model/signature.js";
export type {
  Backlog,
  ClaimRequest,
  DeliveryLog,
  DeliveryQuery,
  DeliveryQueue,
  Entries,
  EventQuery,
  Inbox,
  InboxEvent,
  PageRequest,
  PendingQuery,
  Position,
  Refusal,
  RequeueRequest,
  SealRequest,
  Settled,
  StatisticsQuery,
  Store,
  StoredBucket,
  StoredStatistics,
  SubscriptionQuery,
  SubscriptionSave,
  SubscriptionStore,
  TakeRequest,
} from "./model/store.js";
export {
  applyHealth,
  FRESH_HEALTH,
  type HealthChange,
  type StoredSubscription,
  type SubscriptionHealth,
  type SubscriptionRecord,
} from "./model/subscription.js";
export type { Clock, Duration, Millis } from "./model/time.js";
export type {
  Transport,
  TransportFailureReason,
  TransportRequest,
  TransportResult,
} from "./model/transport.js";
export type { WebhooksOptions } from "./options.js";
export type { EventDetails } from "./publish/draft.js";
export type { Published } from "./publish/publisher.js";
export { stripeScheme } from "./signature/schemes/stripe.js";
export type { AutoDisable } from "./subscriptions/auto-disable.js";
export type { SubscriptionWithSecret } from "./subscriptions/create.js";
export type { Actor, DisabledReason, SubscriptionType } from "./subscriptions/document.js";
export type { HealthStatus } from "./subscriptions/health.js";
export type {
  ActorContext,
  ChangeContext,
  CreateContext,
  SubscriptionFields,
  SubscriptionInput,
  SubscriptionPatch,
  WithinContext,
} from "./subscriptions/input.js";
export type { SubscriptionListOptions } from "./subscriptions/list.js";
export type { Manage } from "./subscriptions/manage.js";
export type { Page, PageOptions } from "./subscriptions/page.js";
export type { Subscription, SubscriptionHealthView, SubscriptionSigning } from "./subscriptions/present.js";
export type { RotateOptions } from "./subscriptions/rotate.js";
export { createWebhooks } from "./webhooks.js";
export type { WebhooksEvents, WebhooksListener } from "./wiring/observe.js";
export type { RecoverOptions } from "./wiring/recover.js";
