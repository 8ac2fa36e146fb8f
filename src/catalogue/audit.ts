import { z } from "zod";
import type { EventTypeInfo, ScopeKindInfo } from "./info.js";

/** The heading audit types are listed under. */
export const AUDIT_GROUP = "Configuration audit";

const fields = z.record(z.string(), z.unknown()).nullable();

/**
 * The data of every audit event type: who changed what, where. Open: it may gain fields, and hosts that publish audit
 * events of their own may add theirs.
 */
export const auditSchema = z.looseObject({
  /** The scope that was changed, as `kind:id` segments; `""` is the root. */
  scope: z.string(),
  /** What people call a scope of that kind, or that very one. */
  scopeLabel: z.string(),
  actor: z.looseObject({
    /** `system`: nobody asked for it, such as a subscription that was disabled because its endpoint kept failing. */
    type: z.enum(["user", "system"]),
    id: z.string(),
    name: z.string().optional(),
  }),
  /** For programs, such as `subscription.updated`. */
  action: z.string(),
  /** For people: a sentence of what changed. */
  description: z.string(),
  /** The webhook subscription that was changed, if it was one. */
  subscription: z.looseObject({ id: z.string(), name: z.string() }).optional(),
  /** The changed fields as they were; `null` when the thing is new. Never secrets or header values. */
  before: fields,
  /** The changed fields as they are; `null` when the thing is gone. Never secrets or header values. */
  after: fields,
  /** Whatever the caller passed along. */
  metadata: z.record(z.string(), z.unknown()).optional(),
});

/** Audit data as it is delivered. */
export type AuditData = z.output<typeof auditSchema>;

/** Audit data as `publish` takes it. */
export type AuditInput = z.input<typeof auditSchema>;

/**
 * The event types that the scope kinds name as their audit type. One may subscribe to them at those kinds, at every
 * kind above them and at the root.
 */
export function auditTypes(kinds: ReadonlyMap<string, ScopeKindInfo>): EventTypeInfo[] {
  const byType = new Map<string, ScopeKindInfo[]>();
  for (const kind of kinds.values()) {
    if (kind.audit === null) continue;
    const sharers = byType.get(kind.audit);
    if (sharers) sharers.push(kind);
    else byType.set(kind.audit, [kind]);
  }
  return Array.from(byType, ([type, sharers]) => auditType(type, sharers, kinds));
}

function auditType(
  type: string,
  sharers: readonly ScopeKindInfo[],
  kinds: ReadonlyMap<string, ScopeKindInfo>,
): EventTypeInfo {
  const info = sharers.find(({ auditInfo }) => auditInfo !== null)?.auditInfo ?? {};
  const heard = new Set<string>(
    info.at ?? sharers.flatMap(({ kind, ancestors }) => ["", kind, ...ancestors]),
  );
  return Object.freeze({
    type,
    label: info.label ?? null,
    description:
      info.description ?? `The configuration was changed: ${sharers.map(({ label }) => label).join(", ")}.`,
    group: info.group ?? AUDIT_GROUP,
    at: Object.freeze([...kinds.keys()].filter((kind) => heard.has(kind))),
    schema: auditSchema,
    jsonSchema: null,
    example: sharers[0] && auditExample(sharers[0]),
    deprecated: false,
    audit: true,
  });
}

function auditExample({ kind, ancestors, label }: ScopeKindInfo): AuditInput {
  const path = kind === "" ? [] : [...ancestors.toReversed(), kind];
  return {
    scope: path.map((name) => `${name}:example`).join("/"),
    scopeLabel: label,
    actor: { type: "user", id: "user_1", name: "Ada Lovelace" },
    action: "subscription.updated",
    description: "Webhook “Example” was renamed.",
    subscription: { id: "sub_1", name: "Example" },
    before: { name: "Sample" },
    after: { name: "Example" },
  };
}
