import type * as z from "zod";
import { HttpProblem, type ProblemError } from "./problem.js";

const MOST_ERRORS = 100;

/**
 * What the query says. A parameter that is not known, or comes twice, is refused: it would be ignored in silence.
 *
 * @param schema - What it may hold; nothing where it is left out.
 * @throws HttpProblem `INVALID_ARGUMENT`, with an error for each bad parameter.
 */
export function parseQuery(
  schema: z.ZodObject | undefined,
  search: URLSearchParams,
): Record<string, unknown> {
  const known = new Set(Object.keys(schema?.shape ?? {}));
  const given: [string, string][] = [];
  const errors: ProblemError[] = [];
  for (const [name, text] of search) {
    if (!known.has(name)) errors.push({ parameter: name.slice(0, 128), detail: "Is not a known parameter." });
    else if (search.getAll(name).length > 1) errors.push({ parameter: name, detail: "Must be given once." });
    else given.push([name, text]);
    if (errors.length >= MOST_ERRORS) break;
  }
  const parsed = schema?.safeParse(Object.fromEntries(given));
  for (const { path, message } of parsed?.error?.issues ?? []) {
    errors.push({ parameter: String(path[0] ?? ""), detail: message });
  }
  if (errors.length > 0)
    throw new HttpProblem("INVALID_ARGUMENT", "The query is not acceptable.", { errors });
  return parsed?.data ?? {};
}
