import { useSyncExternalStore } from "react";

/**
 * Secrets that were just made, by the webhook they belong to: the API tells each once. Kept in the memory of this tab and
 * nowhere else, until the reader says that it is stored.
 */
const secrets = new Map<string, string>();
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

/** Keeps a secret to be shown with its webhook. `null`, which the API answers to whoever may not see it, is not kept. */
export function reveal(id: string, secret: string | null): void {
  if (secret !== null) secrets.set(id, secret);
  tell();
}

/** Forgets it. */
export function forget(id: string): void {
  secrets.delete(id);
  tell();
}

/** The secret that was just made for this webhook; `null` where none was. */
export function useRevealed(id: string): string | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => secrets.get(id) ?? null,
  );
}
