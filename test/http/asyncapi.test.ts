import specs from "@asyncapi/specs";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { netgraph } from "../../examples/catalogues/netgraph.js";
import { asyncApi } from "../../src/http/asyncapi.js";
import { at, awkward, CATALOGUES, countRefs, lostRefs } from "./documents.js";

const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);
const check = ajv.compile(specs.schemasWithoutId["3.0.0"] as object);

function faultsOf(document: object): unknown {
  check(JSON.parse(JSON.stringify(document)));
  return check.errors ?? null;
}

describe.each(CATALOGUES)("with the catalogue %s", (_, catalogue) => {
  const document = asyncApi(catalogue);

  it("is valid by the schema of AsyncAPI", () => {
    expect(faultsOf(document)).toBeNull();
  });

  it("has a place for every reference", () => {
    expect(countRefs(document)).toBeGreaterThan(catalogue.types.length * 4);
    expect(lostRefs(document)).toEqual([]);
  });

  it("has a message for every event type", () => {
    expect(Object.keys(document.components.messages ?? {})).toEqual(catalogue.types);
    expect(document.channels).toHaveProperty("webhooks.messages");
    expect((document.operations as { sendWebhooks: { messages: object[] } }).sendWebhooks.messages).toEqual(
      catalogue.types.map((type) => ({ $ref: `#/channels/webhooks/messages/${type}` })),
    );
  });

  it("is the same each time, and plain JSON", () => {
    expect(JSON.stringify(asyncApi(catalogue))).toBe(JSON.stringify(document));
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it("has payloads of draft 07 that its examples fit", () => {
    const draft07 = new Ajv({ strict: false });
    formats.default(draft07);
    draft07.addSchema({ $id: "https://example.com/document", ...document });
    let examples = 0;
    for (const [type, message] of Object.entries(document.components.messages ?? {})) {
      const payload = draft07.getSchema(`https://example.com/document#/components/schemas/event.${type}`);
      for (const example of (message as { examples?: { payload: object }[] }).examples ?? []) {
        payload?.(example.payload);
        expect([type, payload?.errors]).toEqual([type, null]);
        expect(payload?.({ ...example.payload, type: "another" })).toBe(false);
        examples++;
      }
    }
    expect(examples).toBe(
      catalogue.types.filter((type) => catalogue.get(type)?.example !== undefined).length,
    );
  });
});

describe("the schema of AsyncAPI", () => {
  const document = asyncApi(netgraph);
  it.each<[string, object]>([
    ["a document without info", { ...document, info: undefined }],
    ["another version", { ...document, asyncapi: "2.6.0" }],
    [
      "an action that is none",
      { ...document, operations: { x: { action: "post", channel: { $ref: "#/x" } } } },
    ],
    ["an unknown field", { ...document, paths: {} }],
    [
      "a payload that is no schema",
      { ...document, components: { messages: { x: { payload: { type: 7 } } } } },
    ],
  ])("refuses %s", (_, broken) => {
    expect(faultsOf(broken)).not.toBeNull();
  });
});

it("is of the sender, whose channel has no address of its own", () => {
  const document = asyncApi(netgraph, { title: "Events", version: "3" });
  expect(document).toMatchObject({
    asyncapi: "3.0.0",
    info: { title: "Events", version: "3" },
    channels: { webhooks: { address: null } },
    operations: { sendWebhooks: { action: "send", channel: { $ref: "#/channels/webhooks" } } },
  });
});

it("gives each message its headers, heading and example", () => {
  const document = asyncApi(netgraph);
  expect(document.components.messages?.["signin.session.created"]).toMatchObject({
    name: "signin.session.created",
    headers: { $ref: "#/components/schemas/WebhookHeaders" },
    tags: [{ name: "Session lifecycle" }],
    examples: [{ payload: { scope: "organization:example/signin:example", data: { sessionId: "ses_1" } } }],
  });
  expect(at(document, "#/components/schemas/WebhookHeaders")).toMatchObject({
    required: ["webhook-id", "webhook-timestamp", "webhook-signature"],
  });
});

it("speaks draft 07", () => {
  const { schemas } = asyncApi(awkward).components;
  expect(schemas?.["event.pair.made"]).toHaveProperty("properties.data", {
    type: "array",
    minItems: 2,
    items: [{ type: "string" }, { type: "number" }],
    additionalItems: { type: "boolean" },
  });
  expect(schemas?.["event.host.said"]).toHaveProperty("properties.data", {
    type: "object",
    properties: {
      default: { $ref: "#/components/schemas/event.host.said/properties/data/definitions/word" },
      said: { $ref: "#/components/schemas/event.host.said/properties/data/definitions/word" },
    },
    definitions: { word: { type: "string" } },
    dependencies: { said: ["default"] },
  });
  expect(asyncApi(awkward).components.messages?.["host.said"]).toMatchObject({
    "x-deprecated": true,
    description: "Deprecated: Use tree.grown.",
  });
});
