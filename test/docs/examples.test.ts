import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root, runFile } from "./run.js";

/** What each example must print. The demo is run by CI by itself, because it is the other command of the README. */
const printed: Record<string, RegExp> = {
  "01-publish.ts":
    /^The secret is shown once: whsec_\.\.\.\nPublished evt_\.\.\. to 1 endpoint\nDelivered after 2 attempts: delivered, HTTP 204\n$/,
  "02-verify.ts": /^Verified: invoice\.paid\nRefused: NO_MATCH\n$/,
  "03-own-store/main.ts": /^\d\d+ promises kept, 0 broken, \d+ skipped[^\n]*\n$/,
};

describe("every example runs", () => {
  it("none is left out", () => {
    const numbered = readdirSync(join(root, "examples")).filter((name) => /^\d/.test(name));
    expect(numbered.map((name) => (name.endsWith(".ts") ? name : `${name}/main.ts`))).toEqual(
      Object.keys(printed),
    );
  });

  it.each(Object.entries(printed))("%s", async (file, expected) => {
    expect(await runFile(join(root, "examples", file))).toMatch(expected);
  });
});
