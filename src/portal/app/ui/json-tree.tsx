import type { KeyboardEvent } from "react";
import { JsonView } from "react-json-view-lite";
import { Scroll } from "./scroll.js";
import "./json-tree.css";

/** Levels that are open at first. A function that is the same at each drawing: another would close what the reader opened. */
const isOpenAtFirst = (level: number) => level < 3;

/** The part's own arrows move and open; Enter and the space bar press, as they do on every button. */
function press(event: KeyboardEvent<HTMLElement>) {
  if (event.key !== "Enter" && event.key !== " ") return;
  if (!(event.target instanceof HTMLElement) || event.target.role !== "button") return;
  event.preventDefault();
  event.target.click();
}

/** JSON that opens and closes, by pointer and by keyboard; what is open stays so when the same data is drawn again. */
export function JsonTree(props: {
  readonly label: string;
  /** An object or an array. Keep it the same while it is the same. */
  readonly data: object;
  /** Names of the buttons. */
  readonly expand: string;
  readonly collapse: string;
}) {
  const { label, data, expand, collapse } = props;
  return (
    <Scroll label={label} className="json-tree-box">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only hears what the buttons inside do not */}
      <div onKeyDown={press}>
        <JsonView
          data={data}
          aria-label={label}
          shouldExpandNode={isOpenAtFirst}
          clickToExpandNode
          style={{ ...STYLE, ariaLables: { expandJson: expand, collapseJson: collapse } }}
        />
      </div>
    </Scroll>
  );
}

const STYLE = {
  container: "json-tree",
  basicChildStyle: "json-tree-node",
  childFieldsContainer: "json-tree-children",
  label: "json-tree-name",
  clickableLabel: "json-tree-name json-tree-click",
  nullValue: "json-tree-word",
  undefinedValue: "json-tree-word",
  booleanValue: "json-tree-word",
  otherValue: "json-tree-word",
  numberValue: "json-tree-number",
  stringValue: "json-tree-string",
  punctuation: "json-tree-mark",
  expandIcon: "json-tree-icon json-tree-closed",
  collapseIcon: "json-tree-icon",
  collapsedContent: "json-tree-more",
  stringifyStringValues: true,
  quotesForFieldNames: true,
};
