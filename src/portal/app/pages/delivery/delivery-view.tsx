import type { Subscription } from "../../../../subscriptions/present.js";

/** Placeholder that the view's author replaces. */
export default function View(props: { readonly subscription: Subscription; readonly deliveryId: string }) {
  return <p>{props.deliveryId}</p>;
}
