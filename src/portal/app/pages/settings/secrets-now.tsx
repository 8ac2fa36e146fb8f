import type { SubscriptionSigning } from "../../../../subscriptions/present.js";
import { useText } from "../../text/index.js";
import { Time } from "../../ui/time.js";

/** Which secrets sign now, and until when. */
export function SecretsNow({ signing }: { readonly signing: SubscriptionSigning }) {
  const { signing: text } = useText().settings;
  const { secrets } = signing;
  if (secrets.length === 0) return <p className="settings-muted">{text.nothing}</p>;
  return (
    <div className="settings-secrets">
      <p>{text.now(secrets.length)}</p>
      <ul className="settings-muted">
        {secrets.map(({ createdAt, expiresAt }) => (
          <li key={`${createdAt} ${expiresAt ?? ""}`}>
            {expiresAt === null ? text.newest : text.older} <Time at={expiresAt ?? createdAt} show="both" />
          </li>
        ))}
      </ul>
    </div>
  );
}
