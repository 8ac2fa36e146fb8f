/** Every `code` a {@link WebhookError} can carry. Codes are stable; messages are for people and may change. */
export const WEBHOOK_ERROR_CODES = [
  /** The type is not in the catalogue. */
  "UNKNOWN_EVENT_TYPE",
  /** The event's data, id, time or size is not acceptable; `issues` says where. */
  "INVALID_DATA",
  /** A field of the subscription is not acceptable; `issues` says which. */
  "INVALID_SUBSCRIPTION",
  /** The endpoint policy refuses this URL. */
  "URL_REFUSED",
  /** No such subscription, delivery or event. */
  "NOT_FOUND",
  /** `ifVersion` is not the stored version, or someone else saved at the same moment. */
  "VERSION_CONFLICT",
  /** The scope's kind, parent or id is not valid. */
  "UNKNOWN_SCOPE",
  /** The event type cannot be used at a scope of this kind. */
  "SCOPE_NOT_ALLOWED",
  /** The cursor was not made by this list with these filters. */
  "INVALID_CURSOR",
  /** An argument of a call is not acceptable; `issues` says which. */
  "INVALID_ARGUMENT",
  /** The thing exists but is not in a state that allows this call; the message says what to do first. */
  "INVALID_STATE",
  /** The store did not answer or failed; nothing is known to have changed. */
  "STORE_UNAVAILABLE",
  /** A sealed value cannot be opened with the keys given. */
  "UNSEAL_FAILED",
  /** The options given to `createWebhooks` or an adapter do not fit together. */
  "CONFIGURATION",
] as const;

/** One of {@link WEBHOOK_ERROR_CODES}. */
export type WebhookErrorCode = (typeof WEBHOOK_ERROR_CODES)[number];

/** One bad field: where it is and what is wrong with it. Never holds the refused value. */
export interface Issue {
  /** The way to the field, outermost first: `["retry", "schedule", 2]`. Empty when the whole input is meant. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The one error class of the library. `code` is for programs, `message` says what to do next, `issues` names each bad field. */
export class WebhookError extends Error {
  override readonly name = "WebhookError";
  readonly code: WebhookErrorCode;
  readonly issues: readonly Issue[];

  constructor(
    code: WebhookErrorCode,
    message: string,
    options: { issues?: readonly Issue[]; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.issues = options.issues ?? [];
  }
}

/** Whether a caught value is a {@link WebhookError}, also one from another copy of the package; with `code`, whether it is that one. */
export function isWebhookError(value: unknown, code?: WebhookErrorCode): value is WebhookError {
  if (!(value instanceof Error) || value.name !== "WebhookError") return false;
  return code === undefined || (value as WebhookError).code === code;
}
