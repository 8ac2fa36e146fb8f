import type { ComponentProps } from "react";
import "./button.css";

/** Looks of a button: one `primary` a page; `danger` for what cannot be undone; `quiet` inside tables and cards. */
export type ButtonLook = "primary" | "normal" | "danger" | "quiet";

/** Props of {@link Button}: those of the element, and these. */
export interface ButtonProps extends ComponentProps<"button"> {
  readonly look?: ButtonLook;
  /** Something is under way: it cannot be pressed, and says so. */
  readonly busy?: boolean;
}

/** A button. `type` is `"button"` unless it says otherwise. */
export function Button({ look = "normal", busy = false, className = "", disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      disabled={disabled}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
      className={`button button-${look} ${className}`}
    />
  );
}
