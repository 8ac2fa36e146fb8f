import { session } from "../../api/session.js";
import { useText } from "../../text/index.js";
import { Checkbox } from "../../ui/checkbox.js";
import { Notice } from "../../ui/notice.js";
import { hasCredentials, isMoved } from "./address.js";
import { useEditing } from "./editing.js";
import { FaultText } from "./fault-text.js";
import { SettingField } from "./setting-field.js";

/** Where it sends, with the credentials that were in the address, and what another server means for what is kept. */
export function UrlField() {
  const { settings: text } = useText();
  const { general } = text;
  const { subscription, form, faults, mayWrite, set } = useEditing();
  const { credentials, headers, url } = subscription;
  const isNew = hasCredentials(form.url);
  const isAway = isMoved(url, form.url);
  const kept = Object.keys(headers).length;
  return (
    <div className="settings-group">
      <SettingField
        name="url"
        hint={session.settings.endpoints.allowHttp ? general.urlHintHttp : general.urlHint}
        input={{ type: "url", inputMode: "url", placeholder: general.urlExample, spellCheck: false }}
      />
      <div className="settings-said" aria-live="polite">
        {isNew && <p>{general.urlCredentials}</p>}
        {isNew && credentials && <p>{general.replaced}</p>}
        {isAway && (kept > 0 || credentials) && <Notice tone="warn">{text.moved(kept, credentials)}</Notice>}
      </div>
      {credentials && !isNew && !isAway && (
        <div className="settings-held">
          <p>{general.held}</p>
          {mayWrite && (
            <Checkbox
              checked={form.forgetCredentials}
              label={general.forget}
              onChange={(forgetCredentials) => set({ forgetCredentials })}
            />
          )}
          <FaultText text={faults.fields.forgetCredentials} />
        </div>
      )}
    </div>
  );
}
