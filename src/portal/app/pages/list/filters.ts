import type { Subscription } from "../../../../subscriptions/present.js";
import { HEALTHS, type ListHealth, listHealth } from "./health.js";

/** Which webhooks the list shows, and in what order. Empty texts: any. */
export interface Filters {
  /** Words, each of which must be somewhere in the name, the description, the URL or the events. */
  readonly text: string;
  readonly status: "" | "enabled" | "disabled";
  readonly health: "" | ListHealth;
  readonly type: "" | Subscription["type"];
  readonly sort: Sort;
}

/** Orders of the list. */
export const SORTS = ["newest", "name", "last"] as const;

/** `newest` and `last` delivery: latest first. `name`: as in a dictionary. */
export type Sort = (typeof SORTS)[number];

/** Nothing chosen. */
export const ALL: Filters = { text: "", status: "", health: "", type: "", sort: "newest" };

/** By the names of the parameters in the address. */
const CHOICES = {
  status: ["enabled", "disabled"],
  health: HEALTHS,
  type: ["event", "batch"],
  sort: SORTS,
} as const;

/** What an address says; what is not a choice counts as not said. */
export function filtersOf(params: URLSearchParams): Filters {
  const chosen = <T extends string>(name: string, choices: readonly T[]) =>
    choices.find((choice) => choice === params.get(name));
  return {
    text: params.get("q") ?? ALL.text,
    status: chosen("status", CHOICES.status) ?? ALL.status,
    health: chosen("health", CHOICES.health) ?? ALL.health,
    type: chosen("type", CHOICES.type) ?? ALL.type,
    sort: chosen("sort", CHOICES.sort) ?? ALL.sort,
  };
}

/** An address's parameters with these filters; what is as {@link ALL} has it is left out, what is not ours stays. */
export function withFilters(params: URLSearchParams, { text, ...rest }: Filters): URLSearchParams {
  const after = new URLSearchParams(params);
  const wanted = { q: text, ...rest };
  const none = { q: ALL.text, ...ALL } as Readonly<Record<string, string>>;
  for (const [name, value] of Object.entries(wanted)) {
    if (value === none[name]) after.delete(name);
    else after.set(name, value);
  }
  return after;
}

/** Whether some webhooks may be left out. */
export function isFiltered({ text, status, health, type }: Filters): boolean {
  return text.trim() !== "" || status !== "" || health !== "" || type !== "";
}

/** Whether the list shows it. */
export function matches(subscription: Subscription, filters: Filters): boolean {
  const { status, health, type } = filters;
  if (status !== "" && subscription.enabled !== (status === "enabled")) return false;
  if (type !== "" && subscription.type !== type) return false;
  if (health !== "" && listHealth(subscription) !== health) return false;
  const words = filters.text.toLowerCase().split(/\s+/);
  const { name, description, url, events } = subscription;
  const texts = [name, description ?? "", url ?? "", ...events].map((text) => text.toLowerCase());
  return words.every((word) => texts.some((text) => text.includes(word) || hears(text, word)));
}

/** `signin.*` hears `signin.session.created`. `*` hears all, so that no word would tell it from others. */
function hears(pattern: string, word: string): boolean {
  return pattern.endsWith(".*") && word.startsWith(pattern.slice(0, -1));
}

/** In the order chosen; the newest first among equals. */
export function sorted(subscriptions: readonly Subscription[], sort: Sort): Subscription[] {
  const newest = [...subscriptions].sort((a, b) => descending(a.createdAt, b.createdAt));
  if (sort === "name") return newest.sort((a, b) => names.compare(a.name, b.name));
  // ISO 8601 in UTC sorts as text; those that never sent anything come last.
  if (sort === "last")
    return newest.sort((a, b) => descending(a.health.lastAttemptAt ?? "", b.health.lastAttemptAt ?? ""));
  return newest;
}

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

function descending(a: string, b: string): number {
  return a < b ? 1 : a > b ? -1 : 0;
}
