import type { EventTypeDescription } from "../../../../catalogue/catalogue.js";
import { useText } from "../../text/index.js";
import { Code } from "../../ui/code.js";
import { TabPanels } from "../../ui/tab-panels.js";
import "./event-data.css";

/** What is in an event: an example, and what every one holds. */
export function EventData({ event }: { readonly event: EventTypeDescription }) {
  const { catalogue: text } = useText();
  const { type, example, jsonSchema } = event;
  return (
    <div className="event-data">
      <TabPanels
        label={text.views(type)}
        items={[
          {
            key: "example",
            label: text.example,
            panel: (
              <Json
                label={text.exampleOf(type)}
                value={example}
                hint={text.exampleHint}
                none={text.noExample}
              />
            ),
          },
          {
            key: "schema",
            label: text.schema,
            panel: (
              <Json
                label={text.schemaOf(type)}
                value={jsonSchema}
                hint={text.schemaHint}
                none={text.noSchema}
              />
            ),
          },
        ]}
      />
    </div>
  );
}

function Json(props: {
  readonly label: string;
  readonly value: unknown;
  readonly hint: string;
  readonly none: string;
}) {
  const { label, value, hint, none } = props;
  if (value === null) return <p className="event-data-hint">{none}</p>;
  return (
    <>
      <Code label={label} text={JSON.stringify(value, null, 2)} />
      <p className="event-data-hint">{hint}</p>
    </>
  );
}
