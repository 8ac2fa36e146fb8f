import { difference, NOTHING } from "./change.js";
import { parseChangeContext } from "./context.js";
import type { ChangeContext } from "./input.js";
import { conflict, draftOf, type ManageParts, notFound, present, read } from "./save.js";

/** Deletes it: see `Manage.delete`. */
export async function remove(parts: ManageParts, id: string, context: ChangeContext = {}): Promise<void> {
  const { actor = null, metadata = null, within, ifVersion } = parseChangeContext(context);
  const current = await read(parts, id, within);
  if (ifVersion !== undefined && ifVersion !== current.stored.version) throw conflict();
  const { health: _, ...record } = current.stored;
  const change = {
    action: "deleted",
    actor,
    metadata,
    reason: null,
    ...difference(draftOf(current), NOTHING),
    record,
  } as const;
  const audit = (await parts.audit?.(change)) ?? null;
  if (!(await parts.store.removeSubscription(record.id, parts.clock.now(), audit))) throw notFound();
  parts.onChange?.(change, present(parts, current));
}
