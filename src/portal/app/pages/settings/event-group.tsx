import type { EventTypeChoice, EventTypeGroup } from "../../../../catalogue/catalogue.js";
import { useText } from "../../text/index.js";
import { Checkbox } from "../../ui/checkbox.js";
import { addPattern, choose, isChosen, matches, patternFor, patternOf, spellOut } from "./choice.js";
import { useEditing } from "./editing.js";
import { EventBox } from "./event-box.js";

/** The types under one heading: a box for all that are shown, one for those to come, and one for each. */
export function EventGroup(props: {
  readonly group: EventTypeGroup;
  /** Those of the group that the filter leaves. */
  readonly shown: readonly EventTypeChoice[];
  /** Every type that can be chosen. */
  readonly all: readonly string[];
}) {
  const { events: text } = useText().settings;
  const { form, mayWrite, set } = useEditing();
  const { events: chosen } = form;
  const { group, shown, all } = props;
  const name = group.group ?? text.ungrouped;
  const size = group.types.length;
  const types = shown.map(({ type }) => type);
  const free = types.filter((type) => patternFor(chosen, type) === null);
  const ticked = types.filter((type) => isChosen(chosen, type)).length;
  const pattern = patternOf(
    group.types.map(({ type }) => type),
    all,
  );
  // A pattern that says more makes this one needless.
  const isWider = pattern !== null && chosen.some((entry) => entry !== pattern && matches(entry, pattern));
  const isWhole = ticked === types.length;
  return (
    <fieldset className="settings-events">
      <legend className="visually-hidden">{name}</legend>
      <div className="settings-events-head">
        <Checkbox
          checked={isWhole}
          indeterminate={ticked > 0 && !isWhole}
          disabled={!mayWrite || free.length === 0}
          label={
            <strong>
              {shown.length === size ? text.group(name, size) : text.groupShown(name, shown.length, size)}
            </strong>
          }
          onChange={() =>
            set({
              events: choose(
                chosen,
                free,
                free.some((type) => !chosen.includes(type)),
              ),
            })
          }
        />
        {pattern !== null && (chosen.includes(pattern) || !isWider) && (
          <Checkbox
            checked={chosen.includes(pattern)}
            disabled={!mayWrite}
            label={
              <>
                {text.later} <code>{pattern}</code>
              </>
            }
            hint={text.laterHint}
            onChange={(on) =>
              set({ events: on ? addPattern(chosen, pattern) : spellOut(chosen, pattern, all) })
            }
          />
        )}
      </div>
      <ul className="settings-events-list">
        {shown.map((choice) => (
          <EventBox key={choice.type} choice={choice} />
        ))}
      </ul>
    </fieldset>
  );
}
