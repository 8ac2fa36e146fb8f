import type { ReactNode } from "react";
import { useText } from "../text/index.js";
import { Button, type ButtonLook } from "./button.js";
import { Modal } from "./modal.js";

/** Asks before something that cannot be undone. The safe answer has the focus. */
export function Confirm(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
  readonly title: string;
  /** What happens then. */
  readonly children: ReactNode;
  /** The verb that happens, such as "Delete". */
  readonly verb: string;
  /** @default "danger" */
  readonly look?: ButtonLook;
  readonly busy?: boolean;
}) {
  const { common } = useText();
  const { open, onClose, onConfirm, title, children, verb, look = "danger", busy = false } = props;
  if (!open) return null;
  return (
    <Modal
      role="alertdialog"
      onClose={onClose}
      title={title}
      description={children}
      actions={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button look={look} busy={busy} onClick={onConfirm}>
            {verb}
          </Button>
        </>
      }
    />
  );
}
