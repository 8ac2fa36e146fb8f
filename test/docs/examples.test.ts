import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root, runFile } from "./run.js";

/** What each framework shows of the management API, mounted behind a login. */
const tour =
  /^Nobody lists: 401 UNAUTHENTICATED\nAnn creates: 201\nThe secret is shown once: whsec_\.\.\.\nAnn sends a test: 200\nIt arrived: true\nEve reads it: 200\nEve deletes it: 403 FORBIDDEN\nBob, elsewhere, reads it: 404 NOT_FOUND\nAnother site deletes it: 403 CROSS_ORIGIN\nAnn deletes it: 204\n$/;

/** What each example must print. The demo is run by CI by itself, because it is the other command of the README. */
const printed: Record<string, RegExp> = {
  "01-publish.ts":
    /^The secret is shown once: whsec_\.\.\.\nPublished evt_\.\.\. to 1 endpoint\nDelivered after 2 attempts: delivered, HTTP 204\n$/,
  "02-verify.ts": /^Verified: invoice\.paid\nRefused: NO_MATCH\n$/,
  "03-own-store/main.ts": /^\d\d+ promises kept, 0 broken, \d+ skipped[^\n]*\n$/,
  "04-express.ts": tour,
  "05-fastify.ts": tour,
  "06-hono.ts": tour,
  "07-next/main.ts": tour,
};

/** Takes half a minute of both processors, to build; test/http/node/next.test.ts holds its routes without. */
const SLOW = "07-next/main.ts";

describe("every example runs", () => {
  it("none is left out", () => {
    const numbered = readdirSync(join(root, "examples")).filter((name) => /^\d/.test(name));
    expect(numbered.map((name) => (name.endsWith(".ts") ? name : `${name}/main.ts`))).toEqual(
      Object.keys(printed),
    );
  });

  const quick = Object.entries(printed).filter(([file]) => file !== SLOW);
  it.each(quick)("%s", async (file, expected) => {
    expect(await runFile(join(root, "examples", file))).toMatch(expected);
  });

  it.skipIf(process.env.NEXT_BUILD === undefined)(
    `${SLOW}, with NEXT_BUILD=1`,
    { timeout: 300_000 },
    async () => {
      expect(await runFile(join(root, "examples", SLOW), {}, 300_000)).toMatch(tour);
    },
  );
});
