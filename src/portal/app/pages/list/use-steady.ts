import { useRef } from "react";
import { steady } from "./steady.js";

/** {@link steady} from one rendering to the next, until `key` changes: then the order is the one given. */
export function useSteady<T extends { readonly id: string }>(items: readonly T[], key: string): readonly T[] {
  const kept = useRef<{ key: string; places: ReadonlyMap<string, number> } | null>(null);
  const before = kept.current;
  const ordered = before?.key === key ? steady(items, before.places) : items;
  kept.current = { key, places: new Map(ordered.map(({ id }, index) => [id, index])) };
  return ordered;
}
