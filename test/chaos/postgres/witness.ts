import { openSync, writeSync } from "node:fs";
import type { Store } from "../../../src/model/store.js";
import type { Witnessed } from "./facts.js";
import { LEASE_MS } from "./house.js";

/** The same store, but every lease, by a claim or from birth, and every settle that was answered is written to a file, which survives a SIGKILL. */
export function witness<Tx>(store: Store<Tx>, path: string): Store<Tx> {
  const file = openSync(path, "a");
  const write = (line: Witnessed) => void writeSync(file, `${JSON.stringify(line)}\n`);
  return {
    ...store,
    // What is born leased is sent without a claim: its lease began when it was stored.
    async append(entries, tx) {
      const fresh = await store.append(entries, tx);
      const leased = entries.deliveries.filter(
        ({ lease, eventIds }) => lease !== null && eventIds.every((id) => fresh.includes(id)),
      );
      const [first] = leased;
      if (first !== undefined) {
        const deliveries = leased.map(({ id }) => id);
        write({ did: "claim", at: Date.now(), now: first.dueAt - LEASE_MS, deliveries });
      }
      return fresh;
    },
    async claim(request) {
      const claimed = await store.claim(request);
      const deliveries = claimed.map(({ id }) => id);
      if (claimed.length > 0) write({ did: "claim", at: Date.now(), now: request.now, deliveries });
      return claimed;
    },
    async settle(outcomes, health) {
      const settled = await store.settle(outcomes, health);
      const refused = new Set(settled.refused);
      const accepted = outcomes.filter(({ deliveryId }) => !refused.has(deliveryId));
      write({
        did: "settle",
        at: Date.now(),
        delivered: accepted
          .filter(({ status }) => status === "delivered")
          .map(({ deliveryId }) => deliveryId),
        refused: [...refused],
      });
      return settled;
    },
  };
}
