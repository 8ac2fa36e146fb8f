import fc from "fast-check";
import { expect, test } from "vitest";
import { isWebhookError } from "../../src/model/errors.js";
import { isWithin, kindOf, parseScope, type ScopeKinds, scopeChain } from "../../src/subscriptions/scope.js";
import { anything, hostileText } from "./hostile.js";

const parents = new Map<string, string | null>([
  ["organization", null],
  ["signin", "organization"],
  ["door", "signin"],
]);
const kinds: ScopeKinds = {
  kinds: [...parents.keys()],
  kind: (name) => {
    const parent = parents.get(name);
    return parent === undefined ? undefined : { parent };
  },
};

const pieces = [
  "organization",
  "signin",
  "door",
  ":",
  "/",
  "acme",
  "a.b",
  "~",
  "_",
  "-",
  ".",
  "..",
  "*",
  "%2f",
  "é",
  "__proto__",
  "constructor",
];

test("a scope is answered as it was given or refused with UNKNOWN_SCOPE, and nothing else is thrown", () => {
  fc.assert(
    fc.property(fc.oneof(hostileText(...pieces), anything), (given) => {
      try {
        const scope = parseScope(given, kinds);
        expect(scope).toBe(given);
        expect(parents.has(kindOf(scope)) || scope === "").toBe(true);
      } catch (error) {
        if (!isWebhookError(error, "UNKNOWN_SCOPE")) throw error;
        expect(error.issues).toHaveLength(1);
      }
    }),
    { numRuns: 800 },
  );
});

const id = fc.stringMatching(/^[A-Za-z0-9._~-]{1,128}$/);
const scopes = fc
  .array(id, { maxLength: 3 })
  .map((ids) => ids.map((one, level) => `${kinds.kinds[level]}:${one}`).join("/"));

test("every well-formed scope is taken, and its chain is each scope above it, itself among them", () => {
  fc.assert(
    fc.property(scopes, (scope) => {
      expect(parseScope(scope, kinds)).toBe(scope);
      const chain = scopeChain(scope);
      expect(chain[0]).toBe(scope);
      expect(chain.at(-1)).toBe("");
      expect(chain).toHaveLength(scope === "" ? 1 : scope.split("/").length + 1);
      for (const above of chain) {
        expect(parseScope(above, kinds)).toBe(above);
        expect(isWithin(scope, above)).toBe(true);
        expect(scope.startsWith(above)).toBe(true);
      }
    }),
  );
});

test("a chain of any text ends, and holds no more than its slashes", () => {
  fc.assert(
    fc.property(hostileText(...pieces), (text) => {
      // Eight segments at most reach it; what is stored by hand may have more, and each is a slice of the rest.
      const short = text.slice(0, 2_000);
      expect(scopeChain(short).length).toBeLessThanOrEqual(short.split("/").length + 1);
    }),
  );
});
