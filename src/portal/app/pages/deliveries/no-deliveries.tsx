import type { Subscription } from "../../../../subscriptions/present.js";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { Empty } from "../../ui/empty.js";

/** Why there are no deliveries to see, and what makes some. `onShowAll`: a filter hides them. */
export function NoDeliveries(props: {
  readonly subscription: Subscription;
  readonly onShowAll: (() => void) | null;
}) {
  const { deliveries: text } = useText();
  const { subscription, onShowAll } = props;
  if (onShowAll !== null) {
    return (
      <Empty title={text.noneTitle} level={3} actions={<Button onClick={onShowAll}>{text.showAll}</Button>}>
        <p>{text.none}</p>
      </Empty>
    );
  }
  return (
    <Empty title={text.emptyTitle} level={3}>
      <p>{text.empty[subscription.type]}</p>
      {subscription.url === null ? (
        <p>{text.emptyNoUrl}</p>
      ) : (
        <p>{subscription.enabled ? text.emptyHow : text.emptyDisabled}</p>
      )}
    </Empty>
  );
}
