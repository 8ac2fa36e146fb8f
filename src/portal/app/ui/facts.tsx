import type { ReactNode } from "react";
import "./facts.css";

/** Names and what they are, side by side where there is room. */
export function FactList(props: {
  readonly items: readonly { readonly key: string; readonly name: string; readonly value: ReactNode }[];
}) {
  return (
    <dl className="fact-list">
      {props.items.map(({ key, name, value }) => (
        <div key={key} className="fact">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
