import { useState } from "react";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { Confirm } from "../../ui/confirm.js";
import { useEditing } from "./editing.js";

/**
 * Says how much is not saved, and saves it. It is always there and takes its room, seen only while there is something to
 * save, so that nothing moves when it appears.
 */
export function SaveBar(props: {
  /** Of the form that its button sends. */
  readonly form: string;
  readonly busy: boolean;
  readonly onDiscard: () => void;
}) {
  const { settings } = useText();
  const { bar: text, fields } = settings;
  const { changed, faults } = useEditing();
  const [isAsking, setAsking] = useState(false);
  const names = changed.map((name) => fields[name]);
  const isShown = changed.length > 0;
  return (
    <section className="settings-bar" aria-label={text.label} data-shown={isShown || undefined}>
      <div className="settings-bar-texts">
        <p role="status" className="settings-bar-changes">
          {isShown && text.changes(changed.length, names)}
        </p>
        <p role="alert" className="settings-bar-faults">
          {faults.rest.join(" ")}
        </p>
      </div>
      <div className="settings-bar-actions">
        <Button onClick={() => setAsking(true)}>{text.discard}</Button>
        <Button look="primary" type="submit" form={props.form} busy={props.busy}>
          {text.save}
        </Button>
      </div>
      <Confirm
        open={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          props.onDiscard();
        }}
        title={text.discardAsk}
        verb={text.discard}
      >
        <p>{text.discardText(names)}</p>
      </Confirm>
    </section>
  );
}
