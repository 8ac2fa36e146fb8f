import type { ReactNode } from "react";
import { Modal } from "./modal.js";

/** A dialog over the page. Escape and its buttons close it. */
export function Dialog(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** Buttons, the safe one first. */
  readonly actions: ReactNode;
}) {
  const { open, ...modal } = props;
  return open ? <Modal role="dialog" {...modal} /> : null;
}
