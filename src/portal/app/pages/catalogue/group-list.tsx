import { useText } from "../../text/index.js";
import type { CatalogueGroup } from "./groups.js";
import { hashOf } from "./place.js";
import "./group-list.css";

/** The ways to the groups, beside them where there is room. */
export function GroupList({ groups }: { readonly groups: readonly CatalogueGroup[] }) {
  const { catalogue: text } = useText();
  return (
    <nav className="group-list" aria-label={text.groups}>
      <ul className="group-list-items">
        {groups.map(({ group, events }) => (
          <li key={group ?? ""}>
            <a href={hashOf({ group: group ?? "" })} className="group-list-link">
              <span>{group ?? text.otherGroup}</span>
              <span className="group-list-count" aria-hidden>
                {events.length}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
