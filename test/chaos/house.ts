import { createWebhooks, defineCatalogue } from "hookwright";
import { sqliteStore } from "hookwright/stores/sqlite";
import { z } from "zod";

/** What the processes of the kill test share: a catalogue, a key and an SQLite file. */

const data = z.object({ n: z.number(), run: z.number(), filling: z.string() });

export const catalogue = defineCatalogue({
  events: {
    "load.made": { description: "One of very many.", schema: data },
    "tick.made": { description: "One of a row that must be kept in order.", schema: data },
  },
});

/** A system on that file whose clock goes ahead of the real one, so that leases of the dead have ended. */
export function openHouse(file: string, ahead: () => number) {
  const store = sqliteStore(file);
  const webhooks = createWebhooks({
    catalogue,
    store,
    encryptionKeys: [Buffer.alloc(32, 5).toString("base64")],
    // Fewer attempts than kills: one that was claimed and never recorded must not count as one of them.
    retry: { schedule: Array.from({ length: 10 }, () => "10ms" as const), timeout: "5s" },
    autoDisable: "never",
    dispatcher: { pollInterval: "20ms" },
    endpoints: { allowHttp: true, allowNetworks: ["127.0.0.0/8"] },
    clock: { now: () => Date.now() + ahead() },
  });
  return { webhooks, store };
}
