import { isClientError } from "hookwright/client";

/** What the API says is wrong with these fields of the body, by their names; only the first of each. */
export function fieldProblems<T extends string>(
  error: unknown,
  fields: readonly T[],
): Partial<Readonly<Record<T, string>>> {
  const found: Partial<Record<T, string>> = {};
  if (!isClientError(error)) return found;
  for (const problem of error.errors) {
    if (!("pointer" in problem)) continue;
    const field = fields.find(
      (name) => problem.pointer === `#/${name}` || problem.pointer.startsWith(`#/${name}/`),
    );
    if (field !== undefined) found[field] ??= problem.detail;
  }
  return found;
}

/** Whether each thing that the API says is wrong stands beside one of these fields already. */
export function isAllBeside(error: unknown, fields: readonly string[]): boolean {
  return (
    isClientError(error) &&
    error.errors.length > 0 &&
    error.errors.every(
      (problem) =>
        "pointer" in problem &&
        fields.some((name) => problem.pointer === `#/${name}` || problem.pointer.startsWith(`#/${name}/`)),
    )
  );
}
