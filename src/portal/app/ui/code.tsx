import { CopyButton } from "./copy-button.js";
import { Scroll } from "./scroll.js";
import "./code.css";

/** A text as it is, in a box that scrolls, with a button that copies it. */
export function Code(props: {
  readonly label: string;
  readonly text: string;
  /** Long lines are broken. @default false */
  readonly wrap?: boolean;
}) {
  const { label, text, wrap = false } = props;
  return (
    <div className="code">
      <div className="code-copy">
        <CopyButton text={text} label={label} />
      </div>
      <Scroll label={label} className="code-box">
        <pre className={wrap ? "code-text code-wrap" : "code-text"}>{text}</pre>
      </Scroll>
    </div>
  );
}
