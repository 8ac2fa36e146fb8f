import { useMemo } from "react";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Code } from "../../ui/code.js";
import { CopyButton } from "../../ui/copy-button.js";
import { JsonTree } from "../../ui/json-tree.js";
import { Notice } from "../../ui/notice.js";
import { sizeText } from "../../ui/size-text.js";
import { TabPanels } from "../../ui/tab-panels.js";
import { BEGINNING, payloadShape } from "./payload-shape.js";

/** The body of a delivery: as a tree where it is JSON, and as it is. */
export function Payload({ payload, id }: { readonly payload: string | null; readonly id: string }) {
  const { delivery } = useText();
  const text = delivery.payload;
  const shape = useMemo(() => (payload === null ? null : payloadShape(payload)), [payload]);
  if (payload === null || shape === null) {
    return (
      <Card title={text.title}>
        <p>{text.gone}</p>
      </Card>
    );
  }
  const raw = <Code label={text.label} text={shape.text} wrap />;
  return (
    <Card
      title={text.title}
      description={text.size(sizeText(shape.bytes))}
      actions={
        <>
          {shape.isCut && <Button onClick={() => download(payload, `${id}.txt`)}>{text.download}</Button>}
          {shape.tree !== null && <CopyButton text={payload} label={text.label} />}
        </>
      }
    >
      {shape.isCut && <Notice tone="info">{text.large(sizeText(BEGINNING))}</Notice>}
      {shape.tree === null ? (
        raw
      ) : (
        <TabPanels
          label={text.views}
          items={[
            {
              key: "tree",
              label: text.tree,
              panel: (
                <JsonTree
                  label={text.label}
                  data={shape.tree}
                  expand={text.expand}
                  collapse={text.collapse}
                />
              ),
            },
            { key: "raw", label: text.raw, panel: raw },
          ]}
        />
      )}
    </Card>
  );
}

/** Through an address of this document: the security policy has no say in it, and nothing is asked of the server. */
function download(content: string, name: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
