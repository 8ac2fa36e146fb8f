import type * as z from "zod";
import type { Webhooks } from "../api.js";
import type { AnyCatalogue } from "../catalogue/catalogue.js";
import type { Authorization } from "./authorize.js";

/** A request header that a route understands. */
export type RouteHeader = "if-match" | "idempotency-key";

/** One route as data: the handler serves it and the OpenAPI document describes it. */
export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below the base path, with names in braces: `/subscriptions/{id}`. */
  readonly path: string;
  /** The `operationId`. */
  readonly id: string;
  readonly summary: string;
  readonly tag: string;
  readonly permission: "read" | "write";
  /** What the query may hold. Parsed with it; none may be given where there is none. */
  readonly query?: z.ZodObject;
  /** For the document; the library validates what it is given. */
  readonly body?: { readonly schema: z.ZodType; readonly required: boolean };
  readonly answer: {
    readonly status: number;
    /** `null`: no body. */
    readonly schema: z.ZodType | null;
    readonly description: string;
  };
  readonly headers?: readonly RouteHeader[];
  /** Served only where the host allows publishing over HTTP. */
  readonly publishes?: boolean;
  handle(call: Call): Promise<Result>;
}

/** A request that was let in. */
export interface Call {
  readonly webhooks: Webhooks<AnyCatalogue, never>;
  readonly authorization: Authorization;
  /** `{id}` of the path. */
  readonly id: string;
  /** Parsed by the route's `query`. */
  readonly query: Readonly<Record<string, unknown>>;
  /** The JSON object; `{}` where none was sent. */
  readonly body: Readonly<Record<string, unknown>>;
  /** From `If-Match`. */
  readonly ifVersion: number | undefined;
  /** From `Idempotency-Key`, made unique to the caller. */
  readonly idempotencyKey: string | undefined;
}

/** What a route answers. */
export interface Result {
  readonly body: unknown;
  /** Of what was answered, for `ETag`. */
  readonly version?: number;
  /** Below the base path. */
  readonly location?: string;
}
