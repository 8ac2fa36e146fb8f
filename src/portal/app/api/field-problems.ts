import { type ClientError, isClientError } from "hookwright/client";

/** Whether something that the API says is wrong is about this field of the body, or about a part of it. */
function isAbout(problem: ClientError["errors"][number], field: string): boolean {
  return (
    "pointer" in problem && (problem.pointer === `#/${field}` || problem.pointer.startsWith(`#/${field}/`))
  );
}

/** What the API says is wrong with these fields of the body, by their names; only the first of each. */
export function fieldProblems<T extends string>(
  error: unknown,
  fields: readonly T[],
): Partial<Readonly<Record<T, string>>> {
  const found: Partial<Record<T, string>> = {};
  if (!isClientError(error)) return found;
  for (const problem of error.errors) {
    const field = fields.find((name) => isAbout(problem, name));
    if (field !== undefined) found[field] ??= problem.detail;
  }
  return found;
}

/** Whether each thing that the API says is wrong stands beside one of these fields already. */
export function isAllBeside(error: unknown, fields: readonly string[]): boolean {
  return (
    isClientError(error) &&
    error.errors.length > 0 &&
    error.errors.every((problem) => fields.some((name) => isAbout(problem, name)))
  );
}
