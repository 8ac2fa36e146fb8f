import type { ProblemError } from "../http/problem.js";
import type { Millis } from "../model/time.js";
import { type Answer, isObject, json, notOurs } from "./answer.js";
import { ClientError } from "./error.js";

interface ReadProblem {
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly ProblemError[];
}

/** The error that an answer stands for which is no success. */
export function errorOf(answer: Answer): ClientError {
  const problem = problemOf(answer);
  const { status } = answer;
  const retryAfter = retryAfterOf(answer.headers);
  if (problem !== null) {
    const { code, detail, errors } = problem;
    return new ClientError(code, detail, { status, errors, retryAfter });
  }
  // The host's own login answers before the API does, in its own way.
  if (status === 401) return new ClientError("UNAUTHENTICATED", "Sign in first.", { status });
  const { code, detail } = notOurs(answer);
  return new ClientError(code, detail, { status: status === 0 ? null : status, retryAfter });
}

/** The problem in an answer (RFC 9457); `null` when there is none of ours. */
export function problemOf({ headers, text }: Answer): ReadProblem | null {
  if (!/^application\/problem\+json *(?:;|$)/i.test(headers.get("content-type") ?? "")) return null;
  const value = json(text);
  // Gateways answer problems, too, but without our codes.
  if (!isObject(value) || typeof value.code !== "string" || value.code === "") return null;
  const { code, title, detail, errors } = value;
  const said = [detail, title].find((words) => typeof words === "string");
  return {
    code,
    detail: typeof said === "string" ? said : code,
    errors: Array.isArray(errors) ? errors.filter(isProblemError) : [],
  };
}

function isProblemError(value: unknown): value is ProblemError {
  if (!isObject(value) || typeof value.detail !== "string") return false;
  return [value.pointer, value.parameter, value.header].some((place) => typeof place === "string");
}

/** What `Retry-After` asks for (RFC 9110 section 10.2.3): seconds, or a moment; `null` where it says nothing. */
export function retryAfterOf(headers: Headers): Millis | null {
  const text = headers.get("retry-after")?.trim();
  if (text === undefined || text === "") return null;
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(wait) ? null : Math.max(0, wait);
}
