import type * as z from "zod";
import { type Issue, isWebhookError, WebhookError, type WebhookErrorCode } from "../model/errors.js";

/** Issues that one error lists. Whoever made more mistakes has made one. */
const MOST_ISSUES = 100;

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
    if (places.size >= MOST_ISSUES) break;
    const here = [...path, ...issue.path.map((key) => (typeof key === "number" ? key : shortened(key)))];
    const found: Issue[] =
      issue.code === "unrecognized_keys"
        ? issue.keys
            .slice(0, MOST_ISSUES)
            .map((key) => ({ path: [...here, shortened(key)], message: "Is not a known field." }))
        : [{ path: here, message: issue.message }];
    for (const { path, message } of found) {
      const place = JSON.stringify(path);
      if (!places.has(place)) places.set(place, { code, path, message });
    }
  }
  return [...places.values()];
}

/** What a schema makes of a value, or what is wrong with it, also when a getter or a proxy in it throws. */
export function parseSafely<T>(
  schema: z.ZodType<T, unknown>,
  value: unknown,
  path: Issue["path"],
  code: WebhookErrorCode,
): { readonly value: T } | { readonly issues: readonly CodedIssue[] } {
  try {
    const parsed = schema.safeParse(value);
    return parsed.success ? { value: parsed.data } : { issues: issuesOf(parsed.error, path, code) };
  } catch {
    // What it threw may hold data.
    return { issues: [{ code, path, message: UNREADABLE }] };
  }
}

/** What is wrong with a value of which a part cannot be read. */
export const UNREADABLE = "Cannot be read: a getter or proxy in it throws.";

/** The issue of something that threw a `WebhookError`, at `path`. Any other error is thrown on. */
export function issueOf(error: unknown, path: Issue["path"]): CodedIssue {
  if (!isWebhookError(error)) throw error;
  return { code: error.code, path, message: error.issues[0]?.message ?? error.message };
}

/** Throws {@link errorOf}, unless there are no issues. */
export function throwIssues(issues: readonly CodedIssue[], fallback: WebhookErrorCode, what: string): void {
  if (issues.length > 0) throw errorOf(issues, fallback, what);
}

/** One error for all issues, of which it lists the first 100. Its code is theirs where they agree, and `fallback` where they do not. */
export function errorOf(
  issues: readonly CodedIssue[],
  fallback: WebhookErrorCode,
  what: string,
): WebhookError {
  const shared = issues[0]?.code ?? fallback;
  const code = issues.every((issue) => issue.code === shared) ? shared : fallback;
  const listed = issues.slice(0, 5).map((issue) => `${issue.path.join(".") || "input"}: ${issue.message}`);
  if (issues.length > listed.length) listed.push(`And ${issues.length - listed.length} more.`);
  return new WebhookError(code, `${what} ${listed.join(" ")}`, {
    issues: issues.slice(0, MOST_ISSUES).map(({ path, message }) => ({ path, message })),
  });
}

/** A key as it is named in a path: what someone made up may be of any length. */
export function shortened(key: PropertyKey): string {
  return String(key).slice(0, 128);
}
