import type { ReactNode } from "react";
import { useText } from "../text/index.js";
import { Button } from "./button.js";
import "./live-bar.css";

/**
 * A line of fixed height over what changes by itself: what it is, and whether it could be read again. What comes and
 * goes in it moves nothing.
 */
export function LiveBar(props: {
  readonly children: ReactNode;
  /** The last reading failed; what is shown is older. */
  readonly isStale: boolean;
  readonly onRetry: () => void;
  /** Stands at the end of the line. */
  readonly action?: ReactNode;
}) {
  const { common } = useText();
  const { children, isStale, onRetry, action } = props;
  return (
    <div className="live-bar">
      <p className={isStale ? "live-bar-stale" : "live-bar-text"} role="status">
        {isStale ? common.stale : children}
      </p>
      <div className="live-bar-action" aria-live="polite">
        {isStale ? (
          <Button look="quiet" onClick={onRetry}>
            {common.tryAgain}
          </Button>
        ) : (
          action
        )}
      </div>
    </div>
  );
}
