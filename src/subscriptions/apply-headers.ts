import {
  authorizationContext,
  headerContext,
  type SealedHeader,
  type SubscriptionDocument,
} from "./document.js";
import type { FieldValues } from "./fields.js";
import { type Header, headerIssues, REDACTED } from "./headers.js";
import type { CodedIssue } from "./issues.js";
import type { Sealer } from "./seal.js";

/** The secrets of the endpoint's own after a change: headers, and the credentials its URL once held. */
export type EndpointSecrets = Pick<SubscriptionDocument, "headers" | "authorization">;

/** What a change of headers and credentials is decided from. */
export interface EndpointChange {
  readonly id: string;
  readonly before: SubscriptionDocument;
  /** The URL after the change. */
  readonly url: string | null;
  /** The value of `Authorization` made from credentials in a new URL; `null` when it holds none. */
  readonly authorization: string | null;
  readonly values: Pick<FieldValues, "headers" | "credentials">;
  /** Lower-case names the signature scheme sets after the change. */
  readonly signed: readonly string[];
  /** Whether names have to be judged again: the headers or the scheme change. */
  readonly isJudged: boolean;
}

/**
 * The headers and credentials after a change. A new origin is a new receiver: what was given for the old one is
 * dropped, and `[redacted]` cannot carry it over.
 */
export function applyEndpointSecrets(
  change: EndpointChange,
  sealer: Pick<Sealer, "seal" | "open">,
  issues: CodedIssue[],
): EndpointSecrets {
  const { id, before, values } = change;
  const isNewOrigin = before.url !== null && originOf(before.url) !== originOf(change.url);
  const kept = isNewOrigin ? [] : before.headers;
  const given = values.headers === undefined ? undefined : (values.headers ?? []);
  const headers = given === undefined ? kept : mergeHeaders(given, kept, isNewOrigin, id, sealer, issues);
  if (change.isJudged) judge(change, given, headers, sealer, issues);
  return { headers, authorization: credentialsAfter(change, isNewOrigin, headers, sealer, issues) };
}

/** Scheme, host and port; `null` for no URL. */
export function originOf(url: string | null): string | null {
  return url === null ? null : new URL(url).origin;
}

function mergeHeaders(
  given: readonly Header[],
  kept: readonly SealedHeader[],
  isNewOrigin: boolean,
  id: string,
  sealer: Pick<Sealer, "seal">,
  issues: CodedIssue[],
): SealedHeader[] {
  return given.flatMap(({ name, value }) => {
    if (value !== REDACTED) return [{ name, sealed: sealer.seal(value, headerContext(id, name)) }];
    const old = kept.find((header) => header.name.toLowerCase() === name.toLowerCase());
    if (old) return [{ name, sealed: old.sealed }];
    const message = isNewOrigin
      ? "Must be given again: the URL's origin changes, and values do not follow it."
      : `Must have a value: there is no such header yet, so ${REDACTED} keeps nothing.`;
    issues.push({ code: "INVALID_SUBSCRIPTION", path: ["headers", name.slice(0, 128)], message });
    return [];
  });
}

/** Judges all headers as they will be sent; kept values are opened only to be counted. */
function judge(
  { id, signed }: EndpointChange,
  given: readonly Header[] | undefined,
  headers: readonly SealedHeader[],
  sealer: Pick<Sealer, "open">,
  issues: CodedIssue[],
): void {
  const isKept = (header: Header) => header.value === REDACTED;
  const open = ({ name, sealed }: SealedHeader) => ({
    name,
    value: sealer.open(sealed, headerContext(id, name)),
  });
  const plain = given && !given.some(isKept) ? given : headers.map(open);
  for (const issue of headerIssues(plain, signed)) {
    issues.push({ code: "INVALID_SUBSCRIPTION", path: ["headers", ...issue.path], message: issue.message });
  }
}

function credentialsAfter(
  { id, before, authorization, values }: EndpointChange,
  isNewOrigin: boolean,
  headers: readonly SealedHeader[],
  sealer: Pick<Sealer, "seal">,
  issues: CodedIssue[],
): string | null {
  const isForgotten = isNewOrigin || values.credentials === false;
  const held = isForgotten ? null : before.authorization;
  if (authorization !== null && values.credentials === false) {
    const message = "Cannot be false while the URL holds credentials.";
    issues.push({ code: "INVALID_SUBSCRIPTION", path: ["credentials"], message });
  }
  const header = headers.find(({ name }) => name.toLowerCase() === "authorization");
  if (header && (authorization !== null || held !== null)) {
    const message =
      "Cannot be set beside credentials in the URL: leave one of them out, or send credentials: false to forget those held.";
    issues.push({ code: "INVALID_SUBSCRIPTION", path: ["headers", header.name], message });
  }
  return authorization === null ? held : sealer.seal(authorization, authorizationContext(id));
}
