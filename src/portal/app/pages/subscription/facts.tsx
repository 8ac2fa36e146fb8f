import type { Subscription } from "../../../../subscriptions/present.js";
import { useText } from "../../text/index.js";
import { HealthPill } from "../../ui/health-pill.js";
import { Pill } from "../../ui/pill.js";
import { Time } from "../../ui/time.js";

/** What one wants to know of a webhook before anything else. */
export function Facts({ subscription }: { readonly subscription: Subscription }) {
  const { common, subscription: text } = useText();
  const { enabled, health, type, url } = subscription;
  return (
    <div className="subscription-facts">
      <Pill tone={enabled ? "good" : "bad"}>{enabled ? common.enabled : common.disabled}</Pill>
      {enabled && <HealthPill status={health.status} />}
      <Pill>{common.type[type]}</Pill>
      {url !== null && <code className="subscription-url">{url}</code>}
      {health.lastAttemptAt !== null && (
        <span>
          {text.lastAttempt} <Time at={health.lastAttemptAt} />
        </span>
      )}
    </div>
  );
}
