import type { EventTypeChoice } from "../../../../catalogue/catalogue.js";
import { useText } from "../../text/index.js";
import { Checkbox } from "../../ui/checkbox.js";
import { Pill } from "../../ui/pill.js";
import { ALL, choose, isChosen, patternFor } from "./choice.js";
import { useEditing } from "./editing.js";
import { FaultText } from "./fault-text.js";

/** One event type to tick. What a pattern brings is ticked, says so, and cannot be cleared by itself. */
export function EventBox({ choice }: { readonly choice: EventTypeChoice }) {
  const { events: text } = useText().settings;
  const { form, faults, mayWrite, set } = useEditing();
  const { type, label, description, deprecated } = choice;
  const pattern = patternFor(form.events, type);
  return (
    <li>
      <Checkbox
        checked={isChosen(form.events, type)}
        disabled={!mayWrite || pattern !== null}
        label={
          <>
            {label !== null && <>{label} </>}
            <code>{type}</code> {deprecated !== false && <Pill tone="warn">{text.deprecated}</Pill>}
          </>
        }
        hint={
          <>
            {description} {typeof deprecated === "string" && <>{deprecated} </>}
            {pattern !== null && pattern !== ALL && <em>{text.through(pattern)}</em>}
          </>
        }
        onChange={(on) => set({ events: choose(form.events, [type], on) })}
      />
      <FaultText text={faults.events[type]} />
    </li>
  );
}
