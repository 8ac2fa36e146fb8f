import { type Issue, WebhookError } from "../model/errors.js";

/** The scope kinds a scope is checked against; a catalogue is one. */
export interface ScopeKinds {
  /** Their names; `""`, the root, may be among them. */
  readonly kinds: readonly string[];
  /** The kind of that name. `parent` is `null` for one that stands directly under the root. */
  kind(name: string): { readonly parent: string | null } | undefined;
}

/** The scope of a host without tenants, and above every other. */
export const ROOT_SCOPE = "";

const ID = /^[A-Za-z0-9._~-]{1,128}$/;
const MAX_SEGMENTS = 8;

/**
 * Checks a scope such as `organization:acme/signin:lobby`: known kinds, each below its declared parent, well-formed
 * ids, at most eight segments. Answers it unchanged, for it has one spelling only.
 *
 * @param path - Where the issue points. @default ["scope"]
 * @throws WebhookError `UNKNOWN_SCOPE`.
 */
export function parseScope(text: unknown, kinds: ScopeKinds, path: Issue["path"] = ["scope"]): string {
  const problem = typeof text === "string" ? problemOf(text, kinds) : "Must be a string.";
  if (problem === null) return text as string;
  throw new WebhookError("UNKNOWN_SCOPE", `The scope is not valid. ${problem}`, {
    issues: [{ path, message: problem }],
  });
}

/** The scope itself, then each scope above it, up to the root: those whose subscriptions hear its events. */
export function scopeChain(scope: string): readonly string[] {
  if (scope === ROOT_SCOPE) return [ROOT_SCOPE];
  const chain = [scope];
  for (let end = scope.lastIndexOf("/"); end > 0; end = scope.lastIndexOf("/", end - 1)) {
    chain.push(scope.slice(0, end));
  }
  chain.push(ROOT_SCOPE);
  return chain;
}

/** The kind of the scope's last segment; `""` for the root. */
export function kindOf(scope: string): string {
  const last = scope.slice(scope.lastIndexOf("/") + 1);
  return last.slice(0, Math.max(0, last.indexOf(":")));
}

/** Whether `scope` is `under` or below it. */
export function isWithin(scope: string, under: string): boolean {
  return under === ROOT_SCOPE || scope === under || scope.startsWith(`${under}/`);
}

function problemOf(text: string, kinds: ScopeKinds): string | null {
  if (text === ROOT_SCOPE) return null;
  const declared = kinds.kinds.filter((kind) => kind !== ROOT_SCOPE);
  if (declared.length === 0) return "Must be left out: the catalogue declares no scope kinds.";
  const segments = text.split("/", MAX_SEGMENTS + 1);
  if (segments.length > MAX_SEGMENTS) return `Must have at most ${MAX_SEGMENTS} segments.`;
  let above: string | null = null;
  for (const [index, segment] of segments.entries()) {
    const place = `Segment ${index + 1}`;
    const colon = segment.indexOf(":");
    if (colon < 1) return `${place} must look like kind:id.`;
    const kind = segment.slice(0, colon);
    const known = kinds.kind(kind);
    if (!known) return `${place} must be of a declared kind: ${declared.join(", ")}.`;
    const { parent } = known;
    if (parent !== above) {
      return parent === null
        ? `${place} is of a kind that stands at the top: nothing may come before it.`
        : `${place} must come right below a segment of kind ${parent}.`;
    }
    if (!ID.test(segment.slice(colon + 1))) {
      return `${place} must have an id of 1 to 128 letters, digits or any of . _ ~ -`;
    }
    above = kind;
  }
  return null;
}
