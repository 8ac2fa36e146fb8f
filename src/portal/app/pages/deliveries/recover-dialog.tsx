import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Subscription } from "../../../../subscriptions/present.js";
import { client } from "../../api/client.js";
import { session } from "../../api/session.js";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { useErrorText } from "../../ui/error-text.js";
import { spanText } from "../../ui/span-text.js";
import { TextField } from "../../ui/text-field.js";
import { fromLocalField, toLocalField } from "./local-moment.js";

const HOUR = 3_600_000;

/** Brings back what a webhook did not get since a moment, and says how much that was. */
export function RecoverDialog(props: { readonly subscription: Subscription; readonly onClose: () => void }) {
  const { deliveries, common } = useText();
  const text = deliveries.recover;
  const { subscription, onClose } = props;
  const { id, disabledAt, enabled } = subscription;
  const queryClient = useQueryClient();
  const errorText = useErrorText();
  const [since, setSince] = useState(() =>
    toLocalField(disabledAt === null ? Date.now() - 24 * HOUR : Date.parse(disabledAt)),
  );
  const [isChecked, setChecked] = useState(false);
  const at = fromLocalField(since);
  const isValid = at !== null && at < Date.now();
  const recover = useMutation({
    mutationFn: (moment: number) => client.subscriptions.recover(id, { since: moment }),
    onSettled: () => queryClient.invalidateQueries(),
  });
  const problem =
    isChecked && !isValid ? text.invalid : recover.isError ? errorText(recover.error).text : undefined;
  const go = () => {
    setChecked(true);
    if (isValid) recover.mutate(at);
  };
  const change = (value: string) => {
    recover.reset();
    setSince(value);
  };
  const presets = [
    { label: text.hour, at: () => Date.now() - HOUR },
    { label: text.day, at: () => Date.now() - 24 * HOUR },
    ...(disabledAt === null ? [] : [{ label: text.disabled, at: () => Date.parse(disabledAt) }]),
  ];
  return (
    <Dialog
      open
      onClose={onClose}
      title={text.title}
      description={text.text}
      actions={
        <>
          <Button onClick={onClose}>{common.close}</Button>
          <Button look="primary" busy={recover.isPending} onClick={go}>
            {text.go}
          </Button>
        </>
      }
    >
      <TextField
        label={text.since}
        hint={text.sinceHint(
          Intl.DateTimeFormat().resolvedOptions().timeZone,
          spanText(session.settings.retention),
        )}
        error={problem}
        value={since}
        onChange={change}
        input={{ type: "datetime-local" }}
      />
      <fieldset className="recover-presets">
        <legend className="visually-hidden">{text.presets}</legend>
        {presets.map(({ label, at: moment }) => (
          <Button key={label} look="quiet" onClick={() => change(toLocalField(moment()))}>
            {label}
          </Button>
        ))}
      </fieldset>
      <p role="status" className="recover-done">
        {recover.isSuccess && text.done(recover.data)}
        {recover.isSuccess && recover.data > 0 && !enabled && ` ${text.waits}`}
      </p>
    </Dialog>
  );
}
