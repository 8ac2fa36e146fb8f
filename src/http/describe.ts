import * as z from "zod";
import type { AnyCatalogue } from "../catalogue/catalogue.js";
import { asyncApi } from "./asyncapi.js";
import { type OpenApiDocument, type OpenApiOptions, openApi } from "./openapi.js";
import type { HandlerSettings } from "./options.js";
import type { Result, Route } from "./route.js";
import { ROUTES } from "./routes/index.js";

const anyObject = z.looseObject({});

/** What the OpenAPI document of a host is made with; the same as it gives to `createHandler`. */
export interface ApiDocumentOptions extends OpenApiOptions {
  /** Whether events may be published over HTTP. @default false */
  readonly publish?: boolean;
}

/**
 * The OpenAPI 3.1 document of the management API, as `GET /openapi.json` answers it: for a file, or a build.
 *
 * @param catalogue - Whose events are its webhooks.
 */
export function openApiDocument(catalogue: AnyCatalogue, options: ApiDocumentOptions = {}): OpenApiDocument {
  const { publish = false, ...about } = options;
  const documented = { basePath: about.basePath ?? "", document: about };
  return openApi(allRoutes(publish, documented), catalogue, about);
}

/** Every route that is served. */
export function allRoutes(
  publish: boolean,
  settings: Pick<HandlerSettings, "basePath" | "document">,
): readonly Route[] {
  const served = ROUTES.filter((route) => publish || route.publishes !== true);
  const routes: Route[] = [...served];
  routes.push(...describingRoutes(routes, settings));
  return routes;
}

/** The routes that describe the API, themselves too, and the events; each document is made once, when it is first asked for. */
function describingRoutes(
  routes: readonly Route[],
  { basePath, document }: Pick<HandlerSettings, "basePath" | "document">,
): readonly Route[] {
  return [
    described(
      "/openapi.json",
      "getOpenApi",
      "This API, as OpenAPI 3.1, with the events as its webhooks.",
      (catalogue) => openApi(routes, catalogue, { basePath, ...document }),
    ),
    described("/asyncapi.json", "getAsyncApi", "The events that are sent, as AsyncAPI 3.", (catalogue) =>
      asyncApi(catalogue, document),
    ),
  ];
}

function described(
  path: string,
  id: string,
  summary: string,
  make: (catalogue: Parameters<typeof asyncApi>[0]) => object,
): Route {
  let made: object | null = null;
  return {
    method: "GET",
    path,
    id,
    summary,
    tag: "Documents",
    permission: "read",
    answer: { status: 200, schema: anyObject, description: "The document." },
    async handle({ webhooks }): Promise<Result> {
      made ??= make(webhooks.catalogue);
      return { body: made };
    },
  };
}
