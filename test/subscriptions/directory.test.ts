import { describe, expect, test } from "vitest";
import type { SubscriptionQuery, SubscriptionStore } from "../../src/model/store.js";
import { FRESH_HEALTH, type SubscriptionRecord } from "../../src/model/subscription.js";
import { turn } from "../../src/model/turn.js";
import { memoryStore } from "../../src/stores/memory/index.js";
import { Directory } from "../../src/subscriptions/directory.js";
import { EMPTY_DOCUMENT, serialiseDocument } from "../../src/subscriptions/document.js";
import { catalogue } from "./helpers.js";

const ORG = "organization:acme";
const LOBBY = `${ORG}/signin:lobby`;
const OTHER = "organization:other";

/** A directory over a memory store that counts, and can hold back, what it is asked. */
function setUp({ revisions = false, ...options }: { size?: number; ttl?: number; revisions?: boolean } = {}) {
  const memory: SubscriptionStore = memoryStore();
  const clock = { at: 1_000_000, now: () => clock.at };
  const asked: (readonly string[])[] = [];
  let gate: Promise<void> = Promise.resolve();
  const store = {
    async findSubscriptions(query: SubscriptionQuery) {
      asked.push(query.scopes ?? []);
      const rows = await memory.findSubscriptions(query);
      await gate;
      return rows;
    },
    async readSubscriptions(ids: readonly string[]) {
      asked.push(ids);
      const rows = await memory.readSubscriptions(ids);
      await gate;
      return rows;
    },
    ...(revisions && {
      readRevision: async () => {
        asked.push(["revision"]);
        return (await memory.readRevision?.()) ?? 0;
      },
    }),
  };
  const directory = new Directory({ store, clock, catalogue, ...options });

  async function save(id: string, scope: string, events: readonly string[], version = 1, enabled = true) {
    const document = serialiseDocument({ ...EMPTY_DOCUMENT, name: id, events });
    const record = { id, scope, enabled, ordered: false, version, createdAt: 1, updatedAt: 1, document };
    const replaces = version === 1 ? null : version - 1;
    if (!(await memory.saveSubscription({ record, replaces, resetHealth: false, audit: null })))
      throw new Error(id);
  }

  /** Holds the store's answers back until the returned function is called. */
  function hold(): () => void {
    let release = () => {};
    gate = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }
  return { directory, clock, asked, save, hold, memory };
}

const ids = (heard: readonly { readonly id: string }[] | null) => heard?.map(({ id }) => id).sort();

describe("hearing and matching", () => {
  test("finds enabled subscriptions here and above, by what they hear", async () => {
    const { directory, save } = setUp();
    await save("root", "", ["*"]);
    await save("org", ORG, ["signin.session.*"]);
    await save("lobby", LOBBY, ["signin.session.revoked", "ping"]);
    await save("off", LOBBY, ["*"], 1, false);
    await save("elsewhere", OTHER, ["*"]);
    expect(ids(await directory.hearing(LOBBY))).toEqual(["lobby", "org", "root"]);
    expect(ids(await directory.hearing(""))).toEqual(["root"]);
    expect(ids(await directory.matching(LOBBY, "ping"))).toEqual(["lobby", "root"]);
    expect(ids(await directory.matching(LOBBY, "signin.session.created"))).toEqual(["org"]);
  });

  test("a wildcard hears nothing that cannot be chosen at its scope", async () => {
    const { directory, save } = setUp();
    await save("org", ORG, ["*"]);
    await save("lobby", LOBBY, ["*"]);
    expect(ids(await directory.matching(LOBBY, "signin.session.revoked"))).toEqual(["lobby"]);
  });

  test("is synchronous once it is warm", async () => {
    const { directory, save } = setUp();
    await save("root", "", ["ping"]);
    expect(directory.matchingSync("", "ping")).toBeNull();
    await directory.hearing("");
    expect(ids(directory.matchingSync("", "ping"))).toEqual(["root"]);
    expect(directory.matchingSync("", "ping")).toBe(directory.matchingSync("", "ping"));
    expect(directory.matchingSync("", "other")).toEqual([]);
    expect(directory.matchingSync(ORG, "ping")).toBeNull();
  });

  test("answers settings parsed, once for each version however many scopes hear it", async () => {
    const { directory, save } = setUp();
    await save("root", "", ["ping"]);
    const [one] = await directory.hearing(ORG);
    const [same] = await directory.hearing(OTHER);
    expect(same).toBe(one);
    expect((await directory.get(["root"])).get("root")).toBe(one);
    expect(one).toMatchObject({
      type: "event",
      format: "standard",
      scope: "",
      document: { name: "root" },
      record: { version: 1 },
    });
    expect(one?.record).not.toHaveProperty("health");
  });

  test("reads every page", async () => {
    const { directory, save, asked } = setUp();
    for (let n = 0; n < 1001; n++) await save(`s${n}`, "", ["ping"]);
    expect(await directory.matching("", "ping")).toHaveLength(1001);
    expect(asked).toHaveLength(3);
  });
});

describe("remembering", () => {
  test("for a second, by the clock", async () => {
    const { directory, clock, asked } = setUp();
    await directory.hearing("");
    clock.at += 999;
    await directory.hearing("");
    expect(asked).toHaveLength(1);
    clock.at += 1;
    expect(directory.matchingSync("", "ping")).toBeNull();
    await directory.hearing("");
    expect(asked).toHaveLength(2);
  });

  test("never for more than a second, for less when told", async () => {
    for (const [ttl, kept] of [
      [60_000, 1000],
      [10, 10],
    ] as const) {
      const { directory, clock } = setUp({ ttl });
      await directory.hearing("");
      clock.at += kept - 1;
      expect(directory.matchingSync("", "ping")).toEqual([]);
      clock.at += 1;
      expect(directory.matchingSync("", "ping")).toBeNull();
    }
  });

  test("counts from when the read began", async () => {
    const { directory, clock, hold } = setUp();
    const release = hold();
    const reading = directory.hearing("");
    await turn();
    clock.at += 600;
    release();
    await reading;
    clock.at += 400;
    expect(directory.matchingSync("", "ping")).toBeNull();
  });

  test("not after the clock jumped back", async () => {
    const { directory, clock, asked } = setUp();
    await directory.hearing("");
    await directory.get(["x"]);
    clock.at -= 3_600_000;
    expect(directory.matchingSync("", "ping")).toBeNull();
    await directory.hearing("");
    expect(asked).toHaveLength(3);
  });

  test("no more scopes than its size, the oldest reads forgotten first", async () => {
    const { directory, clock } = setUp({ size: 3 });
    const known = () =>
      ["", ORG, LOBBY, OTHER].filter((scope) => directory.matchingSync(scope, "ping") !== null);
    for (const scope of ["", ORG, LOBBY, OTHER]) await directory.hearing(scope);
    expect(known()).toEqual([ORG, LOBBY, OTHER]);
    for (const scope of [ORG, LOBBY, OTHER]) directory.changed({ id: "x", scope });
    await directory.hearing("");
    await directory.hearing(ORG);
    clock.at += 1000;
    // Read again, the root is no longer the oldest.
    for (const scope of ["", LOBBY, OTHER]) await directory.hearing(scope);
    expect(known()).toEqual(["", LOBBY, OTHER]);
  });

  test("nothing of a read that failed", async () => {
    const { clock } = setUp();
    let fails = true;
    const store = {
      findSubscriptions: async () => {
        if (fails) throw new Error("away");
        return [];
      },
      readSubscriptions: async () => {
        if (fails) throw new Error("away");
        return [];
      },
    };
    const directory = new Directory({ store, clock, catalogue });
    await expect(directory.hearing("")).rejects.toThrow("away");
    await expect(directory.get(["a"])).rejects.toThrow("away");
    fails = false;
    expect(await directory.hearing("")).toEqual([]);
    expect(await directory.get(["a"])).toEqual(new Map());
  });
});

describe("where the store can tell that nothing has changed", () => {
  test("what is known is believed again, for one question a second however much it is", async () => {
    const { directory, clock, asked, save } = setUp({ revisions: true });
    await save("root", "", ["ping"]);
    await directory.hearing("");
    await directory.hearing(ORG);
    const [one] = await directory.hearing(ORG);
    await directory.get(["root"]);
    expect(asked).toEqual([["revision"], [""], [ORG, ""]]);
    asked.length = 0;
    clock.at += 1000;
    const heard = await Promise.all([directory.hearing(""), directory.hearing(ORG)]);
    const known = (await directory.get(["root"])).get("root");
    expect([asked, heard[1]?.[0] === one, known === one]).toEqual([[["revision"]], true, true]);
    expect(ids(directory.matchingSync(ORG, "ping"))).toEqual(["root"]);
    clock.at += 999;
    expect(ids(directory.matchingSync(ORG, "ping"))).toEqual(["root"]);
    clock.at += 1;
    expect(directory.matchingSync(ORG, "ping")).toBeNull();
  });

  test("what one look-up has asked serves all others without a wait", async () => {
    const { directory, clock, asked, save } = setUp({ revisions: true });
    await save("root", "", ["ping"]);
    await Promise.all([directory.hearing(""), directory.hearing(ORG), directory.hearing(OTHER)]);
    clock.at += 1000;
    expect([directory.matchingSync(ORG, "ping"), directory.atHand("root")]).toEqual([null, null]);
    await directory.hearing("");
    expect(ids(directory.matchingSync(ORG, "ping"))).toEqual(["root"]);
    expect(directory.atHand("root")?.id).toBe("root");
    // Believed from the answer on, and not from the look-up on.
    clock.at += 999;
    expect(ids(directory.matchingSync(ORG, "ping"))).toEqual(["root"]);
    clock.at += 1;
    expect(directory.matchingSync(ORG, "ping")).toBeNull();
    await save("two", "", ["ping"]);
    await directory.hearing("");
    expect([directory.matchingSync(OTHER, "ping"), directory.atHand("root")]).toEqual([
      null,
      expect.anything(),
    ]);
    expect(asked.filter(([first]) => first === "revision")).toHaveLength(3);
  });

  test("a change is seen within a second", async () => {
    const { directory, clock, save } = setUp({ revisions: true });
    await save("one", "", ["ping"]);
    await directory.hearing("");
    await directory.get(["one"]);
    await save("one", "", ["pong"], 2);
    await save("two", "", ["ping"]);
    clock.at += 1000;
    expect(ids(await directory.matching("", "ping"))).toEqual(["two"]);
    expect((await directory.get(["one"])).get("one")?.record.version).toBe(2);
  });

  test("one that comes while the rows are read is not taken for known", async () => {
    const { directory, clock, save, hold } = setUp({ revisions: true });
    await save("one", "", ["ping"]);
    const release = hold();
    const reading = directory.hearing("");
    await turn();
    await save("two", "", ["ping"]);
    release();
    await reading;
    clock.at += 1000;
    expect(ids(await directory.hearing(""))).toEqual(["one", "two"]);
  });

  test("a question that fails fails those who asked, and is asked again", async () => {
    const { directory, clock, save, memory } = setUp({ revisions: true });
    await save("one", "", ["ping"]);
    await directory.hearing("");
    clock.at += 1000;
    const readRevision = memory.readRevision;
    memory.readRevision = () => Promise.reject(new Error("away"));
    await expect(directory.hearing("")).rejects.toThrow("away");
    memory.readRevision = readRevision ?? (async () => 0);
    expect(ids(await directory.hearing(""))).toEqual(["one"]);
  });
});

describe("isWell", () => {
  const HEALTH = { ...FRESH_HEALTH, subscriptionId: "one" };

  test("of what was read or settled in the last ten seconds, and of nothing else", async () => {
    const { directory, clock, save } = setUp();
    expect(directory.isWell("one")).toBe(false);
    await save("one", "", ["ping"]);
    await directory.hearing("");
    expect(directory.isWell("one")).toBe(true);
    clock.at += 9_999;
    expect(directory.isWell("one")).toBe(true);
    clock.at += 1;
    expect(directory.isWell("one")).toBe(false);
    directory.observe([HEALTH]);
    expect(directory.isWell("one")).toBe(true);
    directory.changed({ id: "one", scope: "" });
    expect(directory.isWell("one")).toBe(false);
  });

  test("a settle that comes while rows are read is newer than they are", async () => {
    const { directory, clock, save, hold } = setUp();
    await save("one", "", ["ping"]);
    await directory.hearing("");
    clock.at += 1000;
    const release = hold();
    const reading = directory.hearing("");
    await turn();
    clock.at += 1;
    directory.observe([{ ...HEALTH, consecutiveFailures: 1 }]);
    release();
    await reading;
    expect(directory.isWell("one")).toBe(false);
  });

  test.each([
    ["fails", { consecutiveFailures: 1 }, false],
    ["is held", { holdUntil: 1_000_001 }, false],
    ["was held until now", { holdUntil: 1_000_000 }, true],
  ])("of one that %s", async (_, health, isWell) => {
    const { directory, save } = setUp();
    await save("one", "", ["ping"]);
    await directory.hearing("");
    directory.observe([{ ...HEALTH, ...health }]);
    expect(directory.isWell("one")).toBe(isWell);
  });

  test("never of one that is disabled or ordered", async () => {
    const { directory, save, memory } = setUp();
    await save("off", "", ["ping"], 1, false);
    const [stored] = await memory.readSubscriptions(["off"]);
    if (stored === undefined) throw new Error("off");
    const { health: _, ...off } = stored;
    const record = { ...off, id: "ordered", enabled: true, ordered: true };
    await memory.saveSubscription({ record, replaces: null, resetHealth: false, audit: null });
    await directory.get(["off", "ordered"]);
    expect([directory.isWell("off"), directory.isWell("ordered")]).toEqual([false, false]);
  });
});

describe("sharing", () => {
  test("look-ups at once share one read", async () => {
    const { directory, save, asked } = setUp();
    await save("root", "", ["ping"]);
    const all = await Promise.all([
      directory.hearing(""),
      directory.matching("", "ping"),
      directory.hearing(""),
    ]);
    expect(all.map(ids)).toEqual([["root"], ["root"], ["root"]]);
    expect(asked).toHaveLength(1);
  });

  test("get asks only for what is neither known nor asked for", async () => {
    const { directory, save, asked } = setUp();
    for (const id of ["a", "b", "c"]) await save(id, "", ["ping"], 1, id !== "c");
    await directory.get(["a"]);
    const [one, two] = await Promise.all([directory.get(["a", "b", "b"]), directory.get(["b", "c", "gone"])]);
    expect([...one.keys()].sort()).toEqual(["a", "b"]);
    expect([...two.keys()].sort()).toEqual(["b", "c"]);
    expect(two.get("c")?.record.enabled).toBe(false);
    expect(asked).toEqual([["a"], ["b"], ["c", "gone"]]);
  });
});

describe("scopes met in one turn of the event loop", () => {
  test("are read together, each answered what it hears, newest first", async () => {
    const { directory, save, asked } = setUp();
    for (const [id, scope] of [
      ["root", ""],
      ["org", ORG],
      ["lobby", LOBBY],
      ["other", OTHER],
    ] as const) {
      await save(id, scope, ["ping"]);
    }
    const heard = await Promise.all([LOBBY, OTHER, ORG, "", LOBBY].map((scope) => directory.hearing(scope)));
    expect(heard.map((all) => all.map(({ id }) => id))).toEqual([
      ["root", "org", "lobby"],
      ["root", "other"],
      ["root", "org"],
      ["root"],
      ["root", "org", "lobby"],
    ]);
    expect(asked.map((scopes) => [...scopes].sort())).toEqual([["", ORG, LOBBY, OTHER]]);
    for (const scope of [LOBBY, OTHER, ORG, ""]) expect(directory.matchingSync(scope, "ping")).not.toBeNull();
    await directory.hearing("organization:later");
    expect(asked).toHaveLength(2);
  });

  test("are at most a hundred a read, with those above them", async () => {
    const { directory, asked } = setUp();
    const scopes = Array.from({ length: 120 }, (_, i) => `organization:o${i}`);
    await Promise.all(scopes.map((scope) => directory.hearing(scope)));
    expect(asked.map(({ length }) => length)).toEqual([51, 51, 21]);
    expect(new Set(asked.flat())).toEqual(new Set(["", ...scopes]));
    const chain = Array.from({ length: 7 }, (_, i) => `organization:o${i}`).join("/");
    await Promise.all(Array.from({ length: 13 }, (_, i) => directory.hearing(`${chain}/signin:s${i}`)));
    for (const { length } of asked) expect(length).toBeLessThanOrEqual(100);
  });

  test("fail together where the store does, and those of one read only", async () => {
    const { directory, save, memory } = setUp();
    await save("last", "organization:o119", ["ping"]);
    const find = memory.findSubscriptions;
    memory.findSubscriptions = async (query) => {
      if (query.scopes?.includes("organization:o0")) throw new Error("away");
      return find(query);
    };
    const scopes = Array.from({ length: 120 }, (_, i) => `organization:o${i}`);
    const heard = await Promise.allSettled(scopes.map((scope) => directory.hearing(scope)));
    expect(heard.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 50 }, () => "rejected"),
      ...Array.from({ length: 70 }, () => "fulfilled"),
    ]);
    expect(directory.matchingSync("organization:o0", "ping")).toBeNull();
    expect(ids(directory.matchingSync("organization:o119", "ping"))).toEqual(["last"]);
    memory.findSubscriptions = find;
    expect(await directory.hearing("organization:o0")).toEqual([]);
  });

  test("suffer nothing from settings that cannot be read at another", async () => {
    const { directory, save, memory } = setUp();
    await save("org", ORG, ["ping"]);
    const [{ health: _, ...stored } = { health: null }] = await memory.readSubscriptions(["org"]);
    const record = { ...stored, id: "new", scope: OTHER, document: '{"v":2}' } as SubscriptionRecord;
    await memory.saveSubscription({ record, replaces: null, resetHealth: false, audit: null });
    const [org, other] = await Promise.allSettled([directory.hearing(ORG), directory.hearing(OTHER)]);
    expect(org).toMatchObject({ status: "fulfilled", value: [{ id: "org" }] });
    expect(other).toMatchObject({ status: "rejected", reason: { code: "CONFIGURATION" } });
  });

  test("a change while they are read is remembered against the scopes it touches, and no others", async () => {
    const { directory, save, hold, asked } = setUp();
    const release = hold();
    const reading = Promise.all([directory.hearing(LOBBY), directory.hearing(OTHER)]);
    await turn();
    await save("org", ORG, ["ping"]);
    directory.changed({ id: "org", scope: ORG });
    release();
    expect(await reading).toEqual([[], []]);
    expect(directory.matchingSync(OTHER, "ping")).toEqual([]);
    expect(directory.matchingSync(LOBBY, "ping")).toBeNull();
    expect(ids(await directory.hearing(LOBBY))).toEqual(["org"]);
    expect(asked).toHaveLength(2);
  });

  test("tell of each subscription too, unless one was forgotten meanwhile", async () => {
    const { directory, save, hold, asked } = setUp();
    await save("org", ORG, ["ping"]);
    await directory.hearing(ORG);
    expect(directory.atHand("org")?.record.version).toBe(1);
    directory.changed({ id: "org", scope: ORG });
    expect(directory.atHand("org")).toBeNull();
    const release = hold();
    const reading = directory.hearing(ORG);
    await turn();
    directory.forget("org");
    release();
    await reading;
    expect([directory.atHand("org"), directory.isWell("org")]).toEqual([null, false]);
    expect((await directory.get(["org"])).size).toBe(1);
    expect(asked).toHaveLength(3);
  });
});

describe("changed", () => {
  test("is seen at once here and below, and disturbs nothing else", async () => {
    const { directory, save, asked } = setUp();
    await save("org", ORG, ["ping"]);
    for (const scope of ["", ORG, LOBBY, OTHER]) await directory.hearing(scope);
    await directory.get(["org"]);
    await save("org", ORG, ["signin.session.created"], 2);
    directory.changed({ id: "org", scope: ORG });
    expect(ids(await directory.matching(LOBBY, "ping"))).toEqual([]);
    expect(ids(await directory.matching(ORG, "signin.session.created"))).toEqual(["org"]);
    expect((await directory.get(["org"])).get("org")?.record.version).toBe(2);
    expect(directory.matchingSync("", "ping")).toEqual([]);
    expect(directory.matchingSync(OTHER, "ping")).toEqual([]);
    expect(asked).toHaveLength(6);
  });

  test("forget asks anew for one subscription, and keeps the scopes", async () => {
    const { directory, save, asked } = setUp();
    await save("org", ORG, ["ping"]);
    await directory.hearing(ORG);
    await directory.get(["org"]);
    await save("org", ORG, [], 2);
    directory.forget("org");
    expect((await directory.get(["org"])).get("org")?.record.version).toBe(2);
    expect(ids(directory.matchingSync(ORG, "ping"))).toEqual(["org"]);
    expect(asked).toHaveLength(2);
  });

  test("of the root is seen everywhere", async () => {
    const { directory } = setUp();
    for (const scope of ["", LOBBY]) await directory.hearing(scope);
    directory.changed({ id: "x", scope: "" });
    expect(directory.matchingSync("", "ping")).toBeNull();
    expect(directory.matchingSync(LOBBY, "ping")).toBeNull();
  });

  test("during a read makes that read too old to be remembered or joined", async () => {
    const { directory, save, hold } = setUp();
    const release = hold();
    const before = [directory.hearing(ORG), directory.get(["org"])] as const;
    await turn();
    await save("org", ORG, ["ping"]);
    directory.changed({ id: "org", scope: ORG });
    const after = [directory.hearing(ORG), directory.get(["org"])] as const;
    release();
    expect([ids(await before[0]), (await before[1]).size]).toEqual([[], 0]);
    expect([ids(await after[0]), (await after[1]).size]).toEqual([["org"], 1]);
    expect(ids(directory.matchingSync(ORG, "ping"))).toEqual(["org"]);
    expect((await directory.get(["org"])).size).toBe(1);
  });

  test("during a read that nobody follows leaves nothing remembered", async () => {
    const { directory, save, hold, asked } = setUp();
    await save("org", ORG, ["ping"]);
    const release = hold();
    const reading = [directory.hearing(ORG), directory.get(["org"])];
    await turn();
    await save("org", ORG, [], 2);
    directory.changed({ id: "org", scope: ORG });
    release();
    await Promise.all(reading);
    expect(directory.matchingSync(ORG, "ping")).toBeNull();
    expect((await directory.get(["org"])).get("org")?.record.version).toBe(2);
    expect(asked).toHaveLength(3);
  });
});

test("settings of a newer version are an error, not a subscription that hears nothing", async () => {
  const { directory, memory } = setUp();
  const record = {
    id: "new",
    scope: "",
    enabled: true,
    ordered: false,
    version: 1,
    createdAt: 1,
    updatedAt: 1,
    document: '{"v":2}',
  };
  await memory.saveSubscription({ record, replaces: null, resetHealth: false, audit: null });
  await expect(directory.hearing("")).rejects.toMatchObject({ code: "CONFIGURATION" });
});
