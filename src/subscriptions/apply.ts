import { URL_LENGTH } from "../endpoints/url.js";
import type { Millis } from "../model/time.js";
import { applyEndpointSecrets } from "./apply-headers.js";
import { applySigning } from "./apply-signing.js";
import type { DisabledReason, SubscriptionDocument } from "./document.js";
import type { Draft, Target } from "./draft.js";
import { eventIssues } from "./events.js";
import type { FieldValues } from "./fields.js";
import { type CodedIssue, issueOf } from "./issues.js";
import type { ParsedFields } from "./parse.js";
import type { Rules } from "./ports.js";
import type { Sealer } from "./seal.js";

/** A draft after a change, and all that is wrong with it. */
export interface Applied extends Draft {
  readonly issues: readonly CodedIssue[];
  /** The secret that signs from now on, where the change made or set one. */
  readonly secret: string | null;
}

/**
 * Applies parsed fields to a draft and checks them against the rules and each other. Touches nothing else. What
 * enabling needs is checked anew when it is enabled, because catalogue and policy may have changed since.
 */
export function applyFields(
  before: Draft,
  parsed: ParsedFields,
  target: Target,
  rules: Rules,
  sealer: Pick<Sealer, "seal" | "open">,
): Applied {
  const { values } = parsed;
  const issues: CodedIssue[] = [...parsed.issues];
  const old = before.document;
  const enabled = values.enabled ?? before.enabled;
  const isEnabling = enabled && !before.enabled;
  const events = orElse(values.events, old.events, []);
  if (values.events !== undefined || isEnabling)
    issues.push(...eventIssues(events, target.scope, rules.catalogue));
  const { url, authorization } = applyUrl(
    orElse(values.url, old.url, null),
    values.url !== undefined || isEnabling,
  );
  const signing = applySigning(old, values.signing, target, rules.schemes, sealer, issues);
  const secrets = applyEndpointSecrets(
    {
      id: target.id,
      before: old,
      url,
      authorization,
      values,
      signed: rules.schemes.get(signing.scheme)?.headers ?? [],
      isJudged: values.headers !== undefined || signing.scheme !== old.scheme,
    },
    sealer,
    issues,
  );
  checkRules(values, rules, issues);
  if (enabled) checkComplete(url, events, issues);
  const document: SubscriptionDocument = {
    ...old,
    name: values.name ?? old.name,
    description: orElse(values.description, old.description, null),
    type: values.type ?? old.type,
    url,
    events: [...new Set(events)],
    contentType: orElse(values.contentType, old.contentType, null),
    ...secrets,
    format: orElse(values.format, old.format, null),
    scheme: signing.scheme,
    secrets: signing.secrets,
    retry: orElse(values.retry, old.retry, null),
    autoDisable: orElse(values.autoDisable, old.autoDisable, null),
    tls: orElse(values.tls, old.tls, null),
    metadata: orElse(values.metadata, old.metadata, {}),
    batch: orElse(values.batch, old.batch, null),
    ...disabling(before, enabled, target.now),
  };
  return { document, enabled, ordered: values.ordered ?? before.ordered, issues, secret: signing.secret };

  function applyUrl(wanted: string | null, isChecked: boolean) {
    if (wanted === null || !isChecked) return { url: wanted, authorization: null };
    try {
      const { url, credentials } = rules.endpoints.checkUrl(wanted);
      if (url.href.length > URL_LENGTH.max) {
        const message = `Must have at most ${URL_LENGTH.max} characters once it is encoded.`;
        issues.push({ code: "INVALID_SUBSCRIPTION", path: ["url"], message });
      }
      return { url: url.href, authorization: credentials && basic(credentials) };
    } catch (error) {
      issues.push(issueOf(error, ["url"]));
      return { url: old.url, authorization: null };
    }
  }
}

/** What disabling or enabling says of itself; nothing where neither happens. */
export function disabling(
  before: Draft,
  enabled: boolean,
  now: Millis,
  reason: DisabledReason = "manual",
  message: string | null = null,
): Partial<SubscriptionDocument> {
  if (enabled === before.enabled) return {};
  if (enabled) return { disabledReason: null, disabledAt: null, disabledMessage: null };
  return { disabledReason: reason, disabledAt: now, disabledMessage: message };
}

/** The new value, what clearing means for `null`, the old one for `undefined`. */
function orElse<T>(value: T | null | undefined, old: T, cleared: T): T {
  if (value === undefined) return old;
  return value === null ? cleared : value;
}

/** RFC 7617, section 2: UTF-8, base64. */
function basic({ user, pass }: { readonly user: string; readonly pass: string }): string {
  return `Basic ${Buffer.from(`${user}:${pass}`, "utf8").toString("base64")}`;
}

function checkRules(values: FieldValues, rules: Rules, issues: CodedIssue[]): void {
  if (typeof values.format === "string" && !rules.formats.has(values.format)) {
    const message = `Must be one of: ${[...rules.formats.keys()].join(", ")}.`;
    issues.push({ code: "INVALID_SUBSCRIPTION", path: ["format"], message });
  }
  if (values.tls?.verify === false && !rules.allowInsecureTls) {
    const message = "Must be true, unless the operator sets endpoints.allowInsecureTls.";
    issues.push({ code: "INVALID_SUBSCRIPTION", path: ["tls", "verify"], message });
  }
}

function checkComplete(url: string | null, events: readonly string[], issues: CodedIssue[]): void {
  const isNamed = (field: string) => issues.some(({ path }) => path[0] === field);
  if (url === null && !isNamed("url")) {
    issues.push({ code: "INVALID_SUBSCRIPTION", path: ["url"], message: "Is needed before enabling." });
  }
  if (events.length === 0 && !isNamed("events")) {
    const message = "Needs at least one event type before enabling.";
    issues.push({ code: "INVALID_SUBSCRIPTION", path: ["events"], message });
  }
}
