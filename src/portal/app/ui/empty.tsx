import type { ReactNode } from "react";
import "./empty.css";

/** What stands where there is nothing yet: what would be here, and how it gets here. */
export function Empty(props: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** Of the heading. @default 2 */
  readonly level?: 2 | 3;
}) {
  const Heading = `h${props.level ?? 2}` as const;
  return (
    <div className="empty">
      <Heading>{props.title}</Heading>
      {props.children && <div className="empty-text">{props.children}</div>}
      {props.actions && <div className="empty-actions">{props.actions}</div>}
    </div>
  );
}
