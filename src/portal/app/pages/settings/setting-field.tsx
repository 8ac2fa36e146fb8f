import type { ComponentProps, ReactNode } from "react";
import { useText } from "../../text/index.js";
import { TextField } from "../../ui/text-field.js";
import { useEditing } from "./editing.js";
import type { SettingsForm } from "./form.js";

/** Fields that hold a text. */
type TextName = { [K in keyof SettingsForm]: SettingsForm[K] extends string ? K : never }[keyof SettingsForm];

/** A field of one line, bound to the draft by its name. */
export function SettingField(props: {
  readonly name: TextName;
  readonly hint?: ReactNode;
  readonly required?: boolean;
  readonly input?: ComponentProps<typeof TextField>["input"];
}) {
  const { settings: text } = useText();
  const { form, faults, mayWrite, set } = useEditing();
  const { name, hint, required, input } = props;
  return (
    <TextField
      label={text.fields[name]}
      hint={hint}
      required={required && mayWrite}
      error={faults.fields[name]}
      input={{ ...input, readOnly: !mayWrite }}
      value={form[name]}
      onChange={(value) => set({ [name]: value })}
    />
  );
}
