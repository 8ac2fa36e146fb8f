import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { buildCatalogue, defineCatalogue } from "../../src/catalogue/define.js";
import { lines, standard, thrown } from "./helpers.js";

const catalogue = defineCatalogue({
  scopes: {
    organization: { audit: "organization.configuration.audit" },
    signin: { parent: "organization", label: "Sign In", audit: "signin.configuration.audit" },
    "site-group": { parent: "organization" },
  },
  events: {
    "signin.session.created": {
      description: "A guest started a new sign-in.",
      group: "Session lifecycle",
      at: ["signin", "organization"],
      schema: z.object({ sessionId: z.string() }),
      example: { sessionId: "s_1" },
    },
    "signin.session.ended": { group: "Session lifecycle", deprecated: "Use signin.session.closed." },
    ping: {},
    "lease.granted": { group: "DHCP", at: ["", "signin", "signin"], deprecated: true },
  },
});

const issuesOf = (definition: unknown) =>
  lines(thrown("CONFIGURATION", () => buildCatalogue(definition)).issues);

describe("look-ups", () => {
  test("types and kinds keep their order, audit types last, the root first", () => {
    expect(catalogue.types).toEqual([
      "signin.session.created",
      "signin.session.ended",
      "ping",
      "lease.granted",
      "organization.configuration.audit",
      "signin.configuration.audit",
    ]);
    expect(catalogue.kinds).toEqual(["", "organization", "signin", "site-group"]);
  });

  test("has and get", () => {
    expect(catalogue.has("ping")).toBe(true);
    expect(catalogue.has("pong")).toBe(false);
    expect(catalogue.get("pong")).toBeUndefined();
    expect(catalogue.get("signin.session.created")).toMatchObject({
      type: "signin.session.created",
      description: "A guest started a new sign-in.",
      group: "Session lifecycle",
      at: ["signin", "organization"],
      example: { sessionId: "s_1" },
      deprecated: false,
      audit: false,
    });
    expect(catalogue.get("lease.granted")?.at).toEqual(["", "signin"]);
    expect(catalogue.get("ping")).toEqual({
      type: "ping",
      label: null,
      description: "",
      group: null,
      at: ["", "organization", "signin", "site-group"],
      schema: null,
      jsonSchema: null,
      example: undefined,
      deprecated: false,
      audit: false,
    });
  });

  test("kind", () => {
    expect(catalogue.kind("signin")).toEqual({
      kind: "signin",
      label: "Sign In",
      parent: "organization",
      ancestors: ["organization"],
      audit: "signin.configuration.audit",
      auditInfo: null,
    });
    expect(catalogue.kind("site-group")).toMatchObject({ label: "Site group", audit: null });
    expect(catalogue.kind("organization")).toMatchObject({
      label: "Organization",
      parent: null,
      ancestors: [],
    });
    expect(catalogue.kind("")).toEqual({
      kind: "",
      label: "Root",
      parent: null,
      ancestors: [],
      audit: null,
      auditInfo: null,
    });
    expect(catalogue.kind("planet")).toBeUndefined();
  });

  test("matching", () => {
    expect(catalogue.matching("signin.session.*")).toEqual([
      "signin.session.created",
      "signin.session.ended",
    ]);
    expect(catalogue.matching("ping")).toEqual(["ping"]);
    expect(catalogue.matching("ping.*")).toEqual([]);
    expect(catalogue.matching("*")).toEqual(catalogue.types);
    expect(catalogue.matching("no such")).toEqual([]);
  });

  test("allowedAt: listed kinds, or every one", () => {
    expect(catalogue.allowedAt("signin.session.created", "signin")).toBe(true);
    expect(catalogue.allowedAt("signin.session.created", "site-group")).toBe(false);
    expect(catalogue.allowedAt("signin.session.created", "")).toBe(false);
    expect(catalogue.allowedAt("lease.granted", "")).toBe(true);
    expect(catalogue.allowedAt("ping", "")).toBe(true);
    expect(catalogue.allowedAt("ping", "site-group")).toBe(true);
    expect(catalogue.allowedAt("ping", "planet")).toBe(false);
    expect(catalogue.allowedAt("pong", "signin")).toBe(false);
  });

  test("it is frozen, and deaf to later changes of what it was made from", () => {
    const events: Record<string, object> = { ping: {} };
    const made = buildCatalogue({ events });
    events.pong = {};
    expect(made.types).toEqual(["ping"]);
    expect(Object.keys(made.definition.events)).toEqual(["ping"]);
    expect(Object.isFrozen(made)).toBe(true);
    expect(Object.isFrozen(made.types)).toBe(true);
    expect(Object.isFrozen(made.get("ping"))).toBe(true);
    expect(Object.isFrozen(made.get("ping")?.at)).toBe(true);
  });

  test("names that objects have by nature are names like any other", () => {
    const events = Object.fromEntries([
      ["__proto__", { description: "mine" }],
      ["constructor", {}],
    ]);
    const made = buildCatalogue({ events, scopes: { constructor: { label: "C" } } });
    expect(made.types).toEqual(["__proto__", "constructor"]);
    expect(made.get("__proto__")?.description).toBe("mine");
    expect(made.kind("constructor")?.label).toBe("C");
    expect(made.has("toString")).toBe(false);
    expect(catalogue.has("constructor")).toBe(false);
    expect(catalogue.get("__proto__")).toBeUndefined();
    expect(catalogue.kind("constructor")).toBeUndefined();
    expect(issuesOf({ events: { a: { at: ["constructor"] } } })).toHaveLength(1);
  });
});

describe("refused", () => {
  test("what is no definition at all", () => {
    for (const definition of [undefined, null, 1, "events", [], () => {}]) {
      expect(issuesOf(definition)).toEqual(["events: Must be an object of events by name."]);
    }
    expect(issuesOf({ events: [], scopes: "organization" })).toEqual([
      "scopes: Must be an object of scopes by name.",
      "events: Must be an object of events by name.",
    ]);
    expect(issuesOf({ events: {}, event: {} })).toEqual([
      "event: Unknown: a catalogue has scopes and events.",
    ]);
  });

  test.each(["", "*", "a.*", "a..b", ".a", "a b", "a/b", "a".repeat(129)])(
    "the event type name %j",
    (type) => {
      expect(issuesOf({ events: { [type]: {} } })).toEqual([
        expect.stringMatching(/An event type name is letters/),
      ]);
    },
  );

  test.each(["Site", "1site", "-site", "si_te", "site.a", "site:a", "__proto__", "a".repeat(65)])(
    "the scope kind name %j",
    (kind) => {
      const scopes = Object.fromEntries([[kind, {}]]);
      expect(issuesOf({ events: {}, scopes })).toEqual([expect.stringMatching(/A kind is a small letter/)]);
    },
  );

  test("longest names that are taken", () => {
    const made = buildCatalogue({ events: { ["a".repeat(128)]: {} }, scopes: { ["a".repeat(64)]: {} } });
    expect(made.types[0]).toHaveLength(128);
    expect(made.kinds[1]).toHaveLength(64);
  });

  test("unknown parents, and the root as one", () => {
    expect(issuesOf({ events: {}, scopes: { a: { parent: "b" }, c: { parent: "a" } } })).toEqual([
      'scopes/a/parent: There is no kind "b": declare it in scopes.',
    ]);
    expect(issuesOf({ events: {}, scopes: { "": {}, a: { parent: "" }, c: { parent: "a" } } })).toEqual([
      "scopes/a/parent: Leave it out: a kind without a parent is under the root.",
    ]);
    expect(issuesOf({ events: {}, scopes: { a: {}, "": { parent: "a" } } })).toEqual([
      "scopes//parent: The root has no parent.",
    ]);
  });

  test("circles of parents, also seen from outside them", () => {
    expect(issuesOf({ events: {}, scopes: { a: { parent: "a" } } })).toEqual([
      expect.stringMatching(/^scopes\/a\/parent: The kind is above itself/),
    ]);
    const scopes = { out: { parent: "a" }, a: { parent: "b" }, b: { parent: "c" }, c: { parent: "a" } };
    expect(issuesOf({ events: {}, scopes })).toEqual(
      ["a", "b", "c"].map((kind) =>
        expect.stringMatching(`^scopes/${kind}/parent: The kind is above itself`),
      ),
    );
  });

  test("more than eight levels", () => {
    const chain = (levels: number) =>
      Object.fromEntries(
        Array.from({ length: levels }, (_, i) => [`k${i}`, i === 0 ? {} : { parent: `k${i - 1}` }]),
      );
    expect(buildCatalogue({ events: {}, scopes: chain(8) }).kind("k7")?.ancestors).toHaveLength(7);
    expect(issuesOf({ events: {}, scopes: chain(9) })).toEqual([
      "scopes/k8/parent: More than 8 levels deep: leave some out.",
    ]);
  });

  test("at with an unknown kind, or with none", () => {
    expect(issuesOf({ events: { a: { at: ["site", "", "planet"] } }, scopes: { site: {} } })).toEqual([
      'events/a/at/2: There is no scope kind "planet": declare it in scopes.',
    ]);
    expect(issuesOf({ events: { a: { at: [] } } })).toEqual([expect.stringMatching(/^events\/a\/at: /)]);
  });

  test("fields of the wrong type, unknown fields, entries that are no object", () => {
    const bad = {
      description: 1,
      group: " ",
      at: "site",
      schema: {},
      jsonSchema: 1,
      deprecated: "",
      schmea: 1,
    };
    expect(issuesOf({ events: { a: bad, b: null, c: [] } }).map((line) => line.replace(/: .*/s, ""))).toEqual(
      [
        "events/a/description",
        "events/a/group",
        "events/a/at",
        "events/a/schema",
        "events/a/jsonSchema",
        "events/a/deprecated",
        "events/a",
        "events/b",
        "events/c",
      ],
    );
    expect(
      issuesOf({ events: {}, scopes: { a: { parent: 1, label: "", audit: "a.*", x: 1 }, b: null } }).map(
        (line) => line.replace(/: .*/s, ""),
      ),
    ).toEqual(["scopes/a/parent", "scopes/a/label", "scopes/a/audit", "scopes/a", "scopes/b"]);
  });

  test("schemas that are none", () => {
    for (const schema of [
      null,
      1,
      { type: "object" },
      { "~standard": { version: 2, validate() {} } },
      () => {},
    ]) {
      expect(issuesOf({ events: { a: { schema } } })).toEqual([
        expect.stringMatching(/^events\/a\/schema: Must be a Standard Schema/),
      ]);
    }
    const callable = Object.assign(
      () => {},
      standard((value) => ({ value })),
    );
    expect(buildCatalogue({ events: { a: { schema: callable } } }).get("a")?.schema).toBe(callable);
  });

  test("a JSON Schema that JSON cannot carry", () => {
    expect(issuesOf({ events: { a: { jsonSchema: { const: 1n } } } })).toEqual([
      "events/a/jsonSchema: Must be a JSON Schema: an object that JSON can carry.",
    ]);
  });

  test("an audit type that is declared by hand", () => {
    expect(
      issuesOf({ scopes: { a: { audit: "a.audit" } }, events: { "a.audit": { group: "Mine" } } }),
    ).toEqual([
      "events/a.audit: It is the audit type of a scope kind, which the library supplies: remove it from events.",
    ]);
  });

  test("everything that is wrong is said at once", () => {
    const error = thrown("CONFIGURATION", () =>
      buildCatalogue({ scopes: { A: {}, b: { parent: "c" } }, events: { "*": {}, d: { at: ["e"] } } }),
    );
    expect(error.issues).toHaveLength(4);
    expect(error.message).toMatch(/^The catalogue is not valid\. scopes\.A: .*\(and 1 more\)$/s);
  });
});

describe("examples", () => {
  test("one its schema refuses is refused, with the path inside it", () => {
    const zod = { schema: z.object({ a: z.object({ b: z.string() }) }), example: { a: { b: 1 } } };
    const valibot = { schema: v.object({ n: v.number() }), example: { n: "hunter2" } };
    const found = issuesOf({ events: { zod, valibot } });
    expect(found).toEqual([
      expect.stringMatching(/^events\/zod\/example\/a\/b: /),
      expect.stringMatching(/^events\/valibot\/example\/n: /),
    ]);
    expect(found.join()).not.toContain("hunter2");
  });

  test("one that JSON cannot carry, with a schema and without", () => {
    expect(issuesOf({ events: { a: { example: { n: Number.NaN } } } })).toEqual([
      expect.stringMatching(/^events\/a\/example\/n: JSON has no NaN/),
    ]);
    expect(issuesOf({ events: { a: { schema: z.object({ n: z.bigint() }), example: { n: 1n } } } })).toEqual([
      expect.stringMatching(/^events\/a\/example\/n: JSON cannot carry a bigint/),
    ]);
  });

  test("null is an example", () => {
    expect(issuesOf({ events: { a: { schema: z.string(), example: null } } })).toHaveLength(1);
    expect(buildCatalogue({ events: { a: { example: null } } }).get("a")?.example).toBeNull();
  });

  test("a schema that throws is an issue, not a crash", () => {
    const schema = standard(() => {
      throw new TypeError("hunter2");
    });
    const [line] = issuesOf({ events: { a: { schema, example: {} } } });
    expect(line).toMatch(/^events\/a\/example: The schema threw \(TypeError\)/);
    expect(line).not.toContain("hunter2");
  });

  test("one whose schema answers later is taken unchecked, and its rejection goes nowhere", async () => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", listener);
    try {
      const schema = standard(async () => ({ issues: [{ message: "no" }] }));
      const made = buildCatalogue({ events: { a: { schema, example: { n: 1 } } } });
      expect(made.get("a")?.example).toEqual({ n: 1 });
      expect(made.describe().events[0]?.example).toEqual({ n: 1 });
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).toEqual([]);
    } finally {
      process.off("unhandledRejection", listener);
    }
  });
});
