import type { ReactNode } from "react";
import type { DeliveryDetails } from "../../../../history/delivery.js";
import type { Subscription } from "../../../../subscriptions/present.js";
import { useText } from "../../text/index.js";
import { CopyButton } from "../../ui/copy-button.js";
import { Countdown } from "../../ui/countdown.js";
import { DeliveryPill } from "../../ui/delivery-pill.js";
import { FactList } from "../../ui/facts.js";
import { Time } from "../../ui/time.js";

/** Events of a batch that are named at once; the rest opens. */
const FIRST = 3;

/** What is known of a delivery but for its body and its attempts. */
export function DeliveryFacts(props: {
  readonly delivery: DeliveryDetails;
  readonly subscription: Subscription;
  readonly actions: ReactNode;
}) {
  const { delivery: text, common } = useText();
  const { delivery, subscription, actions } = props;
  const { facts } = text;
  const { id, type, kind, status, attempts, eventIds, createdAt, completedAt, error } = delivery;
  const items = [
    {
      key: "status",
      name: facts.status,
      value: (
        <>
          <DeliveryPill status={status} />{" "}
          <span className="delivery-muted">{common.deliveryStatusMeaning[status]}</span>
        </>
      ),
    },
    completedAt === null
      ? { key: "next", name: facts.next, value: <Next delivery={delivery} subscription={subscription} /> }
      : { key: "end", name: facts.ended[status], value: <Time at={completedAt} show="both" /> },
    { key: "created", name: facts.created, value: <Time at={createdAt} show="both" /> },
    { key: "attempts", name: facts.attempts, value: attempts },
    { key: "type", name: facts.type, value: <code>{type}</code> },
    { key: "kind", name: facts.kind, value: text.kind[kind] },
    { key: "id", name: facts.id, value: <Copied id={id} label={facts.id} /> },
    {
      key: "events",
      name: eventIds.length === 1 ? facts.event : facts.events,
      value: <EventIds ids={eventIds} />,
    },
    ...(error === null ? [] : [{ key: "error", name: facts.error, value: error.message }]),
  ];
  return (
    <div className="delivery-box">
      <FactList items={items} />
      {actions}
    </div>
  );
}

function Next({
  delivery,
  subscription,
}: {
  readonly delivery: DeliveryDetails;
  readonly subscription: Subscription;
}) {
  const { delivery: text } = useText();
  const { nextAttemptAt } = delivery;
  const { heldUntil } = subscription.health;
  if (!subscription.enabled) return text.nextDisabled;
  if (nextAttemptAt === null) return null;
  const isHeld = heldUntil !== null && Date.parse(heldUntil) > Date.parse(nextAttemptAt);
  const at = isHeld ? heldUntil : nextAttemptAt;
  return (
    <>
      <Countdown at={at} show={text.nextIn} past={text.nextDue} />{" "}
      <span className="delivery-muted">
        <Time at={at} show="absolute" />
      </span>
      {isHeld && <p className="delivery-muted">{text.nextHeld}</p>}
    </>
  );
}

function Copied({ id, label }: { readonly id: string; readonly label: string }) {
  return (
    <span className="delivery-id-copy">
      <code>{id}</code>
      <CopyButton text={id} label={label} />
    </span>
  );
}

function EventIds({ ids }: { readonly ids: readonly string[] }) {
  const { delivery: text } = useText();
  const { facts } = text;
  const [only] = ids;
  if (ids.length === 1 && only !== undefined) return <Copied id={only} label={facts.event} />;
  const list = (some: readonly string[]) => (
    <ul className="delivery-ids">
      {some.map((id) => (
        <li key={id}>
          <code>{id}</code>
        </li>
      ))}
    </ul>
  );
  return (
    <>
      {ids.length <= FIRST ? (
        list(ids)
      ) : (
        <details className="delivery-more-ids">
          <summary>{text.moreIds(ids.length)}</summary>
          {list(ids)}
        </details>
      )}
      <CopyButton text={ids.join("\n")} label={facts.events} />
    </>
  );
}
