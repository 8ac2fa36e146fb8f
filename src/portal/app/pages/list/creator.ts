import type { Actor } from "../../../../subscriptions/document.js";
import type { Text } from "../../text/index.js";

/** Who made it, as people call them. */
export function creatorName(actor: Actor | null, list: Text["list"]): string {
  if (actor === null) return list.noCreator;
  return actor.name ?? (actor.type === "system" ? list.system : actor.id);
}

/** The address of a webhook's pages. */
export function addressOf(id: string): string {
  return `/subscriptions/${encodeURIComponent(id)}`;
}
