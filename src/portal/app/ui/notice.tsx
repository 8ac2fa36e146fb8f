import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import "./notice.css";

const ICONS = { info: Info, warn: TriangleAlert, bad: CircleAlert };

/** A sentence that stands out, with what can be done about it. `live`: read aloud when it appears. */
export function Notice(props: {
  readonly tone: keyof typeof ICONS;
  readonly title?: string;
  readonly live?: boolean;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}) {
  const { tone, title, live = false, children, actions } = props;
  const Icon = ICONS[tone];
  return (
    <div className={`notice notice-${tone}`} role={live ? "alert" : undefined}>
      <Icon aria-hidden className="notice-icon" />
      <div className="notice-body">
        {title !== undefined && <p className="notice-title">{title}</p>}
        {children}
        {actions !== undefined && <div className="notice-actions">{actions}</div>}
      </div>
    </div>
  );
}
