import type { Attempt } from "../../../../history/attempt.js";
import { useText } from "../../text/index.js";
import { HeaderTable } from "./header-table.js";

/** What an attempt asked. */
export function AttemptRequest(props: { readonly number: number; readonly request: Attempt["request"] }) {
  const { delivery } = useText();
  const text = delivery.attempts;
  const { url, headers } = props.request;
  return (
    <div className="attempt-part">
      <h4>{text.address}</h4>
      <code className="attempt-url">{url}</code>
      <h4>{text.headers}</h4>
      <HeaderTable
        label={`${text.headers}: ${text.attempt(props.number)}, ${text.request}`}
        headers={headers}
      />
      <p className="delivery-muted">{text.requestBody}</p>
    </div>
  );
}
