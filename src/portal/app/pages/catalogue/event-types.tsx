import type { ScopeCatalogue } from "hookwright/client";
import { session } from "../../api/session.js";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { Empty } from "../../ui/empty.js";
import { TextField } from "../../ui/text-field.js";
import { EventTypeCard } from "./event-type-card.js";
import { GroupList } from "./group-list.js";
import { catalogueGroups } from "./groups.js";
import { elementId } from "./place.js";
import { useArrival, usePlace } from "./use-place.js";
import "./event-types.css";

/** The event types of a scope under their groups, with a search. */
export function EventTypes(props: {
  readonly catalogue: ScopeCatalogue;
  readonly search: string;
  readonly onSearch: (search: string) => void;
}) {
  const { catalogue: text } = useText();
  const { catalogue, search, onSearch } = props;
  const place = usePlace();
  const groups = catalogueGroups(catalogue, search);
  const found = groups.reduce((sum, { events }) => sum + events.length, 0);
  useArrival(place, search, onSearch);

  if (catalogue.events.length === 0) {
    return (
      <Empty title={text.emptyTitle}>
        <p>{session.scopes.length > 1 ? `${text.empty} ${text.emptyOther}` : text.empty}</p>
      </Empty>
    );
  }
  return (
    <>
      <search className="event-types-search">
        <TextField
          label={text.search}
          value={search}
          onChange={onSearch}
          input={{ type: "search", placeholder: text.searchHint }}
        />
        <p role="status" className="event-types-count">
          {text.count(found, catalogue.events.length)}
        </p>
      </search>
      {found === 0 ? (
        <Empty title={text.noMatchTitle} actions={<Button onClick={() => onSearch("")}>{text.clear}</Button>}>
          <p>{text.noMatch}</p>
        </Empty>
      ) : (
        <div className="event-types">
          <GroupList groups={groups} />
          <div className="event-types-groups">
            {groups.map(({ group, events }) => (
              <section key={group ?? ""} className="event-types-group">
                <h2 id={elementId({ group: group ?? "" })} tabIndex={-1} className="event-types-heading">
                  {group ?? text.otherGroup}
                </h2>
                {events.map((event) => (
                  <EventTypeCard
                    key={event.type}
                    event={event}
                    isNamed={place !== null && "type" in place && place.type === event.type}
                  />
                ))}
              </section>
            ))}
          </div>
        </div>
      )}
    </>
  );
}
