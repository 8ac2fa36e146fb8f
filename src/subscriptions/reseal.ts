import { authorizationContext, headerContext, type SubscriptionDocument, secretContext } from "./document.js";
import type { Sealer } from "./seal.js";

/** Told of a value that cannot be opened any more: the id of its key, `null` where it names none, and the error. */
export type OnStuck = (keyId: string | null, error: unknown) => void;

/** Whether anything in a document is not sealed with the first key. */
export function isStale(sealer: Pick<Sealer, "isCurrent">, document: SubscriptionDocument): boolean {
  const { secrets, headers, authorization } = document;
  return (
    secrets.some(({ sealed }) => !sealer.isCurrent(sealed)) ||
    headers.some(({ sealed }) => !sealer.isCurrent(sealed)) ||
    (authorization !== null && !sealer.isCurrent(authorization))
  );
}

/** The document with every value sealed with the first key. What cannot be opened stays as it is. */
export function reseal(
  sealer: Sealer,
  id: string,
  document: SubscriptionDocument,
  onStuck: OnStuck = () => {},
): SubscriptionDocument {
  if (!isStale(sealer, document)) return document;
  const again = (sealed: string, context: string): string => {
    if (sealer.isCurrent(sealed)) return sealed;
    try {
      return sealer.seal(sealer.open(sealed, context), context);
    } catch (error) {
      onStuck(/^v1\.([0-9a-f]{16})\./.exec(sealed)?.[1] ?? null, error);
      return sealed;
    }
  };
  const { secrets, headers, authorization } = document;
  return {
    ...document,
    secrets: secrets.map((one) => ({ ...one, sealed: again(one.sealed, secretContext(id)) })),
    headers: headers.map((one) => ({ ...one, sealed: again(one.sealed, headerContext(id, one.name)) })),
    authorization: authorization === null ? null : again(authorization, authorizationContext(id)),
  };
}
