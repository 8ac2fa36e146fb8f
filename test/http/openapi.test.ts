import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { netgraph } from "../../examples/catalogues/netgraph.js";
import { schemasOf } from "../../src/http/openapi/schemas.js";
import { type OpenApiDocument, openApi } from "../../src/http/openapi.js";
import { ROUTES } from "../../src/http/routes/index.js";
import { countAnswer, problemAnswer } from "../../src/http/schemas/index.js";
import { at, awkward, CATALOGUES, countRefs, lostRefs } from "./documents.js";

type Operation = {
  readonly operationId: string;
  readonly parameters?: readonly Record<string, unknown>[];
  readonly requestBody?: { readonly required: boolean; readonly content: object };
  readonly responses: Readonly<Record<string, Record<string, unknown>>>;
};

async function faultsOf(document: object): Promise<unknown> {
  const { valid, errors } = await new Validator().validate(
    structuredClone(document) as Record<string, unknown>,
  );
  return valid ? null : errors;
}

function operation(document: OpenApiDocument, method: string, path: string): Operation {
  return document.paths[path]?.[method] as Operation;
}

describe.each(CATALOGUES)("with the catalogue %s", (_, catalogue) => {
  const document = openApi(ROUTES, catalogue, { basePath: "/api/webhooks" });

  it("is valid by an independent validator", async () => {
    expect(await faultsOf(document)).toBeNull();
  });

  it("has a place for every reference", () => {
    expect(countRefs(document)).toBeGreaterThan(100);
    expect(lostRefs(document)).toEqual([]);
  });

  it("has every event type among its webhooks", () => {
    expect(Object.keys(document.webhooks)).toEqual(catalogue.types);
  });

  it("is the same each time, and plain JSON", () => {
    const again = openApi(ROUTES, catalogue, { basePath: "/api/webhooks" });
    expect(JSON.stringify(again)).toBe(JSON.stringify(document));
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it("has schemas that its own examples of events fit", () => {
    const ajv = new Ajv2020({ strict: false });
    formats.default(ajv);
    ajv.addSchema({ $id: "https://example.com/document", ...document });
    for (const [type, item] of Object.entries(document.webhooks)) {
      const content = (item as { post: { requestBody: { content: Record<string, { examples?: object }> } } })
        .post.requestBody.content["application/json"];
      const examples = Object.values(content?.examples ?? {}) as { value: { scope: string } }[];
      expect(examples).toHaveLength(catalogue.get(type)?.example === undefined ? 0 : 1);
      const check = ajv.getSchema(`https://example.com/document#/components/schemas/event.${type}`);
      for (const { value } of examples) {
        check?.(value);
        expect([type, check?.errors]).toEqual([type, null]);
        expect(check?.({ ...value, type: "another" })).toBe(false);
      }
    }
  });
});

describe("the validator", () => {
  const document = openApi(ROUTES, netgraph);
  it.each<[string, object]>([
    ["a document without info", { ...document, info: undefined }],
    ["another version", { ...document, openapi: "4.0.0" }],
    [
      "an answer without a description",
      { ...document, paths: { "/x": { get: { responses: { "200": {} } } } } },
    ],
    ["a parameter without a place", { ...document, paths: { "/x": { parameters: [{ name: "x" }] } } }],
    ["a name of a component with a space", { ...document, components: { schemas: { "a b": {} } } }],
  ])("refuses %s", async (_, broken) => {
    expect(await faultsOf(JSON.parse(JSON.stringify(broken)))).not.toBeNull();
  });

  it("finds a reference that is lost", () => {
    const broken = { ...document, components: { ...document.components, schemas: {} } };
    expect(lostRefs(broken)).toContain("#/components/schemas/Subscription");
  });
});

describe("routes", () => {
  const document = openApi(ROUTES, netgraph);

  it("are all in it, in their order", () => {
    const written = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    );
    const given = ROUTES.map(({ method, path }) => `${method.toLowerCase()} ${path}`);
    expect(written.toSorted()).toEqual(given.toSorted());
    expect(Object.keys(document.paths)).toEqual([...new Set(ROUTES.map(({ path }) => path))]);
  });

  it("have ids of their own", () => {
    const ids = ROUTES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([...ROUTES])("$method $path says what it takes and answers", (route) => {
    const {
      operationId,
      parameters = [],
      requestBody,
      responses,
    } = operation(document, route.method.toLowerCase(), route.path);
    expect(operationId).toBe(route.id);
    expect(parameters.filter(({ in: place }) => place === "path")).toHaveLength(
      route.path.split("{").length - 1,
    );
    expect(parameters.filter(({ in: place }) => place === "query").map(({ name }) => name)).toEqual(
      Object.keys(route.query?.shape ?? {}),
    );
    expect(requestBody?.required).toBe(route.body?.required);
    const success = responses[String(route.answer.status)];
    expect(success?.description).toBe(route.answer.description);
    expect(success?.content === undefined).toBe(route.answer.schema === null);
    const refused = ["400", "401", "403", "503", "default"];
    if (route.path.includes("{")) refused.push("404");
    if (route.method !== "GET") refused.push("409", "413", "415");
    if (route.body !== undefined || route.headers?.includes("idempotency-key")) refused.push("422");
    if (route.headers?.includes("if-match")) refused.push("412");
    expect(Object.keys(responses).toSorted()).toEqual([...refused, String(route.answer.status)].toSorted());
  });

  it("say which headers they take and answer", () => {
    const patch = operation(document, "patch", "/subscriptions/{id}");
    expect(patch.parameters).toContainEqual({ $ref: "#/components/parameters/IfMatch" });
    expect(at(document, "#/components/parameters/IfMatch")).toMatchObject({ name: "If-Match", in: "header" });
    expect(patch.responses["200"]).toHaveProperty("headers.ETag");
    const create = operation(document, "post", "/subscriptions");
    expect(create.parameters).toContainEqual({ $ref: "#/components/parameters/IdempotencyKey" });
    expect(create.responses["201"]).toHaveProperty("headers.Location");
    expect(create.responses["201"]).toHaveProperty("headers.ETag");
    expect(operation(document, "get", "/deliveries").responses["200"]).not.toHaveProperty("headers");
  });

  it("describe the query", () => {
    const { parameters } = operation(document, "get", "/deliveries");
    expect(parameters).toContainEqual({
      name: "limit",
      in: "query",
      description: expect.any(String),
      schema: { type: "integer", minimum: 1, maximum: 200 },
    });
    expect(parameters).toContainEqual({
      name: "status",
      in: "query",
      schema: { $ref: "#/components/schemas/DeliveryStatus" },
    });
  });

  it("tell of the problem alone where there are none", () => {
    const bare = openApi([], null);
    expect(bare.webhooks).toEqual({});
    expect(Object.keys(bare.components.schemas ?? {})).toEqual(["Problem"]);
  });
});

describe("webhooks", () => {
  const document = openApi(ROUTES, netgraph);
  const post = (type: string) => (document.webhooks[type] as { post: Record<string, unknown> }).post;

  it("are the envelope with the three headers", () => {
    const { parameters, security } = post("signin.session.created");
    const names = (parameters as { $ref: string }[]).map(({ $ref }) => at(document, $ref));
    expect(names).toMatchObject([
      { name: "webhook-id", in: "header", required: true },
      { name: "webhook-timestamp", in: "header", required: true },
      { name: "webhook-signature", in: "header", required: true },
    ]);
    expect(security).toEqual([]);
    expect(document.components.schemas?.["event.signin.session.created"]).toMatchObject({
      properties: {
        type: { const: "signin.session.created" },
        data: { properties: { sessionId: { type: "string" } } },
      },
      required: ["id", "type", "timestamp", "scope", "data"],
    });
  });

  it("show an example at a scope that there can be", () => {
    const content = post("signin.session.created").requestBody;
    expect(content).toMatchObject({
      content: {
        "application/json": {
          examples: { example: { value: { scope: "organization:example/signin:example" } } },
        },
      },
    });
  });

  it("say what is deprecated, and nothing of data that has no schema", () => {
    const odd = openApi([], awkward);
    expect(odd.webhooks["host.said"]).toMatchObject({
      post: { deprecated: true, description: "Deprecated: Use tree.grown." },
    });
    expect(odd.webhooks["no.schema"]).toMatchObject({ post: { deprecated: true } });
    expect(odd.webhooks["pair.made"]).not.toHaveProperty("post.deprecated");
    expect(odd.components.schemas).toHaveProperty(["event.no.schema", "properties", "data"], {});
    expect(odd.components.schemas?.["event.Subscription"]).toHaveProperty("properties.data.type", "number");
  });
});

describe("options", () => {
  it("default", () => {
    const { info, servers, security, components } = openApi([], null);
    expect(info).toMatchObject({ title: "Webhooks", version: "1" });
    expect(servers).toEqual([{ url: "/" }]);
    expect(security).toBeUndefined();
    expect(components).not.toHaveProperty("securitySchemes");
  });

  it("are written down", async () => {
    const document = openApi(ROUTES, null, {
      basePath: "/hooks",
      title: "Hooks",
      version: "7",
      securitySchemes: {
        session: { type: "apiKey", in: "cookie", name: "sid" },
        token: { type: "http", scheme: "bearer" },
      },
    });
    expect(document).toMatchObject({
      info: { title: "Hooks", version: "7" },
      servers: [{ url: "/hooks" }],
      security: [{ session: [] }, { token: [] }],
      components: { securitySchemes: { token: { scheme: "bearer" } } },
    });
    expect(await faultsOf(document)).toBeNull();
  });
});

describe("schemasOf", () => {
  it("takes a schema more than once, and knows only those given", () => {
    const schemas = schemasOf([countAnswer, countAnswer]);
    expect(schemas.of(countAnswer)).toEqual({ $ref: "#/components/schemas/Count" });
    expect(Object.keys(schemas.named)).toEqual(["Count"]);
    expect(() => schemas.of(problemAnswer)).toThrow("not given");
  });
});
