import type { Route, RouteHeader } from "../route.js";
import { subscriptionAnswer, subscriptionWithSecretAnswer } from "../schemas/subscription.js";
import { refusalsOf } from "./responses.js";
import type { Json, Schemas } from "./schemas.js";

const HEADERS: Readonly<Record<RouteHeader, string>> = {
  "if-match": "IfMatch",
  "idempotency-key": "IdempotencyKey",
};

/** The request headers, for `components.parameters`. */
export const HEADER_COMPONENTS: Json = {
  IfMatch: {
    name: "If-Match",
    in: "header",
    description:
      "The ETag that was read: the change is made only if it is still the version. `*`: whatever it is.",
    schema: { type: "string", examples: ['"2"'] },
  },
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description: "The same request with the same key is done once and answered alike.",
    schema: { type: "string", pattern: "^[ -~]{1,255}$", examples: ["0f2c7a52-6c1e-4f5b-9d0a-5a1a0a2f6b11"] },
  },
};

/** A route as an OpenAPI operation. */
export function operationOf(route: Route, schemas: Schemas): Json {
  const { id, summary, tag, permission, body } = route;
  const parameters = [
    ...pathParameters(route),
    ...queryParameters(route, schemas),
    ...headerParameters(route),
  ];
  return {
    operationId: id,
    summary,
    description: `Takes the permission \`${permission}\`.`,
    tags: [tag],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: body.required, content: json(schemas.of(body.schema)) } }),
    responses: { [String(route.answer.status)]: answerOf(route, schemas), ...refusalsOf(route) },
  };
}

function answerOf({ answer }: Route, schemas: Schemas): Json {
  const { status, schema, description } = answer;
  const hasVersion = schema === subscriptionAnswer || schema === subscriptionWithSecretAnswer;
  const headers = {
    ...(hasVersion
      ? { ETag: { description: "The version, for `If-Match`.", schema: { type: "string" } } }
      : {}),
    ...(status === 201 ? { Location: { description: "Where it is.", schema: { type: "string" } } } : {}),
  };
  return {
    description,
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(schema === null ? {} : { content: json(schemas.of(schema)) }),
  };
}

function pathParameters({ path }: Route): Json[] {
  return Array.from(path.matchAll(/\{([^{}]+)\}/g), ([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters({ query }: Route, schemas: Schemas): Json[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = schemas.of(query) as {
    properties?: Record<string, Json>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    ...(required.includes(name) ? { required: true } : {}),
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

function headerParameters({ headers = [] }: Route): Json[] {
  return headers.map((header) => ({ $ref: `#/components/parameters/${HEADERS[header]}` }));
}

function json(schema: Json): Json {
  return { "application/json": { schema } };
}
