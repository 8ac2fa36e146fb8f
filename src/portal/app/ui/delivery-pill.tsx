import type { DeliveryStatus } from "../../../model/delivery.js";
import { useText } from "../text/index.js";
import { Pill, type Tone } from "./pill.js";

const TONES: Readonly<Record<DeliveryStatus, Tone>> = {
  pending: "info",
  failed: "warn",
  delivered: "good",
  exhausted: "bad",
  cancelled: "neutral",
};

/** What became of a delivery. */
export function DeliveryPill({ status }: { readonly status: DeliveryStatus }) {
  const { common } = useText();
  return (
    <Pill tone={TONES[status]} title={common.deliveryStatusMeaning[status]}>
      {common.deliveryStatus[status]}
    </Pill>
  );
}
