import type { StatisticsOptions } from "../../history/statistics.js";
import type { PageOptions } from "../../subscriptions/page.js";
import type { RecoverOptions } from "../../wiring/recover.js";
import { onlyFields } from "../reach.js";
import type { Route } from "../route.js";
import * as schemas from "../schemas/index.js";

const tag = "Subscriptions";

/** What waits for a subscription, what it missed, and how it did. */
export const queueRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/subscriptions/{id}/flush",
    id: "flushSubscription",
    summary: "Sends the events that wait now, without waiting for the batch to fill.",
    tag,
    permission: "write",
    headers: ["idempotency-key"],
    answer: { status: 200, schema: schemas.countAnswer, description: "How many events." },
    async handle({ webhooks, authorization, id, body }) {
      onlyFields(body, []);
      return { body: { events: await webhooks.subscriptions.flush(id, { within: authorization.scope }) } };
    },
  },
  {
    method: "POST",
    path: "/subscriptions/{id}/recover",
    id: "recoverSubscription",
    summary: "Brings back what it did not get since a moment: exhausted, cancelled and missed events.",
    tag,
    permission: "write",
    body: { schema: schemas.recoverBody, required: true },
    headers: ["idempotency-key"],
    answer: { status: 200, schema: schemas.countAnswer, description: "How many events." },
    async handle({ webhooks, authorization, id, body }) {
      onlyFields(body, ["since", "until"]);
      const options = { ...(body as unknown as RecoverOptions), within: authorization.scope };
      return { body: { events: await webhooks.subscriptions.recover(id, options) } };
    },
  },
  {
    method: "GET",
    path: "/subscriptions/{id}/pending-events",
    id: "listPendingEvents",
    summary: "Lists the events that wait for the next flush, in the order they wait.",
    tag,
    permission: "read",
    query: schemas.pageQuery,
    answer: {
      status: 200,
      schema: schemas.pageOf(schemas.pendingEventAnswer),
      description: "A page of them.",
    },
    async handle({ webhooks, authorization, id, query }) {
      const page = { ...(query as PageOptions), within: authorization.scope };
      return { body: await webhooks.subscriptions.pendingEvents(id, page) };
    },
  },
  {
    method: "GET",
    path: "/subscriptions/{id}/statistics",
    id: "getStatistics",
    summary: "Counts what became of its deliveries, by the time they were made.",
    tag,
    permission: "read",
    query: schemas.statisticsQuery,
    answer: {
      status: 200,
      schema: schemas.statisticsAnswer,
      description: "One entry for each bucket of time.",
    },
    async handle({ webhooks, authorization, id, query }) {
      const options = { ...(query as StatisticsOptions), within: authorization.scope };
      return { body: await webhooks.subscriptions.statistics(id, options) };
    },
  },
];
