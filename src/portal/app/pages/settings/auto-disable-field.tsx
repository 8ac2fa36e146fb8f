import type { AutoDisable } from "../../../../subscriptions/auto-disable.js";
import { session } from "../../api/session.js";
import { type Text, useText } from "../../text/index.js";
import { SelectField } from "../../ui/select-field.js";
import { TextField } from "../../ui/text-field.js";
import { durationText } from "../../ui/time-text.js";
import { useEditing } from "./editing.js";
import type { AutoDisableChoice } from "./form.js";

const RULES = ["host", "exhausted", "never", "consecutive", "failingFor"] as const;

/** When the webhook is disabled by itself: a rule, and its number where it has one. */
export function AutoDisableField() {
  const { settings } = useText();
  const { retry: text, fields } = settings;
  const { form, faults, mayWrite, set } = useEditing();
  const { autoDisable: choice } = form;
  const error = faults.fields.autoDisable;
  const hasNumber = choice.rule === "consecutive" || choice.rule === "failingFor";
  const change = (part: Partial<AutoDisableChoice>) => set({ autoDisable: { ...choice, ...part } });
  return (
    <div className="field-row">
      <SelectField
        label={fields.autoDisable}
        hint={text.ruleHint}
        error={hasNumber ? undefined : error}
        disabled={!mayWrite}
        value={choice.rule}
        options={RULES.map((rule) => ({
          value: rule,
          label:
            rule === "host"
              ? text.rule.host(policyText(session.settings.autoDisable, settings))
              : text.rule[rule],
        }))}
        onChange={(rule) => change({ rule })}
      />
      {choice.rule === "consecutive" && (
        <TextField
          label={text.count}
          required
          error={error}
          input={{ inputMode: "numeric", readOnly: !mayWrite }}
          value={choice.count}
          onChange={(count) => change({ count })}
        />
      )}
      {choice.rule === "failingFor" && (
        <TextField
          label={text.span}
          required
          hint={text.spanHint}
          error={error}
          input={{ readOnly: !mayWrite, spellCheck: false }}
          value={choice.span}
          onChange={(span) => change({ span })}
        />
      )}
    </div>
  );
}

/** A rule of the host's in a few words. */
function policyText(policy: AutoDisable, { retry }: Text["settings"]): string {
  const { ruleShort } = retry;
  if (typeof policy === "string") return ruleShort[policy];
  if ("consecutive" in policy) return ruleShort.consecutive(policy.consecutive.toLocaleString());
  return ruleShort.failingFor(durationText(policy.failingFor));
}
