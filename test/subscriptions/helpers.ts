import { defineCatalogue } from "../../src/catalogue/define.js";
import { createEndpointPolicy } from "../../src/endpoints/policy.js";
import { builtInFormats } from "../../src/formats/registry.js";
import { isWebhookError, type WebhookError } from "../../src/model/errors.js";
import type { SignatureScheme } from "../../src/model/signature.js";
import type { Entries, SubscriptionStore } from "../../src/model/store.js";
import { builtInSchemes } from "../../src/signature/registry.js";
import { memoryStore } from "../../src/stores/memory/index.js";
import type { SubscriptionChange } from "../../src/subscriptions/change.js";
import { parseDocument, type SubscriptionDocument } from "../../src/subscriptions/document.js";
import type { CatalogueLike } from "../../src/subscriptions/ports.js";
import type { ManageParts } from "../../src/subscriptions/save.js";
import { createSealer } from "../../src/subscriptions/seal.js";

export const catalogue: CatalogueLike = defineCatalogue({
  scopes: { organization: {}, signin: { parent: "organization" } },
  events: {
    "signin.session.created": { at: ["signin", "organization"] },
    "signin.session.revoked": { at: ["signin"] },
    "organization.renamed": { at: ["organization"] },
    ping: {},
  },
});

export const DEFAULTS: ManageParts["defaults"] = {
  retry: { schedule: [60_000, 300_000], timeout: 15_000 },
  autoDisable: "exhausted",
  batch: { maxEvents: 20_000, intervalMinutes: 20, maxBytes: 4_194_304 },
};

/** A scheme of a host's that says nothing of secrets. */
const acme: SignatureScheme = { headers: ["x-acme"], sign: () => ({ "x-acme": "1" }) };

/** The parts with a memory store, a clock that stands still, and ears for changes. */
export function setUp(changes: Partial<ManageParts> = {}) {
  const clock = { at: 1_700_000_000_000, now: () => clock.at };
  const store: SubscriptionStore = memoryStore();
  const heard: SubscriptionChange[] = [];
  const sealer = createSealer([Buffer.alloc(32, 7).toString("base64")]);
  const parts: ManageParts = {
    store,
    clock,
    sealer,
    defaults: DEFAULTS,
    rules: {
      catalogue,
      endpoints: createEndpointPolicy({}, { ownAddresses: () => [] }),
      schemes: new Map([...builtInSchemes, ["acme", acme]]),
      formats: builtInFormats,
      allowInsecureTls: false,
    },
    onChange: (change) => heard.push(change),
    ...changes,
  };
  /** What is stored of a subscription. */
  async function stored(id: string): Promise<SubscriptionDocument & { text: string }> {
    const [record] = await parts.store.readSubscriptions([id]);
    if (!record) throw new Error("not stored");
    return { ...parseDocument(record.document, id), text: record.document };
  }
  return { parts, clock, store, heard, sealer, stored };
}

/** The error a call ends with. */
export async function refusal(call: Promise<unknown>): Promise<WebhookError> {
  try {
    await call;
  } catch (error) {
    if (isWebhookError(error)) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** Code and places of the error a call ends with. */
export async function refused(call: Promise<unknown>): Promise<[string, ...string[]]> {
  const { code, issues } = await refusal(call);
  return [code, ...issues.map(({ path }) => path.join("."))];
}

/** Audit entries that say one event. */
export function entries(id: string, at: number): Entries {
  const event = { id, type: "audit", scope: "", at, createdAt: at, data: "{}", test: false };
  return { events: [event], deliveries: [], pending: [] };
}
