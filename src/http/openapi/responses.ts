import type { Route } from "../route.js";
import type { Json } from "./schemas.js";

/** A problem that routes can answer with. */
interface Refusal {
  readonly status: string;
  readonly description: string;
  readonly headers?: Json;
  can(route: Route): boolean;
}

const always = () => true;
const hasBody = ({ method }: Route) => method !== "GET";
const takes =
  (...headers: readonly NonNullable<Route["headers"]>[number][]) =>
  (route: Route) =>
    headers.some((header) => route.headers?.includes(header));

/** By the name they have under `components.responses`. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  BadRequest: {
    status: "400",
    description: "A parameter, a header or a cursor is not acceptable, or the body is not JSON.",
    can: always,
  },
  Unauthenticated: { status: "401", description: "Not signed in.", can: always },
  Forbidden: {
    status: "403",
    description: "The permission is missing, the scope is another's, or the page is of another origin.",
    can: always,
  },
  NotFound: {
    status: "404",
    description: "There is no such thing, or it is another's.",
    can: ({ path }) => path.includes("{"),
  },
  Conflict: {
    status: "409",
    description: "Its state does not allow this, or someone else changed it at the same moment.",
    can: hasBody,
  },
  PreconditionFailed: {
    status: "412",
    description: "It is no longer the version of `If-Match`: read it again.",
    can: takes("if-match"),
  },
  PayloadTooLarge: { status: "413", description: "The body is too large.", can: hasBody },
  UnsupportedMediaType: { status: "415", description: "The body is not `application/json`.", can: hasBody },
  Unprocessable: {
    status: "422",
    description: "A field is not acceptable, or the `Idempotency-Key` came with another request before.",
    can: (route) => route.body !== undefined || takes("idempotency-key")(route),
  },
  Unavailable: {
    status: "503",
    description: "The store did not answer; nothing is known to have changed.",
    headers: {
      "Retry-After": { description: "Seconds until another try is worth it.", schema: { type: "integer" } },
    },
    can: always,
  },
};

const PROBLEM = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };

/** Every refusal, for `components.responses`. */
export const REFUSAL_COMPONENTS: Json = {
  ...Object.fromEntries(
    Object.entries(REFUSALS).map(([name, { description, headers }]) => [
      name,
      { description, ...(headers === undefined ? {} : { headers }), content: PROBLEM },
    ]),
  ),
  Failure: { description: "Something failed here.", content: PROBLEM },
};

/** The refusals that a route can answer with, by status; `default` for a fault of ours. */
export function refusalsOf(route: Route): Json {
  const own = Object.entries(REFUSALS).filter(([, refusal]) => refusal.can(route));
  const refs = own.map(([name, { status }]) => [status, { $ref: `#/components/responses/${name}` }]);
  return { ...Object.fromEntries(refs), default: { $ref: "#/components/responses/Failure" } };
}
