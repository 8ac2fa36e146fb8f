/** Reports that are remembered. Past it, what was reported may be reported again. */
const REMEMBERED = 10_000;

/** Reports what cannot be sealed anew: once for each subscription and key, however often it is met. */
export function stuckOnce(
  onFault: (error: unknown, message: string) => void,
): (subscriptionId: string, keyId: string | null, error: unknown) => void {
  const reported = new Set<string>();
  return (subscriptionId, keyId, error) => {
    const name = `${subscriptionId} ${keyId}`;
    if (reported.has(name)) return;
    if (reported.size >= REMEMBERED) reported.clear();
    reported.add(name);
    const key = keyId === null ? "" : ` It was sealed with key ${keyId}.`;
    onFault(error, `What is stored of subscription ${subscriptionId} cannot be sealed anew.${key}`);
  };
}
