import type { SubscriptionSigning } from "../../../../subscriptions/present.js";
import { useText } from "../../text/index.js";
import { Scroll } from "../../ui/scroll.js";
import { Time } from "../../ui/time.js";

/** When each secret was made, and until when it signs; the newest first. */
export function SecretsTable(props: {
  readonly secrets: SubscriptionSigning["secrets"];
  readonly isKeyPair: boolean;
  /** Whether only the newest signs, though older ones are kept. */
  readonly newestOnly: boolean;
}) {
  const { verify } = useText();
  const text = verify.secrets;
  const { secrets, isKeyPair, newestOnly } = props;
  return (
    <Scroll label={text.table}>
      <table>
        <thead>
          <tr>
            <th scope="col">{isKeyPair ? text.key : text.secret}</th>
            <th scope="col">{text.made}</th>
            <th scope="col">{text.until}</th>
          </tr>
        </thead>
        <tbody>
          {secrets.map(({ createdAt, expiresAt }, index) => (
            <tr key={createdAt + expiresAt}>
              <th scope="row">{index === 0 ? text.newest : text.older}</th>
              <td>
                <Time at={createdAt} />
              </td>
              <td>
                {index > 0 && newestOnly ? (
                  text.idle
                ) : expiresAt === null ? (
                  text.noEnd
                ) : (
                  <Time at={expiresAt} show="both" />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
