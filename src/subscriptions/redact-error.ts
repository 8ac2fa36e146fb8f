import { inspect } from "node:util";
import type { Redact } from "./redact.js";

/** As deep as loggers look, and further. */
const SIGHT = { depth: 10, showHidden: true, maxArrayLength: 1_000, maxStringLength: 100_000 } as const;
/** Causes of causes that are kept. */
const DEEPEST = 10;

/**
 * The same error where it holds no known secret; otherwise a copy that says the same with the secrets cut out: its
 * name, message, stack, `code` and causes, and nothing else. A host's own scheme, format or transport may quote what
 * it was given, and what it throws goes to logs and listeners.
 */
export function redactError(error: unknown, redact: Redact): unknown {
  return isClean(error, redact) ? error : copyOf(error, redact, 0);
}

function isClean(error: unknown, redact: Redact): boolean {
  try {
    // What `inspect` quotes it escapes, and JSON is how most loggers write.
    const seen = inspect(error, SIGHT);
    return redact(seen) === seen;
  } catch {
    return false;
  }
}

function copyOf(error: unknown, redact: Redact, depth: number): Error {
  const copy = new Error(redact(textOf(error, "message") ?? "Something was thrown that cannot be shown."));
  copy.name = redact(textOf(error, "name") ?? "Error");
  copy.stack = redact(textOf(error, "stack") ?? `${copy.name}: ${copy.message}`);
  const code = textOf(error, "code");
  const cause = memberOf(error, "cause");
  return Object.assign(
    copy,
    code === null ? {} : { code: redact(code) },
    cause === undefined || depth === DEEPEST ? {} : { cause: copyOf(cause, redact, depth + 1) },
  );
}

function textOf(error: unknown, name: string): string | null {
  if (typeof error === "string") return name === "message" ? error : null;
  const member = memberOf(error, name);
  return typeof member === "string" ? member : null;
}

function memberOf(error: unknown, name: string): unknown {
  try {
    return (error as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  } catch {
    return undefined;
  }
}
