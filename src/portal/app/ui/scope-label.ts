/**
 * What people call a scope: the host's word, where it has one; else the kind and the id of its last part,
 * `organization:acme/signin:lobby` being "signin lobby". `root` is what the root is called.
 */
export function scopeLabel(
  scope: string,
  known: readonly { readonly scope: string; readonly label: string }[],
  root: string,
): string {
  const named = known.find((each) => each.scope === scope);
  if (named !== undefined) return named.label;
  const last = scope.slice(scope.lastIndexOf("/") + 1);
  return last === "" ? root : last.replace(":", " ");
}
