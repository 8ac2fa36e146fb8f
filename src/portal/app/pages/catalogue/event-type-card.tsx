import { Link2 } from "lucide-react";
import { useEffect, useState } from "react";
import type { EventTypeDescription } from "../../../../catalogue/catalogue.js";
import { useText } from "../../text/index.js";
import { CopyButton } from "../../ui/copy-button.js";
import { Pill } from "../../ui/pill.js";
import { EventData } from "./event-data.js";
import { elementId, hashOf } from "./place.js";
import "./event-type-card.css";

/** One type of event: what it means, what it is called, where it can be heard, and what is in it. */
export function EventTypeCard(props: {
  readonly event: EventTypeDescription;
  /** The address names it. */
  readonly isNamed: boolean;
}) {
  const { catalogue: text } = useText();
  const { event, isNamed } = props;
  const { type, label, description, at, deprecated, audit } = event;
  const [isOpen, setOpen] = useState(isNamed);
  useEffect(() => {
    if (isNamed) setOpen(true);
  }, [isNamed]);
  const reason = typeof deprecated === "string" ? deprecated : null;
  return (
    <article className={`event-type-card${isNamed ? " event-type-card-named" : ""}`}>
      <div className="event-type-card-head">
        <h3 id={elementId({ type })} tabIndex={-1} className="event-type-card-title">
          {label ?? <code>{type}</code>}
        </h3>
        {audit && (
          <Pill tone="info" title={text.auditMeaning}>
            {text.audit}
          </Pill>
        )}
        {deprecated !== false && (
          <Pill tone="warn" title={text.deprecatedMeaning}>
            {text.deprecated}
          </Pill>
        )}
        <span className="event-type-card-tools">
          <CopyButton text={type} label={text.name(type)} />
          <a href={hashOf({ type })} className="button button-quiet" aria-label={text.link(type)}>
            <Link2 aria-hidden />
          </a>
        </span>
      </div>
      {label !== null && <code className="event-type-card-name">{type}</code>}
      <p>{description}</p>
      {deprecated !== false && (
        <p className="event-type-card-deprecated">
          {reason === null ? text.deprecatedMeaning : text.deprecatedWhy(reason)}
        </p>
      )}
      <div className="event-type-card-at">
        <span id={`at:${type}`}>{text.at}</span>
        <ul aria-labelledby={`at:${type}`} className="event-type-card-kinds">
          {at.map((kind) => (
            <li key={kind}>
              <Pill mono>{kind === "" ? text.root : kind}</Pill>
            </li>
          ))}
        </ul>
      </div>
      <details open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary className="event-type-card-summary">
          {text.details}
          <span className="visually-hidden">{text.of(type)}</span>
        </summary>
        {isOpen && <EventData event={event} />}
      </details>
    </article>
  );
}
