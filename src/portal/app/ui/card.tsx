import { type ReactNode, useId } from "react";
import "./card.css";

/** A part of a page under a heading of its own. */
export function Card(props: {
  readonly title: string;
  /** A sentence below the heading. */
  readonly description?: ReactNode;
  /** Buttons beside the heading. */
  readonly actions?: ReactNode;
  /** Of the heading. @default 2 */
  readonly level?: 2 | 3;
  readonly look?: "normal" | "danger";
  readonly children?: ReactNode;
}) {
  const id = useId();
  const Heading = `h${props.level ?? 2}` as const;
  return (
    <section className={`card card-${props.look ?? "normal"}`} aria-labelledby={id}>
      <div className="card-head">
        <div className="card-titles">
          <Heading id={id}>{props.title}</Heading>
          {props.description && <p className="card-description">{props.description}</p>}
        </div>
        {props.actions && <div className="card-actions">{props.actions}</div>}
      </div>
      {props.children}
    </section>
  );
}
