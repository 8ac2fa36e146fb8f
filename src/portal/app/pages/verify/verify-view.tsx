import type { Subscription } from "../../../../subscriptions/present.js";
import { CodeCard } from "./code-card.js";
import { SecretsCard } from "./secrets-card.js";
import { SigningCard } from "./signing-card.js";
import "./verify-view.css";

/** How an endpoint knows that a request is genuine: what is signed, with which secrets, and code that checks it. */
export default function VerifyView({ subscription }: { readonly subscription: Subscription }) {
  return (
    <div className="verify">
      <div className="verify-facts">
        <SigningCard subscription={subscription} />
        <SecretsCard subscription={subscription} />
      </div>
      <CodeCard subscription={subscription} />
    </div>
  );
}
