import { session } from "../../api/session.js";
import { useText } from "../../text/index.js";
import { Card } from "../../ui/card.js";
import { Checkbox } from "../../ui/checkbox.js";
import { SelectField } from "../../ui/select-field.js";
import { TextArea } from "../../ui/text-area.js";
import { useEditing } from "./editing.js";
import { SettingField } from "./setting-field.js";
import { UrlField } from "./url-field.js";

/** What it is called, where it sends, and what the body looks like. */
export function GeneralCard() {
  const { settings: text } = useText();
  const { general } = text;
  const { subscription, form, changed, faults, mayWrite, set } = useEditing();

  /** The content type of another format would be wrong for this one, unless it was typed for it. */
  function chooseFormat(format: string) {
    if (changed.includes("contentType") && form.contentType !== "") return set({ format });
    const contentType = format === subscription.format ? subscription.contentType : "";
    set({ format, contentType });
  }

  return (
    <Card title={general.title} description={general.description}>
      <SettingField name="name" required hint={general.nameHint} input={{ maxLength: 125 }} />
      <TextArea
        label={text.fields.description}
        hint={general.descriptionHint}
        error={faults.fields.description}
        rows={2}
        readOnly={!mayWrite}
        value={form.description}
        onChange={(description) => set({ description })}
      />
      <UrlField />
      <div className="field-row">
        <SelectField
          label={text.fields.format}
          hint={text.formats[form.format] ?? text.formatOwn}
          error={faults.fields.format}
          disabled={!mayWrite}
          value={form.format}
          options={optionsOf(session.settings.formats, form.format)}
          onChange={chooseFormat}
        />
        <SettingField
          name="contentType"
          hint={general.contentTypeHint}
          input={{ placeholder: general.contentTypeOfFormat, spellCheck: false }}
        />
      </div>
      <Checkbox
        checked={form.ordered}
        disabled={!mayWrite}
        label={general.orderedLabel}
        hint={general.orderedHint}
        onChange={(ordered) => set({ ordered })}
      />
    </Card>
  );
}

/** What there is to choose from, and what is chosen, even where the host has it no more. */
export function optionsOf(names: readonly string[], chosen: string) {
  const all = names.includes(chosen) ? names : [...names, chosen];
  return all.map((value) => ({ value, label: value }));
}
