import type { Text } from "../../text/index.js";
import { listOf } from "./choice.js";
import type { FieldName, SettingsForm } from "./form.js";
import { isKept } from "./header-rows.js";

/** The value of a field in words, for comparing two. A secret or the value of a header is never said. */
export function valueText(name: FieldName, form: SettingsForm, { common, settings }: Text): string {
  const { values, retry } = settings;
  switch (name) {
    case "ordered":
    case "verifyTls":
      return form[name] ? common.yes : common.no;
    case "forgetCredentials":
      return form.forgetCredentials ? settings.general.forget : values.kept;
    case "secret":
      return form.secret === "" ? values.kept : values.secret;
    case "url":
      // A user name and a password in it become a sealed header.
      return form.url.replace(/^([^/]*\/\/)[^/]*@/, `$1${values.hidden}@`) || values.empty;
    case "events":
      return listOf(form.events).join(", ") || values.none;
    case "headers":
      return (
        form.headers.map((row) => (isKept(row) ? row.name : values.newValue(row.name))).join(", ") ||
        values.none
      );
    case "autoDisable": {
      const { rule, count, span } = form.autoDisable;
      if (rule === "host") return values.default;
      if (rule === "consecutive") return retry.ruleShort.consecutive(count);
      return rule === "failingFor" ? retry.ruleShort.failingFor(span) : retry.rule[rule];
    }
    case "maxEvents":
    case "intervalMinutes":
    case "maxBytes":
    case "schedule":
    case "timeout":
      return form[name] || values.default;
    default:
      return form[name] || values.empty;
  }
}
