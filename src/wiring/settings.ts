import type { WebhooksSettings } from "../api.js";
import type { EndpointPolicy } from "../endpoints/policy.js";
import type { Settings } from "../options.js";

/** What settings are read from. */
export interface SettingsParts {
  readonly settings: Settings;
  /** By name. */
  readonly formats: ReadonlyMap<string, unknown>;
  /** By name. */
  readonly schemes: ReadonlyMap<string, unknown>;
  readonly endpoints: EndpointPolicy["options"];
}

/** What users may know of how the host made its system: each field is named here, so that none is told by accident. */
export function settingsOf({ settings, formats, schemes, endpoints }: SettingsParts): WebhooksSettings {
  const { schedule, timeoutMs, retentionMs, autoDisable, batch } = settings;
  const { maxEvents, intervalMinutes, maxBytes } = batch;
  const { allowHttp, allowInsecureTls } = endpoints;
  return Object.freeze({
    formats: Object.freeze([...formats.keys()]),
    signatures: Object.freeze([...schemes.keys()]),
    retention: retentionMs,
    retry: Object.freeze({ schedule: Object.freeze([...schedule]), timeout: timeoutMs }),
    autoDisable: typeof autoDisable === "string" ? autoDisable : Object.freeze({ ...autoDisable }),
    batch: Object.freeze({ maxEvents, intervalMinutes, maxBytes }),
    endpoints: Object.freeze({ allowHttp, allowInsecureTls }),
  });
}
