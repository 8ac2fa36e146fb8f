import type { Attempt } from "../../../../history/attempt.js";
import { useText } from "../../text/index.js";
import { Code } from "../../ui/code.js";
import { byteLength, sizeText } from "../../ui/size-text.js";
import { HeaderTable } from "./header-table.js";

/** What an attempt was answered. The body is text and nothing else, whatever it is. */
export function AttemptResponse(props: { readonly number: number; readonly response: Attempt["response"] }) {
  const { delivery } = useText();
  const text = delivery.attempts;
  const { number, response } = props;
  if (response === null) return <p className="attempt-part">{text.nothing}</p>;
  const { status, headers, body, truncated } = response;
  const name = `${text.attempt(number)}, ${text.response}`;
  return (
    <div className="attempt-part">
      <h4>{text.responseStatus}</h4>
      <p>
        <code>{status}</code>
      </p>
      <h4>{text.headers}</h4>
      <HeaderTable label={`${text.headers}: ${name}`} headers={headers} />
      <h4>{text.body}</h4>
      {body === "" ? <p>{text.noBody}</p> : <Code label={`${text.body}: ${name}`} text={body} wrap />}
      {truncated && <p className="delivery-muted">{text.cut(sizeText(byteLength(body)))}</p>}
    </div>
  );
}
