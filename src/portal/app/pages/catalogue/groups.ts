import type { ScopeCatalogue } from "hookwright/client";
import type { EventTypeDescription } from "../../../../catalogue/catalogue.js";

/** Event types under one heading. */
export interface CatalogueGroup {
  /** `null`: those that name no group. */
  readonly group: string | null;
  readonly events: readonly EventTypeDescription[];
}

/**
 * The types of a catalogue that fit a search, under their headings and in the catalogue's order; headings without any
 * are left out. Each word must be somewhere in the name, the label, the description or the group.
 */
export function catalogueGroups(
  { groups, events }: Pick<ScopeCatalogue, "groups" | "events">,
  text: string,
): readonly CatalogueGroup[] {
  const words = text.toLowerCase().split(/\s+/);
  const byType = new Map(events.map((event) => [event.type, event]));
  return groups
    .map(({ group, types }) => ({
      group,
      events: types.flatMap(({ type }) => byType.get(type) ?? []).filter((event) => fits(event, words)),
    }))
    .filter((each) => each.events.length > 0);
}

function fits({ type, label, description, group }: EventTypeDescription, words: readonly string[]): boolean {
  const text = [type, label ?? "", description, group ?? ""].join("\n").toLowerCase();
  return words.every((word) => text.includes(word));
}
