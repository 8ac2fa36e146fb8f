import * as v from "valibot";
import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";
import * as mini from "zod/mini";
import type {
  AnyCatalogue,
  AuditInput,
  DataOf,
  EventType,
  InputOf,
  JsonInput,
  ScopeKind,
} from "../../src/catalogue/index.js";
import { defineCatalogue, mergeCatalogues } from "../../src/catalogue/index.js";

const session = defineCatalogue({
  scopes: {
    organization: { audit: "organization.configuration.audit" },
    signin: { parent: "organization", label: "Sign In", audit: "signin.configuration.audit" },
  },
  events: {
    "session.created": {
      at: ["signin", "organization", ""],
      schema: z.object({ id: z.string(), at: z.coerce.date<string>(), kind: z.string().default("guest") }),
      example: { id: "s_1", at: "2026-01-01" },
    },
    "session.ended": {
      schema: v.object({ id: v.string(), seconds: v.pipe(v.string(), v.transform(Number)) }),
    },
    "session.mini": { schema: mini.object({ id: mini.string() }) },
    "session.free": { description: "Anything." },
  },
});
type Session = typeof session;

declare function publish<C extends AnyCatalogue, T extends EventType<C>>(
  catalogue: C,
  type: T,
  data: InputOf<C, T>,
): void;

describe("names", () => {
  test("literal names survive without as const, audit types among them", () => {
    expectTypeOf<EventType<Session>>().toEqualTypeOf<
      | "session.created"
      | "session.ended"
      | "session.mini"
      | "session.free"
      | "organization.configuration.audit"
      | "signin.configuration.audit"
    >();
    expectTypeOf<ScopeKind<Session>>().toEqualTypeOf<"" | "organization" | "signin">();
    expectTypeOf(session.types).toEqualTypeOf<readonly EventType<Session>[]>();
    expectTypeOf(session.kinds).toEqualTypeOf<readonly ("" | "organization" | "signin")[]>();
    expectTypeOf(session.matching("*")).toEqualTypeOf<readonly EventType<Session>[]>();
  });

  test("has narrows a text to a name", () => {
    const name = "session.created" as string;
    if (session.has(name)) expectTypeOf(name).toEqualTypeOf<EventType<Session>>();
  });

  test("without scopes there is only the root", () => {
    const plain = defineCatalogue({ events: { ping: {} } });
    expectTypeOf<EventType<typeof plain>>().toEqualTypeOf<"ping">();
    expectTypeOf<ScopeKind<typeof plain>>().toEqualTypeOf<"">();
  });

  test("the root may have an audit type", () => {
    const plain = defineCatalogue({
      scopes: { "": { audit: "webhooks.audit", label: "Account" } },
      events: {},
    });
    expectTypeOf<EventType<typeof plain>>().toEqualTypeOf<"webhooks.audit">();
  });
});

describe("data", () => {
  test("input and output of zod", () => {
    expectTypeOf<InputOf<Session, "session.created">>().toEqualTypeOf<{
      id: string;
      at: string;
      kind?: string | undefined;
    }>();
    expectTypeOf<DataOf<Session, "session.created">>().toEqualTypeOf<{
      id: string;
      at: Date;
      kind: string;
    }>();
    expectTypeOf<InputOf<Session, "session.mini">>().toEqualTypeOf<{ id: string }>();
  });

  test("input and output of valibot", () => {
    expectTypeOf<InputOf<Session, "session.ended">>().toEqualTypeOf<{ id: string; seconds: string }>();
    expectTypeOf<DataOf<Session, "session.ended">>().toEqualTypeOf<{ id: string; seconds: number }>();
  });

  test("no schema, and audit types", () => {
    expectTypeOf<InputOf<Session, "session.free">>().toEqualTypeOf<JsonInput>();
    expectTypeOf<DataOf<Session, "session.free">>().toBeUnknown();
    expectTypeOf<InputOf<Session, "signin.configuration.audit">>().toEqualTypeOf<AuditInput>();
    expectTypeOf<DataOf<Session, "signin.configuration.audit">["actor"]["type"]>().toEqualTypeOf<
      "user" | "system"
    >();
  });

  test("what publish takes", () => {
    publish(session, "session.created", { id: "s", at: "2026-01-01" });
    publish(session, "session.ended", { id: "s", seconds: "3" });
    publish(session, "session.mini", { id: "s" });
    publish(session, "organization.configuration.audit", {
      scope: "organization:acme",
      scopeLabel: "Acme",
      actor: { type: "user", id: "u_1" },
      action: "settings.updated",
      description: "Changed.",
      before: null,
      after: { a: 1 },
      extra: true,
    });
  });

  test("what publish refuses", () => {
    // @ts-expect-error: no such type
    publish(session, "session.creatd", { id: "s", at: "2026-01-01" });
    // @ts-expect-error: wrong data
    publish(session, "session.created", { id: 1, at: "2026-01-01" });
    // @ts-expect-error: the output type is not the input type
    publish(session, "session.created", { id: "s", at: new Date() });
    // @ts-expect-error: missing field
    publish(session, "session.created", { id: "s" });
    // @ts-expect-error: unknown field
    publish(session, "session.created", { id: "s", at: "2026-01-01", device: "d" });
    // @ts-expect-error: wrong data, valibot
    publish(session, "session.ended", { id: "s", seconds: 3 });
    // @ts-expect-error: missing field, valibot
    publish(session, "session.ended", { seconds: "3" });
    // @ts-expect-error: wrong data, zod/mini
    publish(session, "session.mini", { id: 3 });
    // @ts-expect-error: audit data without its actor
    publish(session, "signin.configuration.audit", {
      scope: "",
      scopeLabel: "",
      action: "",
      description: "",
    });
  });
});

describe("data without a schema", () => {
  interface Guest {
    name: string;
    age?: number;
  }
  class Device {
    constructor(readonly mac: string) {}
  }

  test("takes what JSON carries, interfaces too", () => {
    const guest: Guest = { name: "Ada" };
    publish(session, "session.free", guest);
    publish(session, "session.free", { any: { depth: [1, "two", null] } });
    publish(session, "session.free", [guest]);
    publish(session, "session.free", new Device("aa"));
    publish(session, "session.free", new Date());
    publish(session, "session.free", "text");
    publish(session, "session.free", null);
  });

  test("refuses what it cannot carry", () => {
    // @ts-expect-error
    publish(session, "session.free", undefined);
    // @ts-expect-error
    publish(session, "session.free", 1n);
    // @ts-expect-error
    publish(session, "session.free", Symbol("s"));
    // @ts-expect-error
    publish(session, "session.free", () => 1);
    // @ts-expect-error
    publish(session, "session.free", Device);
    // @ts-expect-error: it must be shown to be something first
    publish(session, "session.free", {} as unknown);
  });
});

describe("what defineCatalogue refuses to compile", () => {
  test("an unknown kind in at", () => {
    defineCatalogue({
      scopes: { site: {} },
      // @ts-expect-error
      events: { ping: { at: ["site", "planet"] } },
    });
    // @ts-expect-error
    defineCatalogue({ events: { ping: { at: ["site"] } } });
  });

  test("an unknown parent, a parent of the root", () => {
    // @ts-expect-error
    defineCatalogue({ scopes: { site: { parent: "planet" } }, events: {} });
    // @ts-expect-error
    defineCatalogue({ scopes: { site: {}, "": { parent: "site" } }, events: {} });
  });

  test("fields of the wrong type", () => {
    // @ts-expect-error
    defineCatalogue({ events: { ping: { schema: { type: "object" } } } });
    // @ts-expect-error
    defineCatalogue({ events: { ping: { deprecated: 1 } } });
  });
});

describe("merging", () => {
  const lease = defineCatalogue({
    scopes: {
      organization: { audit: "organization.configuration.audit" },
      network: { parent: "organization" },
    },
    events: { "lease.granted": { schema: z.object({ ip: z.string() }) } },
  });

  test("has the names and the data of both", () => {
    const both = mergeCatalogues(session, lease, defineCatalogue({ events: { ping: {} } }));
    type Both = typeof both;
    expectTypeOf<EventType<Both>>().toEqualTypeOf<EventType<Session> | "lease.granted" | "ping">();
    expectTypeOf<ScopeKind<Both>>().toEqualTypeOf<"" | "organization" | "signin" | "network">();
    expectTypeOf<InputOf<Both, "lease.granted">>().toEqualTypeOf<{ ip: string }>();
    expectTypeOf<InputOf<Both, "session.ended">>().toEqualTypeOf<{ id: string; seconds: string }>();
    publish(both, "lease.granted", { ip: "10.0.0.1" });
    // @ts-expect-error
    publish(both, "lease.granted", { ip: 10 });
    // @ts-expect-error
    publish(both, "lease.grnted", { ip: "10.0.0.1" });
  });

  test("needs at least one", () => {
    // @ts-expect-error
    mergeCatalogues();
  });

  test("a list of unknown length is a catalogue of unknown names", () => {
    const some: [AnyCatalogue, ...AnyCatalogue[]] = [session];
    expectTypeOf<EventType<ReturnType<typeof mergeCatalogues<typeof some>>>>().toEqualTypeOf<string>();
    const more: [Session, ...AnyCatalogue[]] = [session];
    expectTypeOf<EventType<ReturnType<typeof mergeCatalogues<typeof more>>>>().toEqualTypeOf<string>();
  });
});

describe("a catalogue of unknown names", () => {
  test("takes any catalogue, any name and anything JSON carries", () => {
    expectTypeOf<Session>().toExtend<AnyCatalogue>();
    expectTypeOf<EventType<AnyCatalogue>>().toEqualTypeOf<string>();
    expectTypeOf<ScopeKind<AnyCatalogue>>().toEqualTypeOf<string>();
    expectTypeOf<InputOf<AnyCatalogue, string>>().toEqualTypeOf<JsonInput>();
    expectTypeOf<DataOf<AnyCatalogue, string>>().toBeUnknown();
  });
});
