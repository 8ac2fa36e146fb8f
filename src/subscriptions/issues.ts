import type * as z from "zod";
import { type Issue, isWebhookError, WebhookError, type WebhookErrorCode } from "../model/errors.js";

/** An issue that knows which error it would be on its own. */
export interface CodedIssue extends Issue {
  readonly code: WebhookErrorCode;
}

/**
 * The issues of a failed zod parse, below `path`, one for each place: zod goes on to judge the length of what is not
 * even text. An unknown field is named itself, not the object it stands in.
 */
export function issuesOf(error: z.ZodError, path: Issue["path"], code: WebhookErrorCode): CodedIssue[] {
  const places = new Map<string, CodedIssue>();
  for (const issue of error.issues) {
    const here = [...path, ...issue.path.map((key) => (typeof key === "symbol" ? String(key) : key))];
    const found: Issue[] =
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => ({ path: [...here, key], message: "Is not a known field." }))
        : [{ path: here, message: issue.message }];
    for (const { path, message } of found) {
      const place = JSON.stringify(path);
      if (!places.has(place)) places.set(place, { code, path, message });
    }
  }
  return [...places.values()];
}

/** The issue of something that threw a `WebhookError`, at `path`. Any other error is thrown on. */
export function issueOf(error: unknown, path: Issue["path"]): CodedIssue {
  if (!isWebhookError(error)) throw error;
  return { code: error.code, path, message: error.issues[0]?.message ?? error.message };
}

/**
 * One error for all issues. Its code is theirs where they agree, and `fallback` where they do not.
 * @throws WebhookError always, but for an empty list.
 */
export function throwIssues(issues: readonly CodedIssue[], fallback: WebhookErrorCode, what: string): void {
  const first = issues[0];
  if (!first) return;
  const code = issues.every((issue) => issue.code === first.code) ? first.code : fallback;
  const listed = issues.slice(0, 5).map((issue) => `${issue.path.join(".") || "input"}: ${issue.message}`);
  if (issues.length > listed.length) listed.push(`And ${issues.length - listed.length} more.`);
  throw new WebhookError(code, `${what} ${listed.join(" ")}`, {
    issues: issues.map(({ path, message }) => ({ path, message })),
  });
}
