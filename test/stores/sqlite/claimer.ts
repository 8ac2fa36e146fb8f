import { sqliteStore } from "../../../src/stores/sqlite/index.js";
import { claiming } from "../../../src/testing/store/make.js";

/** A process of its own that claims until nothing is left and tells its parent what it got. */
const [path = "", lease = ""] = process.argv.slice(2);
const store = sqliteStore(path);
const ids: string[] = [];
for (;;) {
  const claimed = await store.claim(claiming({ lease, limit: 10 }));
  if (claimed.length === 0) break;
  ids.push(...claimed.map((row) => row.id));
}
await store.close?.();
process.send?.(ids);
process.disconnect?.();
