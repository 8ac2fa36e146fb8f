import type pg from "pg";
import { afterEach, describe, expect, test } from "vitest";
import { postgresStore, type SqlExecutor } from "../../../../src/stores/postgres/index.js";
import { type StoreHarness, storeCases } from "../../../../src/testing/store/index.js";

/**
 * What of the conformance kit is run over each ORM: a case or two for each statement of the store. All of it over all
 * of them takes half a minute and more; the SQL is the same, and held by `test/conformance`. What an ORM can spoil is
 * how a statement's parameters go in and how its rows come out.
 */
const CHOSEN: ReadonlySet<string> = new Set([
  "append writes events, deliveries and waiting events and answers the new ids",
  "append skips the deliveries and waiting events of a known event",
  "append writes all or nothing",
  "append delivers an event that was stored before, when it is not given again",
  "text comes back byte for byte: spacing",
  "text comes back byte for byte: escapes",
  "text comes back byte for byte: quotes",
  "what one process wrote another reads, claims and settles",
  "takeInbox answers what was published, in the order it was published",
  "clearInbox forgets those events and no others",
  "refuseInbox takes events out of the way of those behind",
  "backlog answers one row for each subscription and lane, disabled ones too",
  "seal makes one delivery of what waits, in the order it waited",
  "claim answers no event with a batch",
  "claim leaves out the subscriptions it is told to",
  "claim of an ordered subscription takes one, in the order of appending",
  "claims from two processes never hand out a delivery twice",
  "settle writes the outcome and its attempt and clears the lease",
  "settle inserts replacements with an accepted outcome",
  "settle applies a health change only with an accepted outcome of that subscription",
  "requeue by hand: one more attempt, whatever the status",
  "requeue to restart: the whole schedule, for exhausted and cancelled ones only",
  "cancel closes open deliveries, also those in flight, and no others",
  "saveSubscription replaces exactly the version it names",
  "saveSubscription writes the change and its audit in one step",
  "removeSubscription cancels what is open, drops what waits and keeps the history",
  "findSubscriptions filters by scopes, by scope and below, by enabled, and by all at once",
  "findEvents filters by scope and below, by type, by time of publishing, and by all at once",
  "findDeliveries filters by subscription, event, scope and below, status, and by all at once",
  "findPending pages in the order of waiting, equal times by event, each row once",
  "look-ups answer those that exist, each once, and nothing for nothing",
  "readAttempts answers by number",
  "prune forgets deliveries closed before, with their attempts and their events",
  "prune forgets open deliveries of that age whose subscription is gone",
]);

/** The chosen cases with the ORM as the store's only database. `migrate` was called on the schema. */
export function describeKit(parts: { readonly schema: string; db(): SqlExecutor; pool(): pg.Pool }): void {
  const open = async () => postgresStore({ db: parts.db(), schema: parts.schema });
  const harness: StoreHarness = {
    open,
    reopen: open,
    async publish({ id, type, scope, data }) {
      await parts.pool().query(`SELECT "${parts.schema}".publish($1, $2, $3, $4)`, [type, data, scope, id]);
    },
  };
  describe("as the store's only database", () => {
    afterEach(() => emptyTables(parts.pool(), parts.schema));
    const cases = storeCases.filter(({ name }) => CHOSEN.has(name));
    for (const storeCase of cases) test(storeCase.name, () => storeCase.run(harness));
    test("every case that was chosen is there", () => {
      expect(cases.map(({ name }) => name).toSorted()).toEqual([...CHOSEN].sort());
    });
  });
}

/** Much quicker than tables of its own for each case. */
async function emptyTables(pool: pg.Pool, schema: string): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = $1 AND table_type = 'BASE TABLE' AND table_name <> 'migrations'`,
    [schema],
  );
  await pool.query(rows.map(({ name }) => `DELETE FROM "${schema}"."${name}"`).join("; "));
}
