import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Scroll } from "../../ui/scroll.js";
import type { Difference } from "./draft.js";
import { valueText } from "./value-text.js";

/** Someone else has saved meanwhile: what differs, and whose settings are to hold. */
export function ConflictDialog(props: {
  /** `null`: there is no conflict. */
  readonly differences: readonly Difference[] | null;
  readonly busy: boolean;
  readonly onClose: () => void;
  readonly onKeepMine: () => void;
  readonly onTakeTheirs: () => void;
}) {
  const everything = useText();
  const { conflict: text, fields } = everything.settings;
  const { differences, busy, onClose, onKeepMine, onTakeTheirs } = props;
  return (
    <Dialog
      open={differences !== null}
      onClose={onClose}
      title={text.title}
      description={text.text}
      actions={
        <>
          <Button onClick={onClose}>{everything.common.cancel}</Button>
          <Button onClick={onTakeTheirs}>{text.takeTheirs}</Button>
          <Button look="primary" busy={busy} onClick={onKeepMine}>
            {text.keepMine}
          </Button>
        </>
      }
    >
      <Scroll label={text.table}>
        <table className="settings-conflict">
          <thead>
            <tr>
              <th scope="col">{text.field}</th>
              <th scope="col">{text.theirs}</th>
              <th scope="col">{text.mine}</th>
            </tr>
          </thead>
          <tbody>
            {differences?.map(({ name, mine, theirs }) => (
              <tr key={name}>
                <th scope="row">{fields[name]}</th>
                <td>{valueText(name, theirs, everything)}</td>
                <td>{mine === null ? text.untouched : valueText(name, mine, everything)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p className="settings-muted">{text.keepHint}</p>
    </Dialog>
  );
}
