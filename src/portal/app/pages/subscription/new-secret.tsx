import { useEffect, useRef } from "react";
import { Link } from "wouter";
import { forget, useRevealed } from "../../api/revealed.js";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Code } from "../../ui/code.js";

/**
 * A secret that was just made, until the reader says that it is stored. It takes the focus, and so comes into view: it is
 * shown this once, and what made it may stand far below.
 */
export function NewSecret({ id }: { readonly id: string }) {
  const { subscription: text } = useText();
  const secret = useRevealed(id);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (secret !== null) box.current?.focus();
  }, [secret]);
  if (secret === null) return null;
  return (
    <div ref={box} tabIndex={-1} className="new-secret">
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
    </div>
  );
}
