import { Plus } from "lucide-react";
import { useEffect, useRef } from "react";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Notice } from "../../ui/notice.js";
import { isMoved } from "./address.js";
import { useEditing } from "./editing.js";
import { FaultText } from "./fault-text.js";
import { HeaderFields } from "./header-fields.js";
import type { HeaderRow } from "./header-rows.js";

/** Rows added in this tab, so that each has a key of its own. */
let added = 0;

/** Request headers of the webhook's own. */
export function HeadersCard() {
  const { headers: text } = useText().settings;
  const { subscription, form, faults, mayWrite, set } = useEditing();
  const list = useRef<HTMLUListElement>(null);
  const addButton = useRef<HTMLButtonElement>(null);
  const wanted = useRef<"last" | "add" | null>(null);
  const moved = isMoved(subscription.url, form.url);

  // Where the reader goes on: the new row's name, or the button once a row is gone.
  useEffect(() => {
    if (wanted.current === "last")
      list.current?.querySelector<HTMLInputElement>("li:last-child input")?.focus();
    if (wanted.current === "add") addButton.current?.focus();
    wanted.current = null;
  });

  function add() {
    wanted.current = "last";
    set({ headers: [...form.headers, { key: `added:${added++}`, stored: null, name: "", value: "" }] });
  }

  function change(row: HeaderRow) {
    set({ headers: form.headers.map((each) => (each.key === row.key ? row : each)) });
  }

  function remove(key: string) {
    wanted.current = "add";
    set({ headers: form.headers.filter((row) => row.key !== key) });
  }

  return (
    <Card title={text.title} description={text.description}>
      {form.format === "splunk" && <Notice tone="info">{text.splunk}</Notice>}
      {form.headers.length === 0 ? (
        <p className="settings-muted">{text.none}</p>
      ) : (
        <ul ref={list} className="settings-headers">
          {form.headers.map((row, index) => (
            <HeaderFields
              key={row.key}
              row={row}
              number={index + 1}
              moved={moved}
              error={faults.rows[row.key]}
              onChange={change}
              onRemove={mayWrite ? () => remove(row.key) : null}
            />
          ))}
        </ul>
      )}
      <FaultText text={faults.fields.headers} />
      {mayWrite && (
        <div>
          <Button ref={addButton} onClick={add}>
            <Plus aria-hidden />
            {text.add}
          </Button>
        </div>
      )}
    </Card>
  );
}
