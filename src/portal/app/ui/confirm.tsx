import { AlertDialog } from "@base-ui/react/alert-dialog";
import type { ReactNode } from "react";
import { useText } from "../text/index.js";
import { Button, type ButtonLook } from "./button.js";
import "./dialog.css";

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
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="dialog-backdrop" />
        <AlertDialog.Popup className="dialog">
          <AlertDialog.Title className="dialog-title">{title}</AlertDialog.Title>
          <AlertDialog.Description className="dialog-description" render={<div />}>
            {children}
          </AlertDialog.Description>
          <div className="dialog-actions">
            <AlertDialog.Close render={<Button />}>{common.cancel}</AlertDialog.Close>
            <Button look={look} busy={busy} onClick={onConfirm}>
              {verb}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
