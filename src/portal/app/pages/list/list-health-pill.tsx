import { useText } from "../../text/index.js";
import { Pill, type Tone } from "../../ui/pill.js";
import type { ListHealth } from "./health.js";

const TONES: Readonly<Record<ListHealth, Tone>> = {
  pending: "neutral",
  healthy: "good",
  failing: "warn",
  paused: "neutral",
  stopped: "bad",
};

/** How a webhook is doing, in the list's words. */
export function ListHealthPill({ health }: { readonly health: ListHealth }) {
  const { list } = useText();
  return (
    <Pill tone={TONES[health]} title={list.healthMeaning[health]}>
      {list.health[health]}
    </Pill>
  );
}
