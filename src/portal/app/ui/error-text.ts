import { isClientError } from "hookwright/client";
import { useText } from "../text/index.js";

/** What an error means to the reader. */
export interface ErrorText {
  readonly text: string;
  /** Signing in again is what helps. */
  readonly isSession: boolean;
}

const SESSION: ReadonlySet<string> = new Set(["UNAUTHENTICATED", "BAD_RESPONSE"]);

/** Says what an error means: our own words for what we know, else what the API says, which is written for people. */
export function useErrorText(): (error: unknown) => ErrorText {
  const { errors } = useText();
  return (error) => {
    if (!isClientError(error)) return { text: errors.other, isSession: false };
    const text = errors.byCode[error.code] ?? error.detail;
    return { text, isSession: SESSION.has(error.code) };
  };
}
