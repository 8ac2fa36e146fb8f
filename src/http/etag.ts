import { WebhookError } from "../model/errors.js";
import { HttpProblem } from "./problem.js";

/** The entity tag of a version (RFC 9110 section 8.8.3). It tells versions apart, and not how an endpoint does. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

const TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;

/**
 * The version that `If-Match` asks for; `undefined` where any will do.
 *
 * @throws HttpProblem `INVALID_ARGUMENT` for what is no entity tag. WebhookError `VERSION_CONFLICT` for a tag that no
 * version can have: a weak one never matches (RFC 9110 section 13.1.1).
 */
export function ifMatch(header: string | null): number | undefined {
  const text = header?.trim() ?? "*";
  if (text === "*") return undefined;
  const version = /^"([1-9]\d{0,14})"$/.exec(text)?.[1];
  if (version !== undefined) return Number(version);
  if (TAG.test(text)) {
    throw new WebhookError(
      "VERSION_CONFLICT",
      "This is not the stored version: read it again and use its ETag.",
    );
  }
  throw new HttpProblem("INVALID_ARGUMENT", "If-Match must be the ETag of what was read, or *.", {
    errors: [{ header: "If-Match", detail: "Must be one entity tag." }],
  });
}
