import { contentTypeOf } from "../formats/body.js";
import { DEFAULT_FORMAT } from "../formats/registry.js";
import type { Format } from "../model/format.js";
import type { Millis } from "../model/time.js";
import type { AutoDisable } from "./auto-disable.js";
import type { SubscriptionDocument } from "./document.js";

/** What holds where a subscription says nothing: the options of `createWebhooks`. */
export interface SubscriptionDefaults {
  readonly retry: { readonly schedule: readonly Millis[]; readonly timeout: Millis };
  readonly autoDisable: AutoDisable;
  readonly batch: { readonly maxEvents: number; readonly intervalMinutes: number; readonly maxBytes: number };
}

/** The settings that hold for a subscription today: its own, and the defaults where it says nothing. */
export interface EffectiveSettings extends SubscriptionDefaults {
  readonly format: string;
  readonly tls: { readonly verify: boolean };
}

/** Fills a subscription's settings with the defaults. Pure. */
export function effectiveSettings(
  document: SubscriptionDocument,
  defaults: SubscriptionDefaults,
): EffectiveSettings {
  const { retry, batch } = document;
  return {
    format: formatOf(document),
    tls: document.tls ?? { verify: true },
    autoDisable: document.autoDisable ?? defaults.autoDisable,
    retry: {
      schedule: retry?.schedule ?? defaults.retry.schedule,
      timeout: retry?.timeout ?? defaults.retry.timeout,
    },
    batch: {
      maxEvents: batch?.maxEvents ?? defaults.batch.maxEvents,
      intervalMinutes: batch?.intervalMinutes ?? defaults.batch.intervalMinutes,
      maxBytes: batch?.maxBytes ?? defaults.batch.maxBytes,
    },
  };
}

/** The name of the format bodies are made with. */
export function formatOf(document: Pick<SubscriptionDocument, "format" | "type">): string {
  return document.format ?? DEFAULT_FORMAT[document.type];
}

/** The media type of the body. */
export function shownContentType(
  document: SubscriptionDocument,
  formats: ReadonlyMap<string, Format>,
): string {
  const format = formats.get(formatOf(document));
  const own = format && contentTypeOf(format, document.type === "batch");
  return document.contentType ?? own ?? "application/json";
}
