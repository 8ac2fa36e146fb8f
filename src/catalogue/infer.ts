import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { AuditData, AuditInput } from "./audit.js";
import type { AnyCatalogue } from "./catalogue.js";
import type { EventTypeOf } from "./event-type.js";

/**
 * What stands for "anything JSON can carry". Objects are taken without an index signature, so that interfaces fit;
 * functions are told from them by the one property that no JSON object can have. What hides deeper is checked when
 * the event is published.
 */
export type JsonInput =
  | string
  | number
  | boolean
  | null
  | { readonly [key: string]: unknown }
  | (object & { readonly [Symbol.hasInstance]?: never });

type ScopesOf<C extends AnyCatalogue> = C["definition"]["scopes"];
type EventsOf<C extends AnyCatalogue> = C["definition"]["events"];

/** Every event type name of a catalogue, audit types too. */
export type EventType<C extends AnyCatalogue> = EventTypeOf<ScopesOf<C>, EventsOf<C>>;

/** Every scope kind of a catalogue; `""` is the root. */
export type ScopeKind<C extends AnyCatalogue> = Extract<keyof ScopesOf<C>, string> | "";

/** What `publish` takes as the data of a type: what its schema takes, or anything JSON can carry. */
export type InputOf<C extends AnyCatalogue, T extends EventType<C>> = T extends keyof EventsOf<C>
  ? EventsOf<C>[T] extends { readonly schema: infer X extends StandardSchemaV1 }
    ? StandardSchemaV1.InferInput<X>
    : JsonInput
  : AuditInput;

/** What the schema of a type makes of its data, before it becomes JSON; `unknown` without a schema. */
export type DataOf<C extends AnyCatalogue, T extends EventType<C>> = T extends keyof EventsOf<C>
  ? EventsOf<C>[T] extends { readonly schema: infer X extends StandardSchemaV1 }
    ? StandardSchemaV1.InferOutput<X>
    : unknown
  : AuditData;
