import type { Duration } from "../../../../model/time.js";
import type { SubscriptionPatch } from "../../../../subscriptions/input.js";
import type { Subscription } from "../../../../subscriptions/present.js";
import { hasCredentials, isMoved } from "./address.js";
import { listOf } from "./choice.js";
import { parseDuration, parseSchedule } from "./duration.js";
import { differences, type FieldName, formOf, type HostSettings, type SettingsForm } from "./form.js";
import { headersOf, type RowProblem } from "./header-rows.js";
import { UNSIGNED } from "./signing-change.js";
import { parseSize } from "./size.js";

/** Why a field cannot be sent: what was typed is not of its kind. The rest is judged by the API. */
export type FieldProblem = "number" | "size" | "duration" | "schedule" | "empty";

/** What to send, and what hinders it. */
export interface Patched {
  readonly patch: SubscriptionPatch;
  readonly problems: ReadonlyMap<FieldName, FieldProblem>;
  /** By the row's key. */
  readonly rowProblems: ReadonlyMap<string, RowProblem>;
}

/** What has changed of a webhook, and nothing else: each field of the API that a changed field of the form is part of. */
export function patchOf(before: Subscription, form: SettingsForm, host: HostSettings): Patched {
  const changed = new Set(differences(form, formOf(before, host)));
  const has = (...names: FieldName[]) => names.some((name) => changed.has(name));
  const problems = new Map<FieldName, FieldProblem>();
  const { headers, problems: rowProblems } = headersOf(form.headers, isMoved(before.url, form.url));

  /** What was typed, `null` for nothing, which is the host's default; a problem for what cannot be read. */
  function read<T>(name: FieldName, text: string, parse: (text: string) => T | null, problem: FieldProblem) {
    if (text.trim() === "") return null;
    const value = parse(text.trim());
    if (value === null) problems.set(name, problem);
    return value;
  }

  function autoDisable(): SubscriptionPatch["autoDisable"] {
    const { rule, count, span } = form.autoDisable;
    if (rule === "host") return null;
    if (rule === "consecutive") {
      if (count.trim() === "") problems.set("autoDisable", "empty");
      return { consecutive: read("autoDisable", count, whole, "number") ?? 0 };
    }
    if (rule !== "failingFor") return rule;
    if (span.trim() === "") problems.set("autoDisable", "empty");
    return { failingFor: read("autoDisable", span, duration, "duration") ?? 0 };
  }

  const patch: SubscriptionPatch = {
    ...(has("name") && { name: form.name }),
    ...(has("description") && { description: form.description === "" ? null : form.description }),
    ...(has("url") && { url: form.url.trim() === "" ? null : form.url.trim() }),
    // Credentials in a new address take the place of those that are held.
    ...(has("forgetCredentials") && !hasCredentials(form.url) && { credentials: false as const }),
    ...(has("format") && { format: form.format }),
    // One that says nothing follows the format, so that another format would change it unseen.
    ...(has("contentType", "format") && {
      contentType: form.contentType.trim() === "" ? null : form.contentType.trim(),
    }),
    ...(has("ordered") && { ordered: form.ordered }),
    ...(has("maxEvents", "intervalMinutes", "maxBytes") && {
      batch: {
        maxEvents: read("maxEvents", form.maxEvents, whole, "number"),
        intervalMinutes: read("intervalMinutes", form.intervalMinutes, whole, "number"),
        maxBytes: read("maxBytes", form.maxBytes, parseSize, "size"),
      },
    }),
    ...(has("headers") && { headers }),
    ...((has("scheme") || (has("secret") && form.scheme !== UNSIGNED)) && {
      signing: {
        ...(has("scheme") && { scheme: form.scheme }),
        ...(has("secret") && form.scheme !== UNSIGNED && { secret: form.secret }),
      },
    }),
    ...(has("events") && { events: listOf(form.events) }),
    ...(has("schedule", "timeout") && {
      retry: {
        schedule: read("schedule", form.schedule, schedule, "schedule"),
        timeout: read("timeout", form.timeout, duration, "duration"),
      },
    }),
    ...(has("autoDisable") && { autoDisable: autoDisable() }),
    ...(has("verifyTls") && { tls: { verify: form.verifyTls } }),
  };
  return { patch, problems, rowProblems: has("headers") ? rowProblems : new Map() };
}

function whole(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** As it was typed, so that what the API says of it is in the reader's own words. */
function duration(text: string): Duration | null {
  return parseDuration(text) === null ? null : (text as Duration);
}

function schedule(text: string): readonly Duration[] | null {
  const parsed = parseSchedule(text);
  return "bad" in parsed || parsed.waits.length === 0 ? null : parsed.waits;
}
