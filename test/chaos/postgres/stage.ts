import type { Crew } from "./crew.js";
import { openHouse, type Setting, SUBSCRIPTIONS } from "./house.js";

/** Sets the stage: a receiver, the tables, and the subscriptions to it. */
export async function prepare(crew: Crew, setting: Setting): Promise<void> {
  const receiver = crew.start("receiver");
  const port = Number((await receiver.ready).split(" ")[1]);
  const { webhooks, pool, close } = openHouse(setting, 2);
  try {
    await webhooks.migrate();
    await pool.query(`CREATE TABLE "${setting.schema}".host_rows (key text PRIMARY KEY)`);
    const secrets: Record<string, string> = {};
    for (const { path, input } of SUBSCRIPTIONS) {
      const url = `http://127.0.0.1:${port}${path}`;
      const made = await webhooks.subscriptions.create({ name: path.slice(1), url, enabled: true, ...input });
      secrets[path] = made.secret ?? "";
    }
    receiver.process.stdin?.write(`${JSON.stringify(secrets)}\n`);
  } finally {
    await close();
  }
}

/** Flushes what waits for a batch, which would else wait for a minute. */
export async function flush(setting: Setting): Promise<void> {
  const { webhooks, close } = openHouse(setting, 2);
  try {
    const { items } = await webhooks.subscriptions.list();
    for (const { id, type } of items) if (type === "batch") await webhooks.subscriptions.flush(id);
  } finally {
    await close();
  }
}
