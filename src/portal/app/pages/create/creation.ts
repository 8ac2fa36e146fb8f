import type { Subscription } from "../../../../subscriptions/present.js";

/** What is sent to create a webhook. */
export interface Creation {
  readonly scope: string;
  readonly type: Subscription["type"];
  readonly name: string;
}

/** Spaces around a name are never meant. */
export function creationOf({ name, ...rest }: Creation): Creation {
  return { ...rest, name: name.trim() };
}

/**
 * Answers a key for each creation: the same for each try of one and the same, so that pressing twice, or again after an
 * answer got lost, creates one; another when something was changed, for the server refuses a key that comes with
 * something else.
 */
export function creationKeys(random: () => string = randomKey): (creation: Creation) => string {
  let last: { readonly text: string; readonly key: string } | null = null;
  return ({ scope, type, name }) => {
    const text = JSON.stringify([scope, type, name]);
    if (last?.text !== text) last = { text, key: random() };
    return last.key;
  };
}

/** As good as unique. A page that is not served over HTTPS has no `randomUUID`. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
