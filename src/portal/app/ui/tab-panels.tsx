import { Tabs } from "@base-ui/react/tabs";
import type { ReactNode } from "react";
import "./tabs.css";

/** Views of one thing on one page: arrow keys move between the tabs. */
export function TabPanels(props: {
  readonly label: string;
  readonly items: readonly { readonly key: string; readonly label: string; readonly panel: ReactNode }[];
}) {
  return (
    <Tabs.Root className="tab-panels" defaultValue={props.items[0]?.key}>
      <Tabs.List className="tabs-list" aria-label={props.label} activateOnFocus>
        {props.items.map(({ key, label }) => (
          <Tabs.Tab key={key} value={key} className="tabs-link tabs-button">
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {props.items.map(({ key, panel }) => (
        <Tabs.Panel key={key} value={key} className="tab-panels-panel">
          {panel}
        </Tabs.Panel>
      ))}
    </Tabs.Root>
  );
}
