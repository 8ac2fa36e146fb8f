import type { AuditInput } from "../catalogue/audit.js";
import type { AnyCatalogue } from "../catalogue/catalogue.js";
import type { EventRecord } from "../model/event.js";
import { newId } from "../model/id.js";
import type { Entries } from "../model/store.js";
import type { Clock } from "../model/time.js";
import { derive, type Hearer } from "../publish/derive.js";
import { entriesOf } from "../publish/group.js";
import type { ChangeAction, SubscriptionChange } from "../subscriptions/change.js";
import { formatOf } from "../subscriptions/defaults.js";
import { parseDocument } from "../subscriptions/document.js";
import { compileMatcher } from "../subscriptions/match.js";
import { kindOf } from "../subscriptions/scope.js";

/** What auditing needs of the rest. */
export interface AuditParts {
  readonly clock: Clock;
  readonly catalogue: AnyCatalogue;
  /** The enabled subscriptions that hear the type at the scope, as they are stored. */
  hearers(scope: string, type: string): Promise<readonly Hearer[]>;
  /** What the host calls the scope; `undefined` where it has no name for it. */
  scopeLabel(scope: string): string | undefined;
  /** Which batch of a format an event type goes into. */
  lane(format: string, type: string): string;
}

/** Who did what nobody signed for: the host's own code. */
const HOST = { type: "system", id: "host" } as const;

/**
 * The audit event of a change of a subscription, and the deliveries it makes, for the store to write in the same step
 * as the change; `null` where the scope's kind names no audit type. The changed subscription hears of its own change
 * as it is after it.
 */
export async function auditOf(parts: AuditParts, change: SubscriptionChange): Promise<Entries | null> {
  const { record } = change;
  const kind = parts.catalogue.kind(kindOf(record.scope));
  if (!kind?.audit) return null;
  const now = parts.clock.now();
  const event: EventRecord = {
    id: newId("evt", now),
    type: kind.audit,
    scope: record.scope,
    at: now,
    createdAt: now,
    data: JSON.stringify(auditData(change, parts.scopeLabel(record.scope) ?? kind.label)),
    test: false,
  };
  const others = (await parts.hearers(record.scope, kind.audit)).filter(({ id }) => id !== record.id);
  const itself = change.action === "deleted" ? [] : hearsItself(change, kind.audit);
  return entriesOf([derive(event, [...others, ...itself], parts.lane)]);
}

/** No look at where the type is allowed: a kind's audit type always is at that kind. */
function hearsItself({ record }: SubscriptionChange, type: string): Hearer[] {
  if (!record.enabled) return [];
  const document = parseDocument(record.document, record.id);
  if (!compileMatcher(document.events)(type)) return [];
  return [{ id: record.id, scope: record.scope, type: document.type, format: formatOf(document) }];
}

function auditData(change: SubscriptionChange, scopeLabel: string): AuditInput {
  const { action, actor, before, after, metadata, record } = change;
  const { name } = parseDocument(record.document, record.id);
  return {
    scope: record.scope,
    scopeLabel,
    actor:
      actor === null
        ? HOST
        : actor.name === undefined
          ? { type: actor.type, id: actor.id }
          : { ...actor, name: actor.name },
    action: `subscription.${action}`,
    description: describe(change, name),
    subscription: { id: record.id, name },
    before: action === "created" ? null : before,
    after: action === "deleted" ? null : after,
    ...(metadata === null ? {} : { metadata }),
  };
}

const DONE: Readonly<Record<ChangeAction, string>> = {
  created: "was created",
  updated: "was changed",
  enabled: "was enabled",
  disabled: "was disabled",
  rotated: "got a new signing secret",
  deleted: "was deleted",
};

function describe({ action, after, reason }: SubscriptionChange, name: string): string {
  const fields = action === "updated" ? `: ${Object.keys(after).join(", ")}` : "";
  const why = reason === null || reason === "manual" ? "" : ` by itself (${reason})`;
  return `The webhook "${name}" ${DONE[action]}${why}${fields}.`;
}
