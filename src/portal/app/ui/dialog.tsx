import { Dialog as BaseDialog } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import "./dialog.css";

/** A dialog over the page. Escape and its buttons close it. */
export function Dialog(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** Buttons, the safe one first. */
  readonly actions: ReactNode;
  /** Whether closing gives the focus back to where it was, asked when it closes. @default always */
  readonly returnsFocus?: () => boolean;
}) {
  const { open, onClose, title, description, children, actions, returnsFocus = () => true } = props;
  return (
    <BaseDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="dialog-backdrop" />
        <BaseDialog.Popup className="dialog" finalFocus={returnsFocus}>
          <BaseDialog.Title className="dialog-title">{title}</BaseDialog.Title>
          {description !== undefined && (
            <BaseDialog.Description className="dialog-description" render={<div />}>
              {description}
            </BaseDialog.Description>
          )}
          {children}
          <div className="dialog-actions">{actions}</div>
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
