import type { Position, SubscriptionStore } from "../model/store.js";
import type { Clock } from "../model/time.js";
import { turn } from "../model/turn.js";
import { parseDocument, type SubscriptionDocument, serialiseDocument } from "./document.js";
import { isStale, reseal } from "./reseal.js";
import type { Sealer } from "./seal.js";

/** What sealing anew needs of the rest. */
export interface RewrapParts {
  readonly store: Pick<SubscriptionStore, "findSubscriptions" | "readSubscriptions" | "saveSubscription">;
  readonly clock: Clock;
  readonly sealer: Sealer;
  /** Told of what stays as it is: `keyId` is that of the key which is missing, `null` where it is not known. */
  onStuck(subscriptionId: string, keyId: string | null, error: unknown): void;
}

/** Subscriptions read at once. */
const PAGE = 100;

/** Saves tried before a subscription that others keep changing is left to them: a change seals anew what it writes. */
const TRIES = 8;

/**
 * Seals every stored value anew that is not sealed with the first key, and forgets expired secrets on the way. Answers
 * how many subscriptions it wrote. It may end at any point, and any number of processes may do it at once: each
 * subscription is one step, and what is done is not done again.
 *
 * The version stays as it is, as does all else that can be seen: nothing of what the subscription says has changed, so
 * an `ifVersion` that was read before still fits, and nobody's caches are out of date. A change takes the version on,
 * so a save that comes after it is refused and made again of what is stored then; a change that comes after a save
 * and was decided on what was there before seals its values anew itself.
 *
 * @param isStopped - Asked before each step.
 * @throws WebhookError `STORE_UNAVAILABLE`.
 */
export async function rewrap(parts: RewrapParts, isStopped: () => boolean = () => false): Promise<number> {
  let count = 0;
  let after: Position | null = null;
  do {
    const page = await parts.store.findSubscriptions({ limit: PAGE, after });
    for (const { id, document } of page) {
      if (staleDocument(parts, id, document) === null) continue;
      if (isStopped()) return count;
      if (await rewrapOne(parts, id)) count++;
      await turn();
    }
    const last = page.length === PAGE ? page.at(-1) : undefined;
    after = last ? { at: last.createdAt, id: last.id } : null;
    await turn();
  } while (after !== null && !isStopped());
  return count;
}

/** Read anew: of several processes that go through the same page, one writes. */
async function rewrapOne(parts: RewrapParts, id: string): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries++) {
    const [stored] = await parts.store.readSubscriptions([id]);
    if (!stored) return false;
    const document = renewed(parts, id, stored.document);
    if (document === null) return false;
    const { health: _, ...before } = stored;
    const record = { ...before, document: serialiseDocument(document) };
    const { version } = before;
    if (await parts.store.saveSubscription({ record, replaces: version, resetHealth: false, audit: null }))
      return true;
  }
  return false;
}

/** The document as it should be stored; `null` where nothing in it can be sealed anew. */
function renewed({ sealer, clock, onStuck }: RewrapParts, id: string, text: string) {
  const document = staleDocument({ sealer, onStuck }, id, text);
  if (document === null) return null;
  const now = clock.now();
  const secrets = document.secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
  const stuck = new Map<string | null, unknown>();
  const anew = reseal(sealer, id, { ...document, secrets }, (keyId, error) => stuck.set(keyId, error));
  for (const [keyId, error] of stuck) onStuck(id, keyId, error);
  return JSON.stringify(anew) === JSON.stringify(document) ? null : anew;
}

/** The document, if anything in it is not sealed with the first key. */
function staleDocument(
  { sealer, onStuck }: Pick<RewrapParts, "sealer" | "onStuck">,
  id: string,
  text: string,
): SubscriptionDocument | null {
  try {
    const document = parseDocument(text, id);
    return isStale(sealer, document) ? document : null;
  } catch (error) {
    onStuck(id, null, error);
    return null;
  }
}
