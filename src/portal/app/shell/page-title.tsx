import { type ReactNode, useEffect, useRef } from "react";
import { session } from "../api/session.js";
import { useText } from "../text/index.js";

/** Pages that were opened since the document was: the first one's heading must not take the focus from the reader. */
let opened = 0;

/**
 * The heading of a page. It names the document, and takes the focus when the reader comes from another page: a screen
 * reader then says where one is.
 */
export function PageTitle(props: { readonly title: string; readonly children?: ReactNode }) {
  const { shell } = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = shell.documentTitle(props.title, session.title);
  }, [props.title, shell]);
  useEffect(() => {
    if (opened++ > 0) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {props.children ?? props.title}
    </h1>
  );
}
