/**
 * Tells a host's log of a fault. A log that fails, at once or later, must cost neither the caller the answer nor the host
 * the process; there is nobody left to tell.
 */
export function tell<R>(
  onError: ((error: unknown, request: R) => void) | undefined,
  error: unknown,
  request: R,
): void {
  try {
    const told: unknown = onError?.(error, request);
    if (told instanceof Promise) told.catch(() => {});
  } catch {}
}
