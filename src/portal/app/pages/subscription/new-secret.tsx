import { Link } from "wouter";
import { forget, useRevealed } from "../../api/revealed.js";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Code } from "../../ui/code.js";

/** A secret that was just made, until the reader says that it is stored. */
export function NewSecret({ id }: { readonly id: string }) {
  const { subscription: text } = useText();
  const secret = useRevealed(id);
  if (secret === null) return null;
  return (
    <Card
      title={text.secretTitle}
      description={text.secretText}
      actions={<Button onClick={() => forget(id)}>{text.secretStored}</Button>}
    >
      <Code label={text.secretLabel} text={secret} wrap />
      <p>
        <Link href={`/subscriptions/${encodeURIComponent(id)}/verify`}>{text.secretCode}</Link>
      </p>
    </Card>
  );
}
