import { Link } from "wouter";
import type { Subscription } from "../../../../subscriptions/present.js";
import { isScheme, SCHEMES } from "../../snippets/schemes.js";
import { useText } from "../../text/index.js";
import { Card } from "../../ui/card.js";
import { Notice } from "../../ui/notice.js";
import "./signing-card.css";

/** The scheme in words, and each header that proves something. */
export function SigningCard({ subscription }: { readonly subscription: Subscription }) {
  const { verify } = useText();
  const text = verify.signing;
  const { id, headers, credentials, signing } = subscription;
  const { scheme } = signing;
  const own = [
    ...(credentials ? [{ name: "Authorization", meaning: text.credentials }] : []),
    ...Object.keys(headers).map((name) => ({ name, meaning: text.ownHeader })),
  ];
  const signed = isScheme(scheme)
    ? SCHEMES[scheme].map((name) => ({ name, meaning: text.header[name] ?? "" }))
    : [];
  const shown = scheme === "none" ? own : signed;
  return (
    <Card title={text.title} description={isScheme(scheme) ? text.schemes[scheme] : text.own(scheme)}>
      {scheme === "none" && own.length === 0 && (
        <Notice tone="warn">
          <p>{text.noHeaders}</p>
          <p>
            <Link href={`/subscriptions/${encodeURIComponent(id)}`}>{text.toSettings}</Link>
          </p>
        </Notice>
      )}
      {shown.length > 0 && (
        <>
          <h3>{text.headers}</h3>
          <dl className="signing-headers">
            {shown.map(({ name, meaning }) => (
              <div key={name} className="signing-header">
                <dt>
                  <code>{name}</code>
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </Card>
  );
}
