import * as z from "zod";
import { WebhookError } from "../model/errors.js";
import type { Clock } from "../model/time.js";
import type { Authorize } from "./authorize.js";
import type { Json } from "./openapi/schemas.js";
import type { OpenApiOptions } from "./openapi.js";

/** Options of `createHandler`. */
export interface HandlerOptions {
  /** The host's own login; asked for each request. */
  readonly authorize: Authorize;
  /** The path that it is mounted under, as it is seen from outside: `/api/webhooks`. @default "" */
  readonly basePath?: string;
  /** Whether events may be published over HTTP, by whoever may write. @default false */
  readonly publish?: boolean;
  /** A request's body may have as many bytes. @default 1 MiB */
  readonly maxBodyBytes?: number;
  /** Origins beside the API's own whose pages may change something, such as `https://admin.example.com`. @default none */
  readonly allowedOrigins?: readonly string[];
  /** Told of each fault that is not the caller's, for the host's log. @default silent */
  readonly onError?: (error: unknown, request: Request) => void;
  /** What the OpenAPI document says of title, version and how callers sign in. @default "Webhooks", "1", nothing */
  readonly document?: Pick<OpenApiOptions, "title" | "version" | "securitySchemes">;
  /** @default the system's */
  readonly clock?: Clock;
}

/** Options with their defaults. */
export interface HandlerSettings {
  readonly authorize: Authorize;
  /** Begins with a slash and ends without one, or is empty. */
  readonly basePath: string;
  readonly publish: boolean;
  readonly maxBodyBytes: number;
  readonly allowedOrigins: ReadonlySet<string>;
  readonly onError: (error: unknown, request: Request) => void;
  readonly document: Pick<OpenApiOptions, "title" | "version" | "securitySchemes">;
  readonly clock: Clock;
}

const isObject = (value: unknown) => typeof value === "object" && value !== null;
const isFunction = (value: unknown) => typeof value === "function";

/** A schema for each option; what mounts this API takes some of them as its own. */
export const handlerFields = {
  authorize: z.custom<Authorize>(isFunction, "Is required: a function that says who is calling."),
  basePath: z.string().refine(isPath, "Must be a path, such as /api/webhooks.").default(""),
  publish: z.boolean().default(false),
  maxBodyBytes: z
    .int()
    .min(1024)
    .max(64 * 1024 * 1024)
    .default(1024 * 1024),
  allowedOrigins: z
    .array(z.string().refine(isOrigin, "Must be an origin, such as https://example.com."))
    .default([]),
  onError: z.custom<HandlerSettings["onError"]>(isFunction, "Must be a function.").optional(),
  document: z
    .strictObject({
      title: z.string().exactOptional(),
      version: z.string().exactOptional(),
      securitySchemes: z.record(z.string(), z.custom<Json>(isObject, "Must be an object.")).exactOptional(),
    })
    .default({}),
  clock: z.custom<Clock>((value) => isFunction((value as Clock | null)?.now), "Must have now().").optional(),
};

const schema = z.strictObject(handlerFields);

/** Checks the options, once. Throws `CONFIGURATION` with an issue for each bad one. */
export function parseHandlerOptions(options: HandlerOptions): HandlerSettings {
  const parsed = schema.safeParse(options);
  if (!parsed.success) {
    throw misfit("createHandler", parsed.error);
  }
  const { basePath, allowedOrigins, onError, clock, ...rest } = parsed.data;
  return {
    ...rest,
    basePath: basePathOf(basePath),
    allowedOrigins: new Set(allowedOrigins),
    onError: onError ?? (() => {}),
    clock: clock ?? { now: () => Date.now() },
  };
}

/** The error of options that do not fit, with an issue for each. */
export function misfit(maker: string, { issues }: z.ZodError): WebhookError {
  return new WebhookError(
    "CONFIGURATION",
    `The options of ${maker} do not fit; see issues. authorize is required.`,
    { issues: issues.map(({ path, message }) => ({ path: path.map(asKey), message })) },
  );
}

/** With a slash before it and none behind, or empty. */
export function basePathOf(given: string): string {
  const path = given.replace(/^\/|\/$/g, "");
  return path === "" ? "" : `/${path}`;
}

/** Of segments that stay as they are in a URL: dots would be resolved, and then nothing could match. */
function isPath(text: string): boolean {
  const segments = text.replace(/^\/|\/$/g, "").split("/");
  return text === "" || text === "/" || segments.every((segment) => /^(?!\.{1,2}$)[\w.~-]+$/.test(segment));
}

/** Whether it is written as browsers write an `Origin`. */
export function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

function asKey(key: PropertyKey): string | number {
  return typeof key === "symbol" ? String(key) : key;
}
