/**
 * Things in the order in which they were shown before; what was not shown comes first, in the order given. So a list
 * that is sorted by something that changes by itself does not move under the reader's pointer.
 */
export function steady<T extends { readonly id: string }>(
  items: readonly T[],
  shown: ReadonlyMap<string, number>,
): readonly T[] {
  const place = ({ id }: T) => shown.get(id) ?? -1;
  return [...items].sort((a, b) => place(a) - place(b));
}
