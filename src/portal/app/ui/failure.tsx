import { useText } from "../text/index.js";
import { Button } from "./button.js";
import { useErrorText } from "./error-text.js";
import { Notice } from "./notice.js";

/** What stands where something could not be read: why, and what to do. */
export function Failure(props: {
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly title?: string;
}) {
  const { errors, common } = useText();
  const { text, isSession } = useErrorText()(props.error);
  return (
    <Notice
      tone="bad"
      live
      title={props.title ?? errors.title}
      actions={
        isSession ? (
          <Button onClick={() => location.reload()}>{errors.reload}</Button>
        ) : (
          <Button onClick={props.onRetry}>{common.tryAgain}</Button>
        )
      }
    >
      <p>{text}</p>
    </Notice>
  );
}
