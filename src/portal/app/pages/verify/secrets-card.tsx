import { useState } from "react";
import type { Subscription } from "../../../../subscriptions/present.js";
import { may } from "../../api/session.js";
import { signsWithNewestOnly } from "../../snippets/schemes.js";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Code } from "../../ui/code.js";
import { RotateDialog } from "./rotate-dialog.js";
import { SecretsTable } from "./secrets-table.js";

/** The secrets that sign, without their text; the public key where there is one; and the way to a new one. */
export function SecretsCard({ subscription }: { readonly subscription: Subscription }) {
  const { verify } = useText();
  const text = verify.secrets;
  const [isRotating, setRotating] = useState(false);
  const { scheme, secrets, verificationKey } = subscription.signing;
  if (secrets.length === 0) return null;
  const isKeyPair = verificationKey !== null;
  const newestOnly = signsWithNewestOnly(scheme);
  return (
    <Card
      title={isKeyPair ? text.titleKeys : text.title}
      description={isKeyPair ? text.descriptionKeys : newestOnly ? text.descriptionNewest : text.description}
      actions={
        may("write") && (
          <Button onClick={() => setRotating(true)}>
            {isKeyPair ? verify.rotate.buttonKey : verify.rotate.button}
          </Button>
        )
      }
    >
      {verificationKey !== null && <Code label={text.publicKey} text={verificationKey} wrap />}
      <SecretsTable secrets={secrets} isKeyPair={isKeyPair} newestOnly={newestOnly} />
      {isRotating && <RotateDialog subscription={subscription} onClose={() => setRotating(false)} />}
    </Card>
  );
}
