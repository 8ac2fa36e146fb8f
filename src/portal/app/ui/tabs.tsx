import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import "./tabs.css";

/** Links to the views of one thing. Each view has an address, so that these are links and not tabs. */
export function TabLinks(props: {
  readonly label: string;
  readonly items: readonly { readonly to: string; readonly label: ReactNode }[];
}) {
  const [location] = useLocation();
  // The longest one that leads here: one thing below a view belongs to that view.
  const here = props.items
    .map(({ to }) => to)
    .filter((to) => location === to || location.startsWith(`${to}/`))
    .sort((a, b) => b.length - a.length)[0];
  return (
    <nav className="tabs" aria-label={props.label}>
      <ul className="tabs-list">
        {props.items.map(({ to, label }) => (
          <li key={to}>
            <Link
              href={to}
              className="tabs-link"
              aria-current={location === to ? "page" : to === here ? "true" : undefined}
            >
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
