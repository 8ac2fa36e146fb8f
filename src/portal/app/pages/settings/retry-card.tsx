import { session } from "../../api/session.js";
import { useText } from "../../text/index.js";
import { Card } from "../../ui/card.js";
import { Checkbox } from "../../ui/checkbox.js";
import { Notice } from "../../ui/notice.js";
import { durationText } from "../../ui/time-text.js";
import { AutoDisableField } from "./auto-disable-field.js";
import { parseSchedule, totalOf, writeDuration, writeSchedule } from "./duration.js";
import { useEditing } from "./editing.js";
import { FaultText } from "./fault-text.js";
import { SettingField } from "./setting-field.js";

/** How often and how long a delivery is tried, and when the webhook gives up. */
export function RetryCard() {
  const { retry: text } = useText().settings;
  const { form, faults, mayWrite, set } = useEditing();
  const host = session.settings.retry;
  const schedule = writeSchedule(host.schedule);
  const parsed = form.schedule.trim() === "" ? { waits: host.schedule } : parseSchedule(form.schedule);
  // A webhook that was made while the host allowed it still says so.
  const hasTls = session.settings.endpoints.allowInsecureTls || !form.verifyTls;
  return (
    <Card title={text.title} description={text.description}>
      <div className="field-row">
        <div className="settings-group">
          <SettingField
            name="schedule"
            hint={text.scheduleHint(schedule)}
            input={{ placeholder: schedule, spellCheck: false }}
          />
          <p className="settings-muted" aria-live="polite">
            {"bad" in parsed
              ? text.bad(parsed.bad)
              : text.summary(parsed.waits.length + 1, durationText(totalOf(parsed.waits)))}
          </p>
        </div>
        <SettingField
          name="timeout"
          hint={text.timeoutHint(writeDuration(host.timeout))}
          input={{ placeholder: writeDuration(host.timeout), spellCheck: false }}
        />
      </div>
      <AutoDisableField />
      {hasTls && (
        <div className="settings-group">
          <Checkbox
            checked={form.verifyTls}
            disabled={!mayWrite}
            label={text.tlsLabel}
            hint={text.tlsHint}
            onChange={(verifyTls) => set({ verifyTls })}
          />
          <FaultText text={faults.fields.verifyTls} />
          {!form.verifyTls && <Notice tone="warn">{text.tlsWarning}</Notice>}
        </div>
      )}
    </Card>
  );
}
