import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queries } from "../../api/queries.js";
import { useText } from "../../text/index.js";
import { Card } from "../../ui/card.js";
import { Checkbox } from "../../ui/checkbox.js";
import { Failure } from "../../ui/failure.js";
import { Scroll } from "../../ui/scroll.js";
import { Skeleton } from "../../ui/skeleton.js";
import { TextField } from "../../ui/text-field.js";
import { ALL, addPattern, isChosen } from "./choice.js";
import { useEditing } from "./editing.js";
import { EventGroup } from "./event-group.js";
import { FaultText } from "./fault-text.js";
import { OtherEntries } from "./other-entries.js";

/** More types than this are hard to look through. */
const MANY = 8;

/** More than this would bury what comes after them: they have a box of their own. */
const VERY_MANY = 40;

/** Which events are sent, grouped as the catalogue groups them. */
export function EventsCard() {
  const { events: text } = useText().settings;
  const { subscription, form, faults, mayWrite, set } = useEditing();
  const [filter, setFilter] = useState("");
  const query = useQuery(queries.catalogue(subscription.scope));
  const { events: chosen } = form;
  const groups = query.data?.groups ?? [];
  const types = groups.flatMap((group) => group.types.map(({ type }) => type));
  const isAll = chosen.includes(ALL);
  const wanted = filter.trim().toLowerCase();
  const shown = groups.map((group) => ({
    ...group,
    shown: group.types.filter(({ type, label, description }) =>
      `${type} ${label ?? ""} ${description}`.toLowerCase().includes(wanted),
    ),
  }));
  const list = shown.map(
    (group) =>
      group.shown.length > 0 && (
        <EventGroup key={group.group ?? ""} group={group} shown={group.shown} all={types} />
      ),
  );
  const count = types.filter((type) => isChosen(chosen, type)).length;

  if (query.data === undefined) {
    return (
      <Card title={text.title} description={text.description}>
        {query.isError ? (
          <Failure error={query.error} title={text.failed} onRetry={() => query.refetch()} />
        ) : (
          <Skeleton lines={14} />
        )}
      </Card>
    );
  }
  return (
    <Card title={text.title} description={text.description}>
      <FaultText text={faults.fields.events} />
      <Checkbox
        checked={isAll}
        disabled={!mayWrite}
        label={text.all}
        hint={text.allHint}
        onChange={(on) =>
          set({ events: on ? addPattern(chosen, ALL) : chosen.filter((each) => each !== ALL) })
        }
      />
      <FaultText text={faults.events[ALL]} />
      <OtherEntries groups={groups} types={types} />
      {types.length > MANY && (
        <div className="settings-filter">
          <TextField label={text.filter} value={filter} onChange={setFilter} input={{ type: "search" }} />
        </div>
      )}
      <p className="settings-muted" role="status">
        {isAll ? text.countAll(types.length) : text.count(count, types.length)}
      </p>
      {types.length > VERY_MANY ? (
        <Scroll label={text.list} className="settings-events-box">
          {list}
        </Scroll>
      ) : (
        list
      )}
      {types.length === 0 && <p>{text.none}</p>}
      {types.length > 0 && shown.every((group) => group.shown.length === 0) && <p>{text.filterNone}</p>}
    </Card>
  );
}
