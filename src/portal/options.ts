import * as z from "zod";
import type { Authorization } from "../http/authorize.js";
import {
  basePathOf,
  type HandlerOptions,
  type HandlerSettings,
  handlerFields,
  isOrigin,
  misfit,
} from "../http/options.js";
import { parseColour } from "./colour.js";
import type { Ancestors } from "./policy.js";

/** How the portal looks. */
export interface PortalTheme {
  /** `"system"`: as the reader's system is set. @default "system" */
  readonly mode?: "system" | "light" | "dark";
  /** Colour of buttons and links, as `#rrggbb`; made darker or lighter where text could not be read else. @default "#4f46e5" */
  readonly accent?: string;
}

/** A scope to choose from. */
export interface PortalScope {
  readonly scope: string;
  /** What people call it. @default the label of the scope's kind, and its id */
  readonly label?: string | undefined;
}

/** Options of `createPortal`. */
export interface PortalOptions
  extends Pick<HandlerOptions, "maxBodyBytes" | "allowedOrigins" | "onError" | "clock"> {
  /**
   * The host's own login; asked for each page and each request of the API, and not for scripts and styles. A `Response`
   * is passed on, so that a page (`Accept: text/html`) may be sent to the login, and come back.
   */
  readonly authorize: HandlerOptions["authorize"];
  /** The path that it is mounted under, as it is in the URL of requests: `/webhooks`. @default "" */
  readonly basePath?: string;
  /** What the pages are called, 1 to 200 characters. @default "Webhooks" */
  readonly title?: string;
  /** A mode, or a mode and a colour. @default "system" */
  readonly theme?: NonNullable<PortalTheme["mode"]> | PortalTheme;
  /** Whose pages may show it in a frame: `"self"`, or a list of that and of origins. @default nobody's */
  readonly frameAncestors?: "self" | readonly string[];
  /**
   * Which scopes the caller may choose from, beside their own: those not within it are left out.
   *
   * @default none
   */
  readonly scopes?: (
    authorization: Authorization,
    request: Request,
  ) => readonly PortalScope[] | Promise<readonly PortalScope[]>;
}

/** Options with their defaults. */
export interface PortalSettings {
  readonly authorize: HandlerOptions["authorize"];
  /** Begins with a slash and ends without one, or is empty. */
  readonly basePath: string;
  readonly title: string;
  readonly theme: Required<PortalTheme>;
  readonly ancestors: Ancestors;
  readonly scopes: NonNullable<PortalOptions["scopes"]>;
  readonly onError: HandlerSettings["onError"] | undefined;
  /** What the API below is made with. */
  readonly handler: HandlerOptions;
}

const { authorize, basePath, maxBodyBytes, allowedOrigins, onError, clock } = handlerFields;

const MODES = ["system", "light", "dark"] as const;

/** An origin may hold what ends a source in the policy: host names with such characters are nobody's. */
const isAncestor = (text: string) =>
  text === "self" || (isOrigin(text) && /^https?:\/\/[\w.*:[\]-]+$/.test(text));

const schema = z.strictObject({
  ...{ authorize, basePath, maxBodyBytes, allowedOrigins, onError, clock },
  title: z.string().trim().min(1).max(200).default("Webhooks"),
  theme: z
    .preprocess(
      (value) => (typeof value === "string" ? { mode: value } : value),
      z.strictObject({
        mode: z.enum(MODES).default("system"),
        accent: z
          .string()
          .refine((text) => parseColour(text) !== null, "Must be a colour, such as #4f46e5.")
          .default("#4f46e5"),
      }),
    )
    .prefault({}),
  frameAncestors: z
    .preprocess(
      (value) => (value === "self" ? [value] : value),
      z.array(z.string().refine(isAncestor, 'Must be "self" or an origin, such as https://example.com.')),
    )
    .prefault([]),
  scopes: z
    .custom<PortalSettings["scopes"]>((value) => typeof value === "function", "Must be a function.")
    .default(() => () => []),
});

/** Checks the options, once. Throws `CONFIGURATION` with an issue for each bad one. */
export function parsePortalOptions(options: PortalOptions): PortalSettings {
  const parsed = schema.safeParse(options);
  if (!parsed.success) throw misfit("createPortal", parsed.error);
  const { title, theme, frameAncestors, scopes, ...own } = parsed.data;
  const path = basePathOf(own.basePath);
  const sources = frameAncestors.map((ancestor) => (ancestor === "self" ? "'self'" : ancestor));
  return {
    authorize: own.authorize,
    basePath: path,
    title,
    theme,
    ancestors: sources.length === 0 ? ["'none'"] : [...new Set(sources)],
    scopes,
    onError: own.onError,
    handler: {
      authorize: own.authorize,
      basePath: `${path}/api`,
      maxBodyBytes: own.maxBodyBytes,
      allowedOrigins: own.allowedOrigins,
      document: { title },
      ...(own.onError === undefined ? {} : { onError: own.onError }),
      ...(own.clock === undefined ? {} : { clock: own.clock }),
    },
  };
}
