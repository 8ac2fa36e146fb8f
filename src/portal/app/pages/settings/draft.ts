import type { Subscription } from "../../../../subscriptions/present.js";
import { type Faults, hasFaults, NO_FAULTS, withoutFault } from "./faults.js";
import { differences, type FieldName, formOf, type HostSettings, isSame, type SettingsForm } from "./form.js";

/** What was typed and is not saved. */
export interface Draft {
  /** What the first edit was made to: saving is refused where someone has saved something else since. */
  readonly base: Subscription;
  readonly edits: Partial<SettingsForm>;
  readonly faults: Faults;
}

/** What the page shows: what was typed, and the stored settings wherever nothing was. */
export function shownForm(draft: Draft | null, live: Subscription, host: HostSettings): SettingsForm {
  return { ...formOf(live, host), ...draft?.edits };
}

/** The fields that were edited and are not as they are stored. */
export function changedFields(draft: Draft | null, live: Subscription, host: HostSettings): FieldName[] {
  const stored = formOf(live, host);
  return differences({ ...stored, ...draft?.edits }, stored);
}

/** The draft after an edit. What is as it is stored is no edit. `null`: nothing is left to keep. */
export function edited(
  draft: Draft | null,
  live: Subscription,
  host: HostSettings,
  edit: Partial<SettingsForm>,
): Draft | null {
  let faults = draft?.faults ?? NO_FAULTS;
  for (const name of Object.keys(edit) as FieldName[]) faults = withoutFault(faults, name);
  const edits = pruned({ ...draft?.edits, ...edit }, live, host);
  // Where nothing was edited before, this is the first edit.
  const isFirst = draft === null || Object.keys(draft.edits).length === 0;
  return kept({ base: isFirst ? live : draft.base, edits, faults });
}

/**
 * The draft once the API has answered something newer. It goes on from there where nothing that the page shows is
 * different: switching on and off, or a new secret, makes a new version, too.
 */
export function followed(draft: Draft, live: Subscription, host: HostSettings): Draft | null {
  const edits = pruned(draft.edits, live, host);
  const isAhead = live.version > draft.base.version && isLike(draft, live, host);
  if (!isAhead && Object.keys(edits).length === Object.keys(draft.edits).length) return draft;
  return kept({ ...draft, base: isAhead ? live : draft.base, edits });
}

/** The draft once it was saved: what has been typed since it was sent stays. */
export function afterSave(
  draft: Draft | null,
  sent: Partial<SettingsForm>,
  saved: Subscription,
  host: HostSettings,
): Draft | null {
  if (draft === null) return null;
  const later = Object.entries(draft.edits).filter(([name, value]) => sent[name as FieldName] !== value);
  return kept({ base: saved, edits: pruned(Object.fromEntries(later), saved, host), faults: NO_FAULTS });
}

/** The draft with what is wrong with it. */
export function refused(draft: Draft | null, live: Subscription, faults: Omit<Faults, "attempt">): Draft {
  const attempt = (draft?.faults.attempt ?? 0) + 1;
  return { base: draft?.base ?? live, edits: draft?.edits ?? {}, faults: { ...faults, attempt } };
}

/** One line of what two people made of the same field. */
export interface Difference {
  readonly name: FieldName;
  /** `null`: the reader did not touch it. */
  readonly mine: SettingsForm | null;
  readonly theirs: SettingsForm;
}

/** Where what is stored now and the draft do not agree: what the reader edited, and what others changed since. */
export function conflictOf(draft: Draft, live: Subscription, host: HostSettings): Difference[] {
  const theirs = formOf(live, host);
  const mine = { ...theirs, ...draft.edits };
  const byThem = new Set(differences(formOf(draft.base, host), theirs));
  return (Object.keys(theirs) as FieldName[]).flatMap((name): Difference[] => {
    if (!isSame(name, mine, theirs)) return [{ name, mine, theirs }];
    return byThem.has(name) ? [{ name, mine: null, theirs }] : [];
  });
}

function pruned(edits: Partial<SettingsForm>, live: Subscription, host: HostSettings): Partial<SettingsForm> {
  const stored = formOf(live, host);
  const form = { ...stored, ...edits };
  return Object.fromEntries(
    // A row that was just added says nothing yet, but is there.
    Object.entries(edits).filter(([name]) => name === "headers" || !isSame(name as FieldName, form, stored)),
  );
}

function kept(draft: Draft): Draft | null {
  const { edits, faults } = draft;
  return Object.keys(edits).length === 0 && !hasFaults(faults) ? null : draft;
}

function isLike({ base, edits }: Draft, live: Subscription, host: HostSettings): boolean {
  if (differences(formOf(base, host), formOf(live, host)).length > 0) return false;
  // A secret that is about to be set would end one that someone has just made.
  const touchesSecret = edits.secret !== undefined || edits.scheme !== undefined;
  return !touchesSecret || base.signing.secrets[0]?.createdAt === live.signing.secrets[0]?.createdAt;
}
