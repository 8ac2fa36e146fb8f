/** Every `code` a {@link VerificationError} can carry, in the order the checks are made. Codes are stable; messages are for people and may change. */
export const VERIFICATION_ERROR_CODES = [
  /** A secret given to `verify` is empty, malformed or of another scheme, or there is none. */
  "INVALID_SECRET",
  /** A header that the scheme needs is not there. */
  "MISSING_HEADER",
  /** The message id is empty, too long, given twice or holds a character that no id may hold. */
  "INVALID_ID",
  /** The timestamp is not a plain number of unix seconds, or is given twice. */
  "INVALID_TIMESTAMP",
  /** Signed longer ago than the tolerance. */
  "TIMESTAMP_TOO_OLD",
  /** Signed further in the future than the tolerance. */
  "TIMESTAMP_TOO_NEW",
  /** None of the signatures was made with one of the secrets over these bytes. */
  "NO_MATCH",
  /** The body cannot be read as bytes, or it is genuine and is not JSON in UTF-8. */
  "INVALID_BODY",
] as const;

/** One of {@link VERIFICATION_ERROR_CODES}. */
export type VerificationErrorCode = (typeof VERIFICATION_ERROR_CODES)[number];

/** Why a request was not accepted. `code` is for programs; the message never holds a secret, a signature or the body. */
export class VerificationError extends Error {
  override readonly name = "VerificationError";
  readonly code: VerificationErrorCode;

  constructor(code: VerificationErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Whether a caught value is a {@link VerificationError}, also one from another copy of the package; with `code`, whether it is that one. */
export function isVerificationError(
  value: unknown,
  code?: VerificationErrorCode,
): value is VerificationError {
  if (!(value instanceof Error) || value.name !== "VerificationError") return false;
  return code === undefined || (value as VerificationError).code === code;
}
