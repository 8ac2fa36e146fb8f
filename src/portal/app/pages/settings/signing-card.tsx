import { Link } from "wouter";
import { session } from "../../api/session.js";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Notice } from "../../ui/notice.js";
import { SecretField } from "../../ui/secret-field.js";
import { SelectField } from "../../ui/select-field.js";
import { useEditing } from "./editing.js";
import { optionsOf } from "./general-card.js";
import { SecretsNow } from "./secrets-now.js";
import { makeSecret, secretFate, UNSIGNED } from "./signing-change.js";

/** How requests are signed, and with what. */
export function SigningCard() {
  const { settings } = useText();
  const { signing: text, fields } = settings;
  const { subscription, form, faults, mayWrite, set } = useEditing();
  const { id, signing } = subscription;
  const fate = secretFate(signing, form.scheme);
  const isReplaced = form.secret !== "" && form.scheme !== UNSIGNED && signing.secrets.length > 0;

  function make() {
    const secret = makeSecret(form.scheme);
    if (secret !== null) set({ secret });
  }

  return (
    <Card title={text.title} description={text.description}>
      <div className="field-row">
        <SelectField
          label={fields.scheme}
          hint={text.schemes[form.scheme] ?? text.schemeOwn}
          error={faults.fields.scheme}
          disabled={!mayWrite}
          value={form.scheme}
          options={optionsOf(session.settings.signatures, form.scheme)}
          onChange={(scheme) => set(scheme === UNSIGNED ? { scheme, secret: "" } : { scheme })}
        />
        {mayWrite && form.scheme !== UNSIGNED && (
          <div className="settings-group">
            <SecretField
              label={fields.secret}
              hint={fate === "needed" ? text.secretHintNew : text.secretHint}
              required={fate === "needed"}
              error={faults.fields.secret}
              value={form.secret}
              onChange={(secret) => set({ secret })}
            />
            {fate !== "same" && makeSecret(form.scheme) !== null && (
              <div>
                <Button onClick={make}>{text.make}</Button>
              </div>
            )}
          </div>
        )}
      </div>
      <div className="settings-said" aria-live="polite">
        {fate === "kept" && form.secret === "" && (
          <Notice tone="warn">{text.fate.kept(signing.secrets.length > 1)}</Notice>
        )}
        {(fate === "dropped" || fate === "needed" || fate === "maybe") && form.secret === "" && (
          <Notice tone="warn">{text.fate[fate]}</Notice>
        )}
        {isReplaced && <Notice tone="warn">{text.secretReplaces}</Notice>}
      </div>
      <SecretsNow signing={signing} />
      <p>
        <Link href={`/subscriptions/${encodeURIComponent(id)}/verify`}>{text.toVerify}</Link>
      </p>
    </Card>
  );
}
