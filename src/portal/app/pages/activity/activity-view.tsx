import type { Subscription } from "../../../../subscriptions/present.js";

/** Placeholder that the view's author replaces. */
export default function View({ subscription }: { readonly subscription: Subscription }) {
  return <p>{subscription.id}</p>;
}
