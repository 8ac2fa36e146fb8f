import type { ReactNode } from "react";
import "./pill.css";

/** What a pill says by its colour, beside its text. */
export type Tone = "good" | "bad" | "warn" | "info" | "neutral";

/** A short word in a coloured shape; `mono` for names of events. */
export function Pill(props: {
  readonly tone?: Tone;
  readonly mono?: boolean;
  /** Shown by the pointer, read after the text. */
  readonly title?: string;
  readonly children: ReactNode;
}) {
  const { tone = "neutral", mono = false, title, children } = props;
  return (
    <span className={`pill pill-${tone}${mono ? " pill-mono" : ""}`} title={title}>
      {children}
    </span>
  );
}
