import type { HealthStatus } from "../../../subscriptions/health.js";
import { useText } from "../text/index.js";
import { Pill, type Tone } from "./pill.js";

const TONES: Readonly<Record<HealthStatus, Tone>> = {
  pending: "neutral",
  healthy: "good",
  failing: "warn",
  disabled: "bad",
};

/** How an endpoint is doing. */
export function HealthPill({ status }: { readonly status: HealthStatus }) {
  const { common } = useText();
  return (
    <Pill tone={TONES[status]} title={common.healthMeaning[status]}>
      {common.health[status]}
    </Pill>
  );
}
