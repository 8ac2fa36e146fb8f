import { session } from "../../api/session.js";
import { useText } from "../../text/index.js";
import { Card } from "../../ui/card.js";
import { SettingField } from "./setting-field.js";
import { writeSize } from "./size.js";

/** When a batch is sent. */
export function BatchCard() {
  const { batch: text } = useText().settings;
  const { maxEvents, intervalMinutes, maxBytes } = session.settings.batch;
  const placeholder = (value: string) => text.placeholder(value);
  return (
    <Card title={text.title} description={text.description}>
      <div className="field-row">
        <SettingField
          name="maxEvents"
          hint={text.maxEventsHint}
          input={{ inputMode: "numeric", placeholder: placeholder(maxEvents.toLocaleString()) }}
        />
        <SettingField
          name="intervalMinutes"
          hint={text.intervalHint}
          input={{ inputMode: "numeric", placeholder: placeholder(intervalMinutes.toLocaleString()) }}
        />
        <SettingField
          name="maxBytes"
          hint={text.maxBytesHint}
          input={{ placeholder: placeholder(writeSize(maxBytes)), spellCheck: false }}
        />
      </div>
    </Card>
  );
}
