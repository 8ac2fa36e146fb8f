import type { DeliveryStatus } from "../../../../model/delivery.js";

/** Which deliveries of a webhook are looked at. */
export interface Filter {
  readonly status: DeliveryStatus | null;
  readonly eventId: string | null;
}

/** Every status, in the order in which one asks for them. */
export const STATUSES: readonly DeliveryStatus[] = [
  "failed",
  "exhausted",
  "pending",
  "delivered",
  "cancelled",
];

/** The filter in the query of an address; what is none there is left out. */
export function readFilter(query: string): Filter {
  const params = new URLSearchParams(query);
  const status = STATUSES.find((each) => each === params.get("status")) ?? null;
  return { status, eventId: params.get("event")?.trim() || null };
}

/** The same as a query with its question mark; empty where all are meant. */
export function filterQuery({ status, eventId }: Filter): string {
  const params = new URLSearchParams();
  if (status !== null) params.set("status", status);
  if (eventId !== null) params.set("event", eventId);
  const query = params.toString();
  return query === "" ? "" : `?${query}`;
}
