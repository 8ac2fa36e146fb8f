import { type ReactNode, useEffectEvent, useId, useLayoutEffect, useRef } from "react";
import "./modal.css";

/**
 * Something that must be answered before the page goes on: the browser's own modal dialog, which keeps the focus inside,
 * gives it back afterwards, and makes everything else inert. There only while it is open.
 */
export function Modal(props: {
  readonly role: "dialog" | "alertdialog";
  /** Escape was pressed. */
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** Buttons, the safe one first. */
  readonly actions: ReactNode;
}) {
  const { role, onClose, title, description, children, actions } = props;
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  // The browser closes it after a second Escape, whatever the page says to the first.
  const closed = useEffectEvent(onClose);
  useLayoutEffect(() => {
    const element = dialog.current;
    const onClosed = () => closed();
    element?.showModal();
    element?.addEventListener("close", onClosed);
    return () => {
      element?.removeEventListener("close", onClosed);
      element?.close();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className="modal"
      role={role}
      aria-labelledby={`${id}-title`}
      aria-describedby={description === undefined ? undefined : `${id}-description`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={`${id}-title`} className="modal-title">
        {title}
      </h2>
      {description !== undefined && (
        <div id={`${id}-description`} className="modal-description">
          {description}
        </div>
      )}
      {children}
      <div className="modal-actions">{actions}</div>
    </dialog>
  );
}
