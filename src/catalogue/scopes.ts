import { z } from "zod";
import type { Issue } from "../model/errors.js";
import type { ScopeKindInfo } from "./info.js";
import { fromStandardIssues } from "./issues.js";
import { isEventTypeName, MAX_TYPE_LENGTH } from "./pattern.js";

/** How many kinds deep a scope can be: as many as a scope can have segments. */
export const MAX_SCOPE_LEVELS = 8;

const KIND = /^[a-z][a-z0-9-]{0,63}$/;

const shape = z.strictObject({
  parent: z.string().optional(),
  label: z.string().trim().min(1).optional(),
  audit: z
    .custom<string>(isEventTypeName, {
      error: `Must be an event type name: letters, digits, _ and - in segments joined by full stops, at most ${MAX_TYPE_LENGTH} characters.`,
    })
    .optional(),
  auditInfo: z
    .strictObject({
      label: z.string().trim().min(1).optional(),
      description: z.string().optional(),
      group: z.string().trim().min(1).optional(),
      at: z.array(z.string()).min(1).optional(),
    })
    .optional(),
});

/**
 * Reads the declared scope kinds; the root comes first, declared or not. What is wrong goes to `issues`, and the
 * answer is then of no use.
 */
export function readScopes(scopes: object, issues: Issue[]): Map<string, ScopeKindInfo> {
  const declared = new Map<string, z.output<typeof shape>>();
  for (const [kind, value] of Object.entries(scopes)) {
    const report = (message: string, ...path: string[]) =>
      issues.push({ path: ["scopes", kind, ...path], message });
    if (kind !== "" && !KIND.test(kind)) {
      report("A kind is a small letter followed by at most 63 small letters, digits and hyphens.");
    }
    const parsed = shape.safeParse(value);
    if (!parsed.success) {
      for (const { path, message } of fromStandardIssues(parsed.error.issues, value)) {
        issues.push({ path: ["scopes", kind, ...path], message });
      }
    }
    declared.set(kind, parsed.data ?? {});
  }
  const kinds = new Map([["", kindInfo("", declared.get("") ?? {}, [])]]);
  for (const [kind, definition] of declared) {
    if (kind === "") {
      if (definition.parent !== undefined) {
        issues.push({ path: ["scopes", "", "parent"], message: "The root has no parent." });
      }
      continue;
    }
    kinds.set(kind, kindInfo(kind, definition, ancestorsOf(kind, declared, issues)));
  }
  for (const { kind, auditInfo } of kinds.values()) {
    for (const [index, at] of (auditInfo?.at ?? []).entries()) {
      if (kinds.has(at)) continue;
      const path = ["scopes", kind, "auditInfo", "at", index];
      issues.push({ path, message: `There is no scope kind "${at}": declare it in scopes.` });
    }
  }
  return kinds;
}

function kindInfo(
  kind: string,
  { label, audit, auditInfo }: z.output<typeof shape>,
  ancestors: readonly string[],
): ScopeKindInfo {
  return Object.freeze({
    kind,
    label: label ?? defaultLabel(kind),
    parent: ancestors[0] ?? null,
    ancestors: Object.freeze(ancestors),
    audit: audit ?? null,
    auditInfo: (auditInfo as ScopeKindInfo["auditInfo"] | undefined) ?? null,
  });
}

function defaultLabel(kind: string): string {
  return kind === "" ? "Root" : kind.charAt(0).toUpperCase() + kind.slice(1).replaceAll("-", " ");
}

/** Nearest first. Follows parents for one step more than is allowed, so that a cycle ends too. */
function ancestorsOf(
  kind: string,
  declared: ReadonlyMap<string, z.output<typeof shape>>,
  issues: Issue[],
): string[] {
  const ancestors: string[] = [];
  const report = (message: string) => {
    issues.push({ path: ["scopes", kind, "parent"], message });
    return ancestors;
  };
  for (let parent = declared.get(kind)?.parent; parent !== undefined; parent = declared.get(parent)?.parent) {
    if (parent === "") {
      // Reported once, where it is written.
      return ancestors.length === 0
        ? report("Leave it out: a kind without a parent is under the root.")
        : ancestors;
    }
    if (!declared.has(parent)) {
      return ancestors.length === 0
        ? report(`There is no kind "${parent}": declare it in scopes.`)
        : ancestors;
    }
    if (parent === kind) return report("The kind is above itself: break the circle of parents.");
    if (ancestors.includes(parent)) return ancestors;
    ancestors.push(parent);
    if (ancestors.length === MAX_SCOPE_LEVELS) {
      return report(`More than ${MAX_SCOPE_LEVELS} levels deep: leave some out.`);
    }
  }
  return ancestors;
}
