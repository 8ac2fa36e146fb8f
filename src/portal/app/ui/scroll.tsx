import type { ReactNode } from "react";
import "./scroll.css";

/** A box that scrolls on its own where what is in it is too large; the keyboard reaches it. */
export function Scroll(props: {
  readonly label: string;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  const { label, className = "", children } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={`scroll ${className}`} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
