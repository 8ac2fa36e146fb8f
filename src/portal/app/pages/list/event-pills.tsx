import { useState } from "react";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { Pill } from "../../ui/pill.js";
import "./event-pills.css";

/** Events that are shown at once. */
const FIRST = 3;

/** The events that a webhook hears: the first few, and a button that shows the others. */
export function EventPills(props: {
  /** Of the webhook, for the button's name. */
  readonly name: string;
  readonly events: readonly string[];
}) {
  const { list } = useText();
  const { name, events } = props;
  const [isOpen, setOpen] = useState(false);
  if (events.length === 0) return <span className="event-pills-none">{list.noEvents}</span>;
  const rest = events.length - FIRST;
  return (
    <ul className="event-pills">
      {(isOpen ? events : events.slice(0, FIRST)).map((event) => (
        <li key={event}>
          <Pill mono>{event}</Pill>
        </li>
      ))}
      {rest > 0 && (
        <li>
          <Button
            look="quiet"
            className="event-pills-more"
            aria-expanded={isOpen}
            aria-label={isOpen ? list.fewerEvents(name) : list.moreEvents(rest, name)}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? list.fewer : list.more(rest)}
          </Button>
        </li>
      )}
    </ul>
  );
}
