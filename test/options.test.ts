import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineCatalogue } from "../src/catalogue/index.js";
import { type Logger, silentLogger } from "../src/model/logger.js";
import { parseOptions } from "../src/options.js";
import { memoryStore } from "../src/stores/memory/index.js";
import { failure, paths } from "./make.js";

const catalogue = defineCatalogue({
  events: { "order.paid": { description: "Paid.", schema: z.object({}) } },
});
const store = memoryStore();

const parse = (more: object = {}) => parseOptions({ catalogue, store, ...more });
const bad = async (more: object) => paths(await failure("CONFIGURATION", () => parse(more)));

describe("parseOptions: defaults", () => {
  it("fills in everything but what must be given", () => {
    const { settings, ...rest } = parse();
    expect(settings).toEqual({
      schedule: [60_000, 300_000, 1_800_000, 7_200_000],
      timeoutMs: 15_000,
      autoDisable: "exhausted",
      retentionMs: 259_200_000,
      batch: { maxEvents: 20_000, intervalMinutes: 20, maxBytes: 4_194_304 },
      dispatcher: { concurrency: 512, perSubscription: 8, pollMs: 1_000 },
      limits: { eventBytes: 262_144, responseBytes: 16_384 },
      clock: { now: expect.any(Function) },
      logger: silentLogger,
    });
    expect(rest).toMatchObject({ endpoints: {}, formats: {}, signatures: {} });
    expect([rest.transport, rest.encryptionKeys]).toEqual([undefined, undefined]);
  });

  it("reads the system's clock", () => {
    const before = Date.now();
    expect(parse().settings.clock.now()).toBeGreaterThanOrEqual(before);
  });

  it("fills in the rest of a group of which a part is given", () => {
    const { settings } = parse({
      retry: { timeout: "2s" },
      batch: { maxEvents: 2 },
      dispatcher: { concurrency: 1 },
    });
    expect(settings).toMatchObject({
      timeoutMs: 2_000,
      schedule: [60_000, 300_000, 1_800_000, 7_200_000],
      batch: { maxEvents: 2, intervalMinutes: 20 },
      dispatcher: { concurrency: 1, perSubscription: 8 },
    });
  });

  it("takes undefined for left out", () => {
    expect(parse({ retry: undefined, logger: undefined, formats: undefined }).settings).toEqual({
      ...parse().settings,
      clock: { now: expect.any(Function) },
    });
  });
});

describe("parseOptions: what is given", () => {
  it("reads durations", () => {
    const { settings } = parse({
      retry: { schedule: [0, "1s", "7d"], timeout: 60_000 },
      autoDisable: { failingFor: "5d" },
      retention: "1h",
      dispatcher: { pollInterval: "10ms" },
    });
    expect(settings).toMatchObject({
      schedule: [0, 1_000, 604_800_000],
      timeoutMs: 60_000,
      autoDisable: { failingFor: 432_000_000 },
      retentionMs: 3_600_000,
      dispatcher: { pollMs: 10 },
    });
  });

  it.each([["exhausted"], ["never"], [{ consecutive: 1 }]])("takes autoDisable %j", (autoDisable) => {
    expect(parse({ autoDisable }).settings.autoDisable).toEqual(autoDisable);
  });

  it("takes an empty schedule: one attempt", () => {
    expect(parse({ retry: { schedule: [] } }).settings.schedule).toEqual([]);
  });

  it("hands the host's objects on, not copies of them", () => {
    class Clock {
      now() {
        return 7;
      }
    }
    const clock = new Clock();
    const logger: Logger = { ...silentLogger };
    const transport = { send: async () => ({ kind: "failure", reason: "dns", message: "", ms: 0 }) };
    const slack = { contentType: "application/json", body: () => "" };
    const acme = { sign: () => ({}) };
    const parsed = parse({ clock, logger, transport, formats: { slack }, signatures: { acme } });
    expect(parsed.settings.clock).toBe(clock);
    expect(parsed.settings.logger).toBe(logger);
    expect(parsed.transport).toBe(transport);
    expect(parsed.formats.slack).toBe(slack);
    expect(parsed.signatures.acme).toBe(acme);
  });
});

describe("parseOptions: bad options", () => {
  it.each<[string, object]>([
    ["catalogue", { catalogue: undefined }],
    ["catalogue", { catalogue: { events: {} } }],
    ["store", { store: undefined }],
    ["store", { store: null }],
    ["store", { store: { ...store, settle: undefined } }],
    ["transport", { transport: {} }],
    ["encryptionKeys", { encryptionKeys: [] }],
    ["encryptionKeys", { encryptionKeys: "key" }],
    ["encryptionKeys", { encryptionKeys: [1] }],
    ["retry", { retry: "often" }],
    ["retry.schedule", { retry: { schedule: "1m" } }],
    ["retry.schedule", { retry: { schedule: Array.from({ length: 21 }, () => 1) } }],
    ["retry.schedule.1", { retry: { schedule: ["1m", "soon"] } }],
    ["retry.schedule.0", { retry: { schedule: ["8d"] } }],
    ["retry.schedule.0", { retry: { schedule: [-1] } }],
    ["retry.timeout", { retry: { timeout: "999ms" } }],
    ["retry.timeout", { retry: { timeout: "61s" } }],
    ["retry.timeout", { retry: { timeout: Number.NaN } }],
    ["retry.timeout", { retry: { timeout: null } }],
    ["autoDisable", { autoDisable: "sometimes" }],
    ["autoDisable", { autoDisable: {} }],
    ["retention", { retention: "59s" }],
    ["retention", { retention: true }],
    ["batch.maxEvents", { batch: { maxEvents: 1 } }],
    ["batch.maxEvents", { batch: { maxEvents: 20_001 } }],
    ["batch.maxEvents", { batch: { maxEvents: 2.5 } }],
    ["batch.intervalMinutes", { batch: { intervalMinutes: 0 } }],
    ["batch.intervalMinutes", { batch: { intervalMinutes: 86_401 } }],
    ["batch.maxBytes", { batch: { maxBytes: 1_023 } }],
    ["dispatcher.concurrency", { dispatcher: { concurrency: 0 } }],
    ["dispatcher.perSubscription", { dispatcher: { perSubscription: "8" } }],
    ["dispatcher.pollInterval", { dispatcher: { pollInterval: "1ms" } }],
    ["endpoints", { endpoints: "any" }],
    ["endpoints.allowHttp", { endpoints: { allowHttp: "yes" } }],
    ["endpoints.allowNetworks", { endpoints: { allowNetworks: "10.0.0.0/8" } }],
    ["endpoints.allowEverything", { endpoints: { allowEverything: true } }],
    ["limits.eventBytes", { limits: { eventBytes: 0 } }],
    ["limits.responseBytes", { limits: { responseBytes: -1 } }],
    ["formats.slack", { formats: { slack: {} } }],
    ["formats.slack", { formats: { slack: null } }],
    ["formats.slack", { formats: { slack: { body: () => "" } } }],
    ["signatures.acme", { signatures: { acme: { key: () => "" } } }],
    ["clock", { clock: Date.now }],
    ["logger", { logger: { info() {} } }],
    ["retires", { retires: {} }],
    ["retry.shedule", { retry: { shedule: [] } }],
    ["dispatcher.threads", { dispatcher: { threads: 2 } }],
  ])("names %s", async (path, more) => {
    expect(await bad(more)).toEqual([path]);
  });

  it.each([{ consecutive: 0 }, { consecutive: 1.5 }, { failingFor: "1" }, { failingFor: 1 }])(
    "refuses autoDisable %j",
    async (autoDisable) => {
      expect((await bad({ autoDisable })).join()).toMatch(/^autoDisable/);
    },
  );

  it.each([undefined, null, "options", 7, []])("refuses %j in place of options", async (options) => {
    const error = await failure("CONFIGURATION", () => parseOptions(options as unknown as object));
    expect(error.issues.length).toBeGreaterThan(0);
  });

  it("names all of them at once, in the message too", async () => {
    const more = { retry: { timeout: "x" }, batch: { maxEvents: 0 }, colour: "red", size: 7 };
    const error = await failure("CONFIGURATION", () => parse(more));
    expect(paths(error).sort()).toEqual(["batch.maxEvents", "colour", "retry.timeout", "size"]);
    for (const path of paths(error)) expect(error.message).toContain(path);
  });

  it("tells nothing of the values", async () => {
    const secret = "c2VjcmV0LXNlY3JldA==";
    const error = await failure("CONFIGURATION", () =>
      parse({
        encryptionKeys: secret,
        retry: { timeout: secret },
        autoDisable: secret,
        transport: secret,
        formats: { slack: secret },
        batch: { maxEvents: secret },
        endpoints: secret,
      }),
    );
    expect(error.issues).toHaveLength(7);
    expect(`${error.message}${JSON.stringify(error.issues)}${String(error.cause)}`).not.toContain(secret);
    const inList = await failure("CONFIGURATION", () => parse({ encryptionKeys: [secret, 1] }));
    expect(`${inList.message}${JSON.stringify(inList.issues)}`).not.toContain(secret);
  });
});
