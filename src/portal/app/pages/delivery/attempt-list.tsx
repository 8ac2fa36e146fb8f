import type { DeliveryDetails } from "../../../../history/delivery.js";
import { useText } from "../../text/index.js";
import { AttemptCard } from "./attempt-card.js";
import { attemptSlots } from "./attempt-slots.js";

/** Every attempt of a delivery, newest first. */
export function AttemptList({ delivery }: { readonly delivery: DeliveryDetails }) {
  const { delivery: words } = useText();
  const text = words.attempts;
  const slots = attemptSlots(delivery);
  return (
    <section className="attempts" aria-labelledby="attempts-title">
      <div>
        <h2 id="attempts-title">{text.title}</h2>
        <p className="delivery-muted">{slots.length === 0 ? text.none : text.text}</p>
      </div>
      {slots.map((slot) =>
        slot.kind === "recorded" ? (
          <AttemptCard key={slot.number} attempt={slot.attempt} />
        ) : (
          <section key={slot.number} className="attempt" aria-labelledby={`attempt-${slot.number}`}>
            <h3 id={`attempt-${slot.number}`}>{text.attempt(slot.number)}</h3>
            <p className="delivery-muted">{slot.kind === "open" ? text.underWay : text.missing}</p>
          </section>
        ),
      )}
    </section>
  );
}
