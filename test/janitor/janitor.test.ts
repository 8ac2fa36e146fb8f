import { describe, expect, it } from "vitest";
import { Janitor } from "../../src/janitor/janitor.js";
import { clockAt, NOW } from "../make.js";

function janitor(pruned: number) {
  const asked: { before: number; limit: number }[] = [];
  const room = new Janitor({
    clock: clockAt(),
    retentionMs: 3_600_000,
    store: {
      prune: async (request) => {
        asked.push(request);
        return pruned;
      },
    },
  });
  return { room, asked };
}

describe("Janitor", () => {
  it("forgets one chunk of what is past its retention", async () => {
    const { room, asked } = janitor(3);
    expect(await room.tick()).toEqual({ pruned: 3, more: false });
    expect(asked).toEqual([{ before: NOW - 3_600_000, limit: 1_000 }]);
  });

  it.each([
    [0, false],
    [999, false],
    [1_000, true],
    [1_001, true],
  ])("after %s rows says that there may be more: %s", async (pruned, more) => {
    expect(await janitor(pruned).room.tick()).toEqual({ pruned, more });
  });

  it("lets out what the store throws", async () => {
    const room = new Janitor({
      clock: clockAt(),
      retentionMs: 1,
      store: { prune: () => Promise.reject(new Error("locked")) },
    });
    await expect(room.tick()).rejects.toThrow("locked");
  });
});
