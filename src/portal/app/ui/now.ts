import { useSyncExternalStore } from "react";

/** Shared by everything that shows how long ago something was: one timer, only while somebody listens. */
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function read(): number {
  // Nobody listened for a while, so that nobody moved it on.
  if (timer === undefined && Date.now() - now > 1_000) now = Date.now();
  return now;
}

/** The reader's clock in epoch milliseconds, a second at a time. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, read);
}
