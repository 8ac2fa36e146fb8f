/** Whether a scope is `under` or below it; `""` is the root, above everything. `a` is not above `ab`. */
export function isUnder(scope: string, under: string): boolean {
  return under === "" || scope === under || scope.startsWith(`${under}/`);
}

/**
 * The scopes below `under` as a range `from <= scope < to`, for stores that compare text by its bytes. `0` is the
 * character after `/`. A `LIKE` would not do: `_` is allowed in a scope and is a wildcard there.
 */
export function scopeRange(under: string): { readonly from: string; readonly to: string } {
  return { from: `${under}/`, to: `${under}0` };
}
