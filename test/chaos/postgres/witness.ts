import { openSync, writeSync } from "node:fs";
import type { Store } from "../../../src/model/store.js";
import type { Witnessed } from "./facts.js";

/** The same store, but every claim and every settle that was answered is written to a file, which survives a SIGKILL. */
export function witness<Tx>(store: Store<Tx>, path: string): Store<Tx> {
  const file = openSync(path, "a");
  const write = (line: Witnessed) => void writeSync(file, `${JSON.stringify(line)}\n`);
  return {
    ...store,
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
