import type { RequeueRequest } from "../../model/store.js";
import type { Database } from "./database.js";
import { LOCKS_IN_TIME } from "./lock-time.js";
import { Parameters } from "./parameters.js";

/** Makes deliveries due again that no one holds. */
export async function requeue(database: Database, request: RequeueRequest): Promise<number> {
  const { mode, dueAt, now } = request;
  const bind = new Parameters();
  const call = `hookwright.requeue(${bind.texts(inOrder(request.ids))}, ${bind.boolean(mode === "manual")},
    ${bind.number(dueAt)}, ${bind.number(now)})`;
  return count(database, call, bind);
}

/** Closes open deliveries. Whoever is sending one finds its lease gone. */
export async function cancel(database: Database, ids: readonly string[], now: number): Promise<number> {
  const bind = new Parameters();
  return count(database, `hookwright.cancel(${bind.texts(inOrder(ids))}, ${bind.number(now)})`, bind);
}

/** Each once, in the order in which every statement locks. */
function inOrder(ids: readonly string[]): string[] {
  return [...new Set(ids)].sort();
}

async function count(database: Database, call: string, { values }: Parameters): Promise<number> {
  const sql = `SELECT ${call} AS count WHERE ${LOCKS_IN_TIME}`;
  return Number((await database.one<{ count: string | number }>(sql, values)).count);
}
