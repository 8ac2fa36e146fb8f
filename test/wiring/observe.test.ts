import { describe, expect, it } from "vitest";
import { type Logger, silentLogger } from "../../src/model/logger.js";
import { Observer, type WebhooksEvents } from "../../src/wiring/observe.js";
import { failure, paths, rounds } from "../make.js";

const FLUSH = { subscriptionId: "sub_1", deliveryId: "dlv_1", events: 3 };

function observed() {
  const logged: [object, string][] = [];
  const logger: Logger = { ...silentLogger, error: (fields, message) => void logged.push([fields, message]) };
  const observer = new Observer(logger);
  const faults: WebhooksEvents["error"][] = [];
  return { observer, logged, faults };
}

describe("Observer", () => {
  it("tells those who listen for that name, in the order they came", () => {
    const { observer } = observed();
    const heard: unknown[] = [];
    observer.on("batch.flushed", (payload) => heard.push(["first", payload]));
    observer.on("error", () => heard.push("wrong"));
    observer.on("batch.flushed", (payload) => heard.push(["second", payload]));
    observer.emit("batch.flushed", FLUSH);
    expect(heard).toEqual([
      ["first", FLUSH],
      ["second", FLUSH],
    ]);
  });

  it("knows whether anyone listens", () => {
    const { observer } = observed();
    const listener = () => {};
    expect(observer.has("error")).toBe(false);
    observer.on("error", listener);
    expect([observer.has("error"), observer.has("batch.flushed")]).toEqual([true, false]);
    observer.off("error", listener);
    expect(observer.has("error")).toBe(false);
  });

  it("calls nobody who was removed, and all others still", () => {
    const { observer } = observed();
    const heard: string[] = [];
    const gone = () => heard.push("gone");
    observer.on("batch.flushed", gone);
    observer.on("batch.flushed", () => heard.push("here"));
    observer.off("batch.flushed", gone);
    observer.off("batch.flushed", () => {});
    observer.emit("batch.flushed", FLUSH);
    expect(heard).toEqual(["here"]);
  });

  it.each<[string, unknown, unknown]>([
    ["name", "delivery.suceeded", () => {}],
    ["name", "toString", () => {}],
    ["listener", "error", undefined],
    ["listener", "error", "listener"],
  ])("takes no such %s: %s", async (path, name, listener) => {
    const { observer } = observed();
    const heard: string[] = [];
    observer.on("error", ({ message }) => heard.push(message));
    const listen = observer as unknown as Record<"on" | "off", (name: unknown, listener: unknown) => void>;
    for (const way of ["on", "off"] as const) {
      expect(paths(await failure("INVALID_ARGUMENT", () => listen[way](name, listener)))).toEqual([path]);
    }
    observer.fault(new Error("first"), "It broke.");
    expect(heard).toEqual(["It broke."]);
  });

  it("reports a listener that throws, and calls the others", () => {
    const { observer, logged, faults } = observed();
    const heard: string[] = [];
    const error = new Error("mine");
    observer.on("error", (fault) => faults.push(fault));
    observer.on("batch.flushed", () => {
      throw error;
    });
    observer.on("batch.flushed", () => heard.push("second"));
    observer.emit("batch.flushed", FLUSH);
    expect(heard).toEqual(["second"]);
    expect(faults).toEqual([{ error, message: 'A listener of "batch.flushed" threw.' }]);
    expect(logged).toEqual([[{ err: error }, 'A listener of "batch.flushed" threw.']]);
  });

  it.each<[string, () => unknown]>([
    ["a promise", () => Promise.reject(new Error("later"))],
    ["an async function", async () => await Promise.reject(new Error("later"))],
    [
      "a promise of another kind",
      () => ({
        // biome-ignore lint/suspicious/noThenProperty: what is tested is a thenable that is no Promise
        then: (_: unknown, no: (error: Error) => void) => no(new Error("later")),
      }),
    ],
  ])("reports a listener that rejects: %s", async (_, listener) => {
    const { observer, faults } = observed();
    observer.on("error", (fault) => faults.push(fault));
    observer.on("batch.flushed", listener);
    observer.emit("batch.flushed", FLUSH);
    await rounds();
    expect(faults).toEqual([{ error: new Error("later"), message: 'A listener of "batch.flushed" threw.' }]);
  });

  it.each([undefined, null, 7, "then"])("does not mind a listener that answers %j", async (answer) => {
    const { observer, logged } = observed();
    observer.on("batch.flushed", () => answer);
    observer.emit("batch.flushed", FLUSH);
    await rounds();
    expect(logged).toEqual([]);
  });

  it.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("again");
      },
    ],
    ["rejects", () => Promise.reject(new Error("again"))],
  ])("only logs a listener of error that %s", async (_, listener) => {
    const { observer, logged } = observed();
    const heard: unknown[] = [];
    observer.on("error", listener);
    observer.on("error", ({ message }) => heard.push(message));
    observer.fault(new Error("first"), "It broke.");
    await rounds();
    expect(heard).toEqual(["It broke."]);
    expect(logged).toEqual([
      [{ err: new Error("first") }, "It broke."],
      [{ err: new Error("again") }, 'A listener of "error" threw.'],
    ]);
  });

  it("logs a fault that nobody listens for", () => {
    const { observer, logged } = observed();
    observer.fault("odd", "It broke.");
    expect(logged).toEqual([[{ err: "odd" }, "It broke."]]);
  });

  it("tells listeners also when the logger throws", () => {
    const observer = new Observer({
      ...silentLogger,
      error: () => {
        throw new Error("full");
      },
    });
    const heard: unknown[] = [];
    observer.on("error", ({ message }) => heard.push(message));
    observer.fault(new Error("first"), "It broke.");
    expect(heard).toEqual(["It broke."]);
  });

  it("survives a listener that removes itself while it is told", () => {
    const { observer } = observed();
    const heard: string[] = [];
    const once = () => {
      heard.push("once");
      observer.off("batch.flushed", once);
    };
    observer.on("batch.flushed", once);
    observer.on("batch.flushed", () => heard.push("always"));
    observer.emit("batch.flushed", FLUSH);
    observer.emit("batch.flushed", FLUSH);
    expect(heard).toEqual(["once", "always", "always"]);
  });

  it("notes for the operator at the level of debug, and outlives a logger that throws", () => {
    const noted: [object, string][] = [];
    const calm = new Observer({
      ...silentLogger,
      debug: (fields, message) => void noted.push([fields, message]),
    });
    calm.note({ deliveryId: "dlv_1" }, "No connection could be made.");
    expect(noted).toEqual([[{ deliveryId: "dlv_1" }, "No connection could be made."]]);
    const debug = () => {
      throw new Error("disk full");
    };
    expect(() => new Observer({ ...silentLogger, debug }).note({}, "x")).not.toThrow();
  });
});
