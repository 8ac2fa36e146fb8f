import type { StandardSchemaV1 } from "@standard-schema/spec";
import {
  type Issue,
  isWebhookError,
  type WebhookError,
  type WebhookErrorCode,
} from "../../src/model/errors.js";

/** The WebhookError that a call throws; fails when it throws none, or another code. */
export function thrown(code: WebhookErrorCode, call: () => unknown): WebhookError {
  try {
    call();
  } catch (error) {
    if (isWebhookError(error, code)) return error;
    throw error;
  }
  throw new Error(`Expected ${code}, nothing was thrown`);
}

/** The issues as `path: message` lines. */
export function lines(issues: readonly Issue[]): string[] {
  return issues.map(({ path, message }) => `${path.join("/")}: ${message}`);
}

/** A Standard Schema of no known vendor that answers what `validate` does. */
export function standard<T = unknown>(
  validate: (value: unknown) => unknown,
  extra: object = {},
): StandardSchemaV1<T, T> {
  return { "~standard": { version: 1, vendor: "acme", validate, ...extra } } as unknown as StandardSchemaV1<
    T,
    T
  >;
}
