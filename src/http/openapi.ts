import type { AnyCatalogue } from "../catalogue/catalogue.js";
import { HEADER_COMPONENTS, operationOf } from "./openapi/operation.js";
import { REFUSAL_COMPONENTS } from "./openapi/responses.js";
import { type Json, schemasOf } from "./openapi/schemas.js";
import { webhooksOf } from "./openapi/webhooks.js";
import type { Route } from "./route.js";
import { problemAnswer } from "./schemas/problem.js";

/** What an OpenAPI document says beside its routes and events. */
export interface OpenApiOptions {
  /** The path that the API is mounted under. @default "" */
  readonly basePath?: string;
  /** @default "Webhooks" */
  readonly title?: string;
  /** @default "1" */
  readonly version?: string;
  /**
   * How callers sign in, by a name: Security Scheme Objects of OpenAPI, any one of which will do. The host's own login
   * decides; this only tells of it. @default none
   */
  readonly securitySchemes?: Readonly<Record<string, Json>>;
}

/** An OpenAPI document as plain JSON. */
export interface OpenApiDocument {
  readonly openapi: "3.1.1";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly security?: readonly Json[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Json>>;
  readonly webhooks: Json;
  readonly components: Readonly<Record<string, Json>>;
}

/**
 * The OpenAPI document (3.1.1, https://spec.openapis.org/oas/v3.1.1.html) of these routes, with the events of the
 * catalogue as its webhooks. Pure: the same routes and catalogue give the same document, byte for byte.
 *
 * @param catalogue - `null`: no webhooks.
 */
export function openApi(
  routes: readonly Route[],
  catalogue: Pick<AnyCatalogue, "describe"> | null,
  options: OpenApiOptions = {},
): OpenApiDocument {
  const { basePath = "", title = "Webhooks", version = "1", securitySchemes } = options;
  const used = routes.flatMap(({ query, body, answer }) => [query, body?.schema, answer.schema]);
  const schemas = schemasOf([
    problemAnswer,
    ...used.filter((schema) => schema !== undefined && schema !== null),
  ]);
  const described = catalogue?.describe() ?? { scopes: [], events: [] };
  const sent = webhooksOf(described);
  const groups = described.events.flatMap(({ group }) => (group === null ? [] : [group]));
  return {
    openapi: "3.1.1",
    info: { title, version, description: DESCRIPTION },
    servers: [{ url: basePath === "" ? "/" : basePath }],
    ...(securitySchemes === undefined
      ? {}
      : { security: Object.keys(securitySchemes).map((name) => ({ [name]: [] })) }),
    tags: [...new Set([...routes.map(({ tag }) => tag), ...groups])].map((name) => ({ name })),
    paths: pathsOf(routes, (route) => operationOf(route, schemas)),
    webhooks: sent.webhooks,
    components: {
      schemas: { ...schemas.named, ...sent.schemas },
      responses: REFUSAL_COMPONENTS,
      parameters: { ...HEADER_COMPONENTS, ...sent.parameters },
      ...(securitySchemes === undefined ? {} : { securitySchemes }),
    },
  };
}

const DESCRIPTION =
  "Subscriptions to events, their deliveries and the history. Webhooks are described as a subscription gets them that names no format; a batch is an array of the same objects.";

function pathsOf(routes: readonly Route[], operation: (route: Route) => Json): Record<string, Json> {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = paths[route.path] ?? {};
    path[route.method.toLowerCase()] = operation(route);
    paths[route.path] = path;
  }
  return paths;
}
