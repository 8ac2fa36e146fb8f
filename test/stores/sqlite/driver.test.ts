import { describe, expect, test, vi } from "vitest";
import { WebhookError } from "../../../src/model/errors.js";
import { type DriverSource, findDriver, isBusy, unavailable } from "../../../src/stores/sqlite/driver.js";

const notFound = () => {
  throw Object.assign(new Error("Cannot find module"), { code: "MODULE_NOT_FOUND" });
};

/** A Node of this version, with better-sqlite3 of that version (`null`: none), and with node:sqlite or not. */
function source(nodeVersion: string, better: string | null, hasBuiltin: boolean) {
  const loaded: string[] = [];
  class Fake {
    constructor(
      readonly path: string,
      readonly options?: unknown,
    ) {}
    exec = vi.fn();
  }
  const given: DriverSource = {
    nodeVersion,
    require: (id) => {
      loaded.push(id);
      if (better === null) return notFound();
      return id.endsWith("package.json") ? { version: better } : Fake;
    },
    builtin: () => (hasBuiltin ? { DatabaseSync: Fake } : undefined),
  };
  return { given, loaded };
}

const configuration = (message: RegExp) =>
  expect.objectContaining({ code: "CONFIGURATION", message: expect.stringMatching(message) });

describe("findDriver", () => {
  test("prefers better-sqlite3, which must not block on a locked database", () => {
    const { given, loaded } = source("24.1.0", "12.11.1", true);
    const open = findDriver(undefined, given);
    expect(loaded).toEqual(["better-sqlite3/package.json"]);
    expect(open("x.db")).toMatchObject({ path: "x.db", options: { timeout: 0 } });
  });

  test("takes node:sqlite when better-sqlite3 is not installed or not wanted", () => {
    const absent = source("22.13.0", null, true);
    const handle = findDriver(undefined, absent.given)("x.db");
    expect(handle.exec).toHaveBeenCalledWith("PRAGMA busy_timeout = 0");
    const unwanted = source("22.13.0", "12.0.0", true);
    findDriver("node:sqlite", unwanted.given)("x.db");
    expect(unwanted.loaded).toEqual([]);
  });

  test.each([
    [undefined, /npm install better-sqlite3@12.*Node 22/],
    ["better-sqlite3", /better-sqlite3 is not installed/],
    ["node:sqlite", /no node:sqlite/],
  ] as const)("says what to do when there is no driver (%s)", (wanted, message) => {
    const { given } = source("20.19.0", null, false);
    expect(() => findDriver(wanted, given)).toThrow(configuration(message));
  });

  test("tries no other driver than the one wanted", () => {
    expect(() => findDriver("better-sqlite3", source("24.0.0", null, true).given)).toThrow(WebhookError);
    expect(() => findDriver("node:sqlite", source("20.19.0", "12.0.0", false).given)).toThrow(WebhookError);
  });

  test.each(["13.0.0", "14.2.1"])("refuses better-sqlite3 %s on Node 20 before it is loaded", (version) => {
    const { given, loaded } = source("20.20.2", version, false);
    expect(() => findDriver(undefined, given)).toThrow(configuration(/does not run on Node 20\.20\.2/));
    expect(loaded).toEqual(["better-sqlite3/package.json"]);
    expect(() => findDriver(undefined, source("22.1.0", version, false).given)).not.toThrow();
  });

  test("passes on what is wrong with an installed package", () => {
    const broken: DriverSource = {
      ...source("20.19.0", "12.0.0", false).given,
      require: () => JSON.parse("{"),
    };
    expect(() => findDriver(undefined, broken)).toThrow(SyntaxError);
  });
});

describe("errors of the drivers", () => {
  test.each([
    [{ code: "SQLITE_BUSY" }, true],
    [{ code: "SQLITE_BUSY_SNAPSHOT" }, true],
    [{ code: "SQLITE_LOCKED" }, true],
    [{ code: "SQLITE_CONSTRAINT_UNIQUE" }, false],
    [{ code: "ERR_SQLITE_ERROR", errcode: 5 }, true],
    [{ code: "ERR_SQLITE_ERROR", errcode: 517 }, true],
    [{ code: "ERR_SQLITE_ERROR", errcode: 6 }, true],
    [{ code: "ERR_SQLITE_ERROR", errcode: 2067 }, false],
    [{}, false],
  ])("%o is busy: %s", (fields, expected) => {
    expect(isBusy(Object.assign(new Error("x"), fields))).toBe(expected);
  });

  test("are wrapped with their cause; ours pass", () => {
    const cause = new Error("disk I/O error");
    expect(unavailable(cause)).toMatchObject({ code: "STORE_UNAVAILABLE", cause });
    const ours = new WebhookError("CONFIGURATION", "x");
    expect(unavailable(ours)).toBe(ours);
  });
});
