import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type Issue, WebhookError } from "../model/errors.js";
import type { AnyCatalogue } from "./catalogue.js";
import type { EventTypeInfo } from "./info.js";
import { fromStandardIssues, summarise } from "./issues.js";
import { jsonIssue } from "./json.js";
import { nearest } from "./nearest.js";
import { MAX_TYPE_LENGTH } from "./pattern.js";

/** Data that passed, as the schema answered it: defaults filled in, transforms done. */
export interface ValidData {
  readonly value: unknown;
}

/**
 * Checks the data of an event on its way to be published. Answers at once where the schema does, and a native
 * `Promise` where the schema is asynchronous, so that only those who need to wait do: tell them apart with
 * `instanceof Promise`. Without a schema the data may be anything JSON can carry unchanged.
 *
 * Throws, or rejects with, `UNKNOWN_EVENT_TYPE`, or `INVALID_DATA` with the schema's issues. Neither holds the data.
 */
export function validateData(
  catalogue: AnyCatalogue,
  type: string,
  data: unknown,
): ValidData | Promise<ValidData> {
  const info = catalogue.get(type);
  if (info === undefined) throw unknownType(catalogue, type);
  return validateAs(info, data);
}

/** {@link validateData} for a type that was looked up already. Throws, or rejects with, `INVALID_DATA`. */
export function validateAs(info: EventTypeInfo, data: unknown): ValidData | Promise<ValidData> {
  if (info.schema === null) {
    const found = jsonIssue(data);
    if (found !== null) throw invalid(info, [found]);
    return { value: data };
  }
  let result: ReturnType<StandardSchemaV1["~standard"]["validate"]>;
  try {
    result = info.schema["~standard"].validate(data);
  } catch (error) {
    throw threw(info, error);
  }
  return isThenable(result) ? later(info, data, result) : accept(info, data, result);
}

async function later(
  info: EventTypeInfo,
  data: unknown,
  promise: PromiseLike<StandardSchemaV1.Result<unknown>>,
): Promise<ValidData> {
  let result: StandardSchemaV1.Result<unknown>;
  try {
    result = await promise;
  } catch (error) {
    throw threw(info, error);
  }
  return accept(info, data, result);
}

function accept(info: EventTypeInfo, data: unknown, result: StandardSchemaV1.Result<unknown>): ValidData {
  if (typeof result !== "object" || result === null) {
    throw invalid(info, [
      { path: [], message: "The schema gave no answer: it must follow Standard Schema." },
    ]);
  }
  if (result.issues) throw refusal(info, data, result.issues);
  // The rest of the value is the schema's word; these would leave no JSON text at all.
  const kind = typeof result.value;
  if (kind === "undefined" || kind === "function" || kind === "symbol") {
    throw invalid(info, [{ path: [], message: `JSON cannot carry ${kind}: use null, or an object.` }]);
  }
  return result;
}

function refusal(info: EventTypeInfo, data: unknown, found: readonly StandardSchemaV1.Issue[]): WebhookError {
  let issues: readonly Issue[];
  try {
    issues = fromStandardIssues(found, data);
  } catch (error) {
    // Issues that are not as Standard Schema has them.
    return threw(info, error);
  }
  return invalid(info, issues.length > 0 ? issues : [{ path: [], message: "The schema refused it." }]);
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as Partial<PromiseLike<T>> | null | undefined)?.then === "function";
}

function invalid({ type }: EventTypeInfo, issues: readonly Issue[]): WebhookError {
  return new WebhookError("INVALID_DATA", `The data of "${type}" is not acceptable: ${summarise(issues)}`, {
    issues,
  });
}

/** What was thrown may quote the data, so only its class is named, and it is no `cause`. */
function threw(info: EventTypeInfo, error: unknown): WebhookError {
  const name = error instanceof Error ? error.constructor?.name : typeof error;
  const message = `The schema threw (${name}) instead of answering: make it report issues.`;
  return invalid(info, [{ path: [], message }]);
}

function unknownType(catalogue: AnyCatalogue, type: unknown): WebhookError {
  if (typeof type !== "string") {
    return new WebhookError("UNKNOWN_EVENT_TYPE", `An event type is a string, not ${typeof type}.`);
  }
  const near = type.length > MAX_TYPE_LENGTH ? null : nearest(type, catalogue.types);
  const advice = near === null ? "Add it to the events of defineCatalogue." : `Did you mean "${near}"?`;
  const shown = JSON.stringify(type.slice(0, MAX_TYPE_LENGTH));
  return new WebhookError("UNKNOWN_EVENT_TYPE", `The catalogue has no event type ${shown}. ${advice}`);
}
