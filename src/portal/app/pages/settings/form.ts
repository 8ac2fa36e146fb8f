import type { WebhooksSettings } from "../../../../api.js";
import type { AutoDisable } from "../../../../subscriptions/auto-disable.js";
import type { Subscription } from "../../../../subscriptions/present.js";
import { sameChoice } from "./choice.js";
import { writeDuration, writeSchedule } from "./duration.js";
import { type HeaderRow, rowsOf, sameRows } from "./header-rows.js";
import { writeSize } from "./size.js";

/** Which rule disables a webhook by itself, and its number as it is typed. */
export interface AutoDisableChoice {
  readonly rule: "host" | "exhausted" | "never" | "consecutive" | "failingFor";
  /** Attempts in a row, for `consecutive`. */
  readonly count: string;
  /** How long, for `failingFor`. */
  readonly span: string;
}

/** The settings as they are edited. An empty text means the host's default where there is one. */
export interface SettingsForm {
  readonly name: string;
  readonly description: string;
  readonly url: string;
  /** Forget the user name and the password that the address once held. */
  readonly forgetCredentials: boolean;
  readonly format: string;
  readonly contentType: string;
  readonly ordered: boolean;
  readonly maxEvents: string;
  readonly intervalMinutes: string;
  readonly maxBytes: string;
  readonly headers: readonly HeaderRow[];
  readonly scheme: string;
  /** A secret to set; never what is stored. */
  readonly secret: string;
  readonly events: readonly string[];
  readonly schedule: string;
  readonly timeout: string;
  readonly autoDisable: AutoDisableChoice;
  readonly verifyTls: boolean;
}

/** The name of a field. */
export type FieldName = keyof SettingsForm;

/** What of the host's settings the form is made with. */
export type HostSettings = Pick<WebhooksSettings, "retry" | "autoDisable" | "batch">;

/**
 * The settings of a webhook as a form. The API fills in the host's defaults, so that what equals a default is taken for
 * one.
 */
export function formOf(subscription: Subscription, host: HostSettings): SettingsForm {
  const { batch, retry } = subscription;
  const schedule = writeSchedule(retry.schedule);
  return {
    name: subscription.name,
    description: subscription.description ?? "",
    url: subscription.url ?? "",
    forgetCredentials: false,
    format: subscription.format,
    contentType: subscription.contentType,
    ordered: subscription.ordered,
    maxEvents: unless(host.batch.maxEvents, batch?.maxEvents, String),
    intervalMinutes: unless(host.batch.intervalMinutes, batch?.intervalMinutes, String),
    maxBytes: unless(host.batch.maxBytes, batch?.maxBytes, writeSize),
    headers: rowsOf(subscription.headers),
    scheme: subscription.signing.scheme,
    secret: "",
    events: subscription.events,
    schedule: schedule === writeSchedule(host.retry.schedule) ? "" : schedule,
    timeout: unless(host.retry.timeout, retry.timeout, writeDuration),
    autoDisable: choiceOf(subscription.autoDisable, host.autoDisable),
    verifyTls: subscription.tls.verify,
  };
}

function unless(fallback: number, value: number | undefined, write: (value: number) => string): string {
  return value === undefined || value === fallback ? "" : write(value);
}

function choiceOf(policy: AutoDisable, fallback: AutoDisable): AutoDisableChoice {
  const empty = { count: "", span: "" };
  if (JSON.stringify(policy) === JSON.stringify(fallback)) return { ...empty, rule: "host" };
  if (typeof policy === "string") return { ...empty, rule: policy };
  if ("consecutive" in policy) return { ...empty, rule: "consecutive", count: String(policy.consecutive) };
  return { ...empty, rule: "failingFor", span: writeDuration(policy.failingFor) };
}

/** Whether two forms say the same in a field. */
export function isSame(name: FieldName, a: SettingsForm, b: SettingsForm): boolean {
  if (name === "events") return sameChoice(a.events, b.events);
  if (name === "headers") return sameRows(a.headers, b.headers);
  if (name === "autoDisable") return said(a.autoDisable) === said(b.autoDisable);
  return a[name] === b[name];
}

/** What is typed for a rule that is not chosen says nothing. */
function said({ rule, count, span }: AutoDisableChoice): string {
  if (rule === "consecutive") return `${rule} ${count}`;
  return rule === "failingFor" ? `${rule} ${span}` : rule;
}

/** The fields in which two forms differ, in the order of the page. */
export function differences(a: SettingsForm, b: SettingsForm): FieldName[] {
  return (Object.keys(a) as FieldName[]).filter((name) => !isSame(name, a, b));
}
