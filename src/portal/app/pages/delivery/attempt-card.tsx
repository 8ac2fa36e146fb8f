import type { Attempt } from "../../../../history/attempt.js";
import { useText } from "../../text/index.js";
import { Pill } from "../../ui/pill.js";
import { TabPanels } from "../../ui/tab-panels.js";
import { Time } from "../../ui/time.js";
import { AttemptRequest } from "./attempt-request.js";
import { AttemptResponse } from "./attempt-response.js";
import { statusMeaning } from "./explain.js";

/** One attempt: how it went and what that means, what was asked and what was answered. */
export function AttemptCard({ attempt }: { readonly attempt: Attempt }) {
  const { delivery: words } = useText();
  const text = words.attempts;
  const { number, at, durationMs, request, response, error } = attempt;
  const title = `attempt-${number}`;
  return (
    <section className="attempt" aria-labelledby={title}>
      <div className="attempt-head">
        <h3 id={title}>{text.attempt(number)}</h3>
        <Pill tone={error === null ? "good" : "bad"}>
          {response === null ? text.noAnswer : text.status(response.status)}
        </Pill>
        <span className="delivery-muted">
          <Time at={at} show="both" />
        </span>
      </div>
      <p>{meaning(attempt, words)}</p>
      <TabPanels
        label={text.views(number)}
        items={[
          {
            key: "request",
            label: text.request,
            panel: <AttemptRequest number={number} request={request} />,
          },
          {
            key: "response",
            label: text.response,
            panel: <AttemptResponse number={number} response={response} />,
          },
        ]}
      />
      <p className="attempt-foot">
        {text.completed(
          durationMs < 1
            ? text.instantly
            : (durationMs / 1_000).toLocaleString(undefined, { maximumFractionDigits: 3 }),
        )}
      </p>
    </section>
  );
}

/** What it means and what to do: by the error where that says more than the status, else by the status. */
function meaning({ response, error }: Attempt, text: ReturnType<typeof useText>["delivery"]): string {
  const byError = error === null ? undefined : text.byError[error.code];
  if (byError !== undefined) return byError;
  if (response === null) return error?.message ?? text.attempts.nothing;
  return text.byStatus[statusMeaning(response.status)];
}
