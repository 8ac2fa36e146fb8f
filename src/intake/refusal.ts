import { isWebhookError, WebhookError } from "../model/errors.js";

/** An event that will not be published. */
export interface Refused {
  readonly id: string;
  /** Names the event and what is wrong with it, never its data. */
  readonly error: WebhookError;
}

/** Issues that are kept with the event. Data can have as many as it has fields. */
const KEPT_ISSUES = 20;

/** Says which event was refused. Of an error that is not ours only the class is told: its message may quote the data. */
export function refuse(id: string, error: unknown): Refused {
  const found = isWebhookError(error) ? error : stranger(error);
  const message = `The event ${JSON.stringify(id.slice(0, 128))}, published from SQL, was refused: ${found.message}`;
  return { id, error: new WebhookError(found.code, message, { issues: found.issues }) };
}

function stranger(error: unknown): WebhookError {
  const name = error instanceof Error ? error.constructor?.name : typeof error;
  const message = `Validating it threw (${name}): make the schema report issues instead.`;
  return new WebhookError("INVALID_DATA", message, { issues: [{ path: [], message }] });
}

/** The reason as it is kept in the inbox: JSON of `code`, `message` and the first issues. */
export function reasonOf({ code, message, issues }: WebhookError): string {
  return JSON.stringify({ code, message, issues: issues.slice(0, KEPT_ISSUES) });
}
