import { useSyncExternalStore } from "react";
import { session } from "../../api/session.js";
import { changedFields, type Draft } from "./draft.js";

/**
 * What was typed and is not saved, by webhook: kept while the reader goes back and forth between the pages, in the memory
 * of this tab and nowhere else, because header values are secrets.
 */
const drafts = new Map<string, Draft>();
const listeners = new Set<() => void>();

function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/** The draft of a webhook; `null` where there is none. */
export function readDraft(id: string): Draft | null {
  return drafts.get(id) ?? null;
}

/** Keeps a draft, or forgets it. While any holds edits, the browser asks before the tab is closed or reloaded. */
export function writeDraft(id: string, draft: Draft | null): void {
  if (draft === null) drafts.delete(id);
  else drafts.set(id, draft);
  const isDirty = [...drafts.values()].some(
    (each) => changedFields(each, each.base, session.settings).length > 0,
  );
  if (isDirty) addEventListener("beforeunload", warn);
  else removeEventListener("beforeunload", warn);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The draft of a webhook, also when it changes. */
export function useDraft(id: string): Draft | null {
  return useSyncExternalStore(subscribe, () => readDraft(id));
}
