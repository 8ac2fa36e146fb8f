import { Link } from "wouter";
import "./choice-links.css";

/** One of a few views of the same, each with an address of its own. */
export function ChoiceLinks(props: {
  readonly label: string;
  readonly items: readonly { readonly to: string; readonly label: string; readonly isHere: boolean }[];
}) {
  return (
    <nav aria-label={props.label}>
      <ul className="choice-links">
        {props.items.map(({ to, label, isHere }) => (
          <li key={to}>
            <Link href={to} replace className="choice-link" aria-current={isHere ? "true" : undefined}>
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
