import type { SubscriptionWithSecret } from "../../subscriptions/create.js";
import type { SubscriptionInput, SubscriptionPatch } from "../../subscriptions/input.js";
import type { SubscriptionListOptions } from "../../subscriptions/list.js";
import type { RotateOptions } from "../../subscriptions/rotate.js";
import { may } from "../authorize.js";
import { onlyFields, reached } from "../reach.js";
import type { Call, Result, Route } from "../route.js";
import * as schemas from "../schemas/index.js";

const tag = "Subscriptions";

/** Who changes what, and only what is theirs. */
export function changing({ authorization, ifVersion }: Call) {
  return { actor: authorization.actor, within: authorization.scope, ifVersion };
}

/** Secrets are for those who may see them. */
function withSecret({ authorization }: Call, made: SubscriptionWithSecret): Result {
  const { subscription, secret } = made;
  const body = { subscription, secret: may(authorization, "reveal") ? secret : null };
  return { body, version: subscription.version };
}

/** Creating, reading, changing and deleting subscriptions. */
export const subscriptionRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/subscriptions",
    id: "listSubscriptions",
    summary: "Lists subscriptions, newest first.",
    tag,
    permission: "read",
    query: schemas.listSubscriptionsQuery,
    answer: {
      status: 200,
      schema: schemas.pageOf(schemas.subscriptionAnswer),
      description: "A page of them.",
    },
    async handle({ webhooks, authorization, query }) {
      const { scope: given, ...rest } = query as SubscriptionListOptions;
      const scope = reached(authorization, given);
      return { body: await webhooks.subscriptions.list({ descendants: true, ...rest, scope }) };
    },
  },
  {
    method: "POST",
    path: "/subscriptions",
    id: "createSubscription",
    summary: "Creates a subscription, disabled unless it says otherwise; a name is enough.",
    tag,
    permission: "write",
    body: { schema: schemas.subscriptionInput, required: true },
    headers: ["idempotency-key"],
    answer: {
      status: 201,
      schema: schemas.subscriptionWithSecretAnswer,
      description: "The subscription, and the secret to verify with: it is not shown again.",
    },
    async handle(call) {
      const { webhooks, authorization, body, idempotencyKey } = call;
      const scope = reached(authorization, body.scope);
      const input = { ...body, scope } as unknown as SubscriptionInput;
      const context = { actor: authorization.actor, idempotencyKey };
      const made = await webhooks.subscriptions.create(input, context);
      return { ...withSecret(call, made), location: `/subscriptions/${made.subscription.id}` };
    },
  },
  {
    method: "GET",
    path: "/subscriptions/{id}",
    id: "getSubscription",
    summary: "Reads a subscription.",
    tag,
    permission: "read",
    answer: { status: 200, schema: schemas.subscriptionAnswer, description: "The subscription." },
    async handle({ webhooks, authorization, id }) {
      const body = await webhooks.subscriptions.get(id, { within: authorization.scope });
      return { body, version: body.version };
    },
  },
  {
    method: "PATCH",
    path: "/subscriptions/{id}",
    id: "updateSubscription",
    summary: 'Changes the fields given, each as a whole; {"enabled": true} resumes it.',
    tag,
    permission: "write",
    body: { schema: schemas.subscriptionPatch, required: true },
    headers: ["if-match"],
    answer: { status: 200, schema: schemas.subscriptionAnswer, description: "As it is now." },
    async handle(call) {
      const patch = call.body as SubscriptionPatch;
      const body = await call.webhooks.subscriptions.update(call.id, patch, changing(call));
      return { body, version: body.version };
    },
  },
  {
    method: "DELETE",
    path: "/subscriptions/{id}",
    id: "deleteSubscription",
    summary: "Deletes a subscription, cancels its open deliveries and drops what waits for it.",
    tag,
    permission: "write",
    headers: ["if-match"],
    answer: { status: 204, schema: null, description: "It is gone." },
    async handle(call) {
      onlyFields(call.body, []);
      await call.webhooks.subscriptions.delete(call.id, changing(call));
      return { body: null };
    },
  },
  {
    method: "POST",
    path: "/subscriptions/{id}/rotate-secret",
    id: "rotateSecret",
    summary: "Replaces the signing secret; the old ones sign too until the overlap ends.",
    tag,
    permission: "write",
    body: { schema: schemas.rotateBody, required: false },
    headers: ["if-match", "idempotency-key"],
    answer: {
      status: 200,
      schema: schemas.subscriptionWithSecretAnswer,
      description: "The subscription, and the new secret: it is not shown again.",
    },
    async handle(call) {
      const options = call.body as RotateOptions;
      const made = await call.webhooks.subscriptions.rotateSecret(call.id, options, changing(call));
      return withSecret(call, made);
    },
  },
  {
    method: "POST",
    path: "/subscriptions/{id}/test",
    id: "sendTest",
    summary: "Sends an event type's example, once; it counts for nothing.",
    tag,
    permission: "write",
    body: { schema: schemas.testBody, required: false },
    headers: ["idempotency-key"],
    answer: { status: 200, schema: schemas.deliveryAnswer, description: "The delivery, with what it met." },
    async handle({ webhooks, authorization, id, body }) {
      onlyFields(body, ["type"]);
      return { body: await webhooks.subscriptions.sendTest(id, { ...body, within: authorization.scope }) };
    },
  },
];
