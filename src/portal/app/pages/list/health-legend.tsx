import { useText } from "../../text/index.js";
import { HEALTHS } from "./health.js";
import { ListHealthPill } from "./list-health-pill.js";
import "./health-legend.css";

/** What the words in the column of health mean, for whoever has no pointer to rest on them. */
export function HealthLegend() {
  const { list } = useText();
  return (
    <details className="health-legend">
      <summary>{list.healthLegend}</summary>
      <dl className="health-legend-words">
        {HEALTHS.map((health) => (
          <div key={health} className="health-legend-word">
            <dt>
              <ListHealthPill health={health} />
            </dt>
            <dd>{list.healthMeaning[health]}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
