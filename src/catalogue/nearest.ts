/** The name among `names` that a mistyped one most probably means; `null` when none is near. Pure. */
export function nearest(wanted: string, names: readonly string[]): string | null {
  // A third of the name may be wrong: enough for a typo or a changed word ending, too little for another name.
  let limit = Math.max(2, Math.floor(wanted.length / 3));
  let best: string | null = null;
  for (const name of names) {
    if (Math.abs(name.length - wanted.length) > limit) continue;
    const distance = editDistance(wanted.toLowerCase(), name.toLowerCase());
    if (distance > limit) continue;
    best = name;
    limit = distance - 1;
    if (limit < 0) break;
  }
  return best;
}

/** Insertions, deletions and replacements that make one string the other (Levenshtein 1965), row by row. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
