import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { DeliveryListOptions } from "../../../history/deliveries.js";
import type { DeliveryDetails } from "../../../history/delivery.js";
import type { Subscription } from "../../../subscriptions/present.js";
import { client } from "./client.js";

/** Milliseconds between two looks at what changes by itself while a page is open. */
export const LIVE = 3_000;

/** The longest list of subscriptions that is read whole, so that it can be searched. */
export const MOST_SUBSCRIPTIONS = 1_000;

/** Whether another attempt may change it. */
function isOpen({ completedAt }: DeliveryDetails): boolean {
  return completedAt === null;
}

/** What is kept of the API, each under its key: `["subscriptions", ...]`, `["deliveries", ...]`, `["catalogue", ...]`. */
export const queries = {
  /** All subscriptions at a scope and below, newest first, up to {@link MOST_SUBSCRIPTIONS}. */
  subscriptions: (scope: string) =>
    queryOptions({
      queryKey: ["subscriptions", "list", scope],
      refetchInterval: 5_000,
      placeholderData: keepPreviousData,
      async queryFn({ signal }) {
        const items: Subscription[] = [];
        for await (const item of client.subscriptions.each({ scope, limit: 200 }, { signal })) {
          if (items.length === MOST_SUBSCRIPTIONS) return { items, isWhole: false };
          items.push(item);
        }
        return { items, isWhole: true };
      },
    }),
  /** One subscription, live. */
  subscription: (id: string) =>
    queryOptions({
      queryKey: ["subscriptions", "one", id],
      refetchInterval: LIVE,
      queryFn: ({ signal }) => client.subscriptions.get(id, { signal }),
    }),
  /** Deliveries, newest first, page by page; live. */
  deliveries: (filter: Pick<DeliveryListOptions, "subscriptionId" | "status" | "eventId">) =>
    infiniteQueryOptions({
      queryKey: ["deliveries", "list", filter],
      refetchInterval: LIVE,
      placeholderData: keepPreviousData,
      initialPageParam: undefined as string | undefined,
      queryFn: ({ signal, pageParam }) =>
        client.deliveries.list({ ...filter, limit: 50, cursor: pageParam }, { signal }),
      getNextPageParam: (page) => page.next ?? undefined,
    }),
  /** One delivery with body and attempts; live while it is open. */
  delivery: (id: string) =>
    queryOptions({
      queryKey: ["deliveries", "one", id],
      queryFn: ({ signal }) => client.deliveries.get(id, { signal }),
      refetchInterval: ({ state }) => (state.data === undefined || isOpen(state.data) ? LIVE : false),
    }),
  /** What waits for the next flush; live. */
  pendingEvents: (id: string) =>
    infiniteQueryOptions({
      queryKey: ["subscriptions", "pending", id],
      refetchInterval: LIVE,
      initialPageParam: undefined as string | undefined,
      queryFn: ({ signal, pageParam }) =>
        client.subscriptions.pendingEvents(id, { limit: 50, cursor: pageParam }, { signal }),
      getNextPageParam: (page) => page.next ?? undefined,
    }),
  /** How a subscription did in the last `span`, in pieces of `bucket`. */
  statistics: (id: string, span: number, bucket: `${number}${"s" | "m" | "h" | "d"}`) =>
    queryOptions({
      queryKey: ["subscriptions", "statistics", id, span, bucket],
      refetchInterval: 10_000,
      placeholderData: keepPreviousData,
      queryFn: ({ signal }) =>
        client.subscriptions.statistics(id, { since: Date.now() - span, bucket }, { signal }),
    }),
  /** What can be chosen at a scope. Changes with a new version of the host only. */
  catalogue: (scope: string) =>
    queryOptions({
      queryKey: ["catalogue", scope],
      staleTime: 300_000,
      queryFn: ({ signal }) => client.catalogue(scope, { signal }),
    }),
};
