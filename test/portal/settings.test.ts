import { createWebhooks, type Webhooks } from "hookwright";
import { memoryStore } from "hookwright/stores/memory";
import { describe, expect, it } from "vitest";
import type { Format } from "../../src/model/format.js";
import type { SignatureScheme } from "../../src/model/signature.js";
import { catalogue, KEY } from "../flow/harness.js";

const base = { catalogue, store: memoryStore(), encryptionKeys: [KEY] };
const format: Format = { contentType: "text/plain", body: () => "" };
const scheme = { sign: () => ({}) } as unknown as SignatureScheme<unknown>;

describe("webhooks.settings", () => {
  it("are the defaults", () => {
    const expected: Webhooks["settings"] = {
      formats: ["standard", "array", "topic", "splunk", "cloudevents"],
      signatures: ["standard", "standard-ed25519", "mist", "github", "stripe", "none"],
      retention: 259_200_000,
      retry: { schedule: [60_000, 300_000, 1_800_000, 7_200_000], timeout: 15_000 },
      autoDisable: "exhausted",
      batch: { maxEvents: 20_000, intervalMinutes: 20, maxBytes: 4_194_304 },
      endpoints: { allowHttp: false, allowInsecureTls: false },
    };
    expect(createWebhooks(base).settings).toEqual(expected);
  });

  it("are what the host says, and nothing that is not for users", () => {
    const webhooks = createWebhooks({
      ...base,
      retention: "1h",
      retry: { schedule: ["5s"], timeout: "2s" },
      autoDisable: { failingFor: "1d" },
      batch: { maxEvents: 5, intervalMinutes: 1, maxBytes: 2048 },
      formats: { "own-format": format },
      signatures: { "own-scheme": scheme },
      endpoints: {
        allowHttp: true,
        allowInsecureTls: true,
        allowHosts: ["secret-host.lan"],
        allowNetworks: ["10.20.0.0/16"],
        proxy: "http://user:hunter2@proxy.corp:3128",
      },
    });
    expect(webhooks.settings).toMatchObject({
      retention: 3_600_000,
      retry: { schedule: [5_000], timeout: 2_000 },
      autoDisable: { failingFor: 86_400_000 },
      batch: { maxEvents: 5, intervalMinutes: 1, maxBytes: 2048 },
      endpoints: { allowHttp: true, allowInsecureTls: true },
    });
    expect(webhooks.settings.formats.at(-1)).toBe("own-format");
    expect(webhooks.settings.signatures.at(-1)).toBe("own-scheme");
    expect(Object.keys(webhooks.settings.endpoints)).toEqual(["allowHttp", "allowInsecureTls"]);
    const text = JSON.stringify(webhooks.settings);
    for (const secret of [KEY, "hunter2", "proxy.corp", "secret-host", "10.20"])
      expect(text).not.toContain(secret);
    expect(JSON.parse(text)).toEqual(webhooks.settings);
  });

  it("cannot be changed, nor by them what they were made of", () => {
    const { settings } = createWebhooks({ ...base, autoDisable: { consecutive: 3 } });
    const frozen = (value: unknown): boolean =>
      typeof value !== "object" ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(frozen));
    expect(frozen(settings)).toBe(true);
  });
});
