import type { EventTypeGroup } from "../../../../catalogue/catalogue.js";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { ALL, isPattern, matches, patternOf, spellOut } from "./choice.js";
import { useEditing } from "./editing.js";
import { FaultText } from "./fault-text.js";

/** What the list holds that has no box of its own: patterns over several groups, and types that are gone. */
export function OtherEntries(props: {
  readonly groups: readonly EventTypeGroup[];
  /** Every type that can be chosen. */
  readonly types: readonly string[];
}) {
  const { events: text } = useText().settings;
  const { form, faults, mayWrite, set } = useEditing();
  const { groups, types } = props;
  const ofGroups = new Set<string | null>([
    ALL,
    ...groups.map((group) =>
      patternOf(
        group.types.map(({ type }) => type),
        types,
      ),
    ),
  ]);
  const entries = form.events.filter((entry) => !types.includes(entry) && !ofGroups.has(entry));
  if (entries.length === 0) return null;
  return (
    <ul className="settings-entries">
      {entries.map((entry) => {
        const meant = types.filter((type) => matches(entry, type)).length;
        return (
          <li key={entry} className="settings-entry">
            <div>
              <code>{entry}</code>
              <p className="settings-muted">
                {isPattern(entry) && meant > 0 ? text.pattern(meant) : text.gone}
              </p>
              <FaultText text={faults.events[entry]} />
            </div>
            {mayWrite && (
              <div className="settings-entry-actions">
                {meant > 0 && (
                  <Button
                    aria-label={text.spellOut(entry)}
                    onClick={() => set({ events: spellOut(form.events, entry, types) })}
                  >
                    {text.spellOutShort}
                  </Button>
                )}
                <Button
                  aria-label={text.remove(entry)}
                  onClick={() => set({ events: form.events.filter((each) => each !== entry) })}
                >
                  {text.removeShort}
                </Button>
              </div>
            )}
          </li>
        );
      })}
    </ul>
  );
}
