import { Link } from "wouter";
import type { Subscription } from "../../../../subscriptions/present.js";
import { goSnippet } from "../../snippets/go.js";
import { nodeSnippet } from "../../snippets/node.js";
import { pythonSnippet } from "../../snippets/python.js";
import { credentialOf, receiverOf } from "../../snippets/receiver.js";
import { useText } from "../../text/index.js";
import { Card } from "../../ui/card.js";
import { Code } from "../../ui/code.js";
import { Notice } from "../../ui/notice.js";
import { TabPanels } from "../../ui/tab-panels.js";

const LANGUAGES = [
  { key: "node", snippet: nodeSnippet },
  { key: "python", snippet: pythonSnippet },
  { key: "go", snippet: goSnippet },
] as const;

/** A receiver for this webhook in three languages; for a scheme of the host's own, where to look. */
export function CodeCard({ subscription }: { readonly subscription: Subscription }) {
  const { verify } = useText();
  const text = verify.code;
  const { id, url, signing } = subscription;
  const receiver = receiverOf(subscription);
  if (receiver === null) return <Card title={text.title} description={text.own(signing.scheme)} />;
  const { path, header, scheme } = receiver;
  const description =
    scheme === "none"
      ? text.descriptionNone(path, header)
      : scheme === "standard-ed25519"
        ? text.descriptionKey(path)
        : text.description(path);
  return (
    <Card title={text.title} description={description}>
      {scheme === "none" && credentialOf(subscription) === null && (
        <Notice tone="info">{text.exampleHeader(header)}</Notice>
      )}
      {url === null && <Notice tone="info">{text.noUrl}</Notice>}
      <TabPanels
        label={text.languages}
        items={LANGUAGES.map(({ key, snippet }) => ({
          key,
          label: text[key],
          panel: <Code label={text.label(text[key])} text={snippet(receiver)} />,
        }))}
      />
      <p>
        <Link href={`/subscriptions/${encodeURIComponent(id)}/deliveries`}>{text.tryIt}</Link>
      </p>
    </Card>
  );
}
