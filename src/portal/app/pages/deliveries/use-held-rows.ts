import { type RefObject, useEffect, useState } from "react";
import { heldCount, keepRows, type Row } from "./held-rows.js";

/** Rows that stand still while one reads, and how many wait to be shown. */
export interface HeldRows<T> {
  readonly rows: readonly T[];
  readonly held: number;
  /** Shows everything as it is now. */
  release(): void;
}

/**
 * Lets new rows in at once only where nobody is looking at the old ones: the list is at its top, no further page of it is
 * loaded, and nothing in it is under the pointer or has the focus.
 */
export function useHeldRows<T extends Row>(
  list: RefObject<HTMLElement | null>,
  latest: readonly T[],
  reading: {
    /** Another list begins anew. */
    readonly key: string;
    /** When it was last read. */
    readonly at: number;
    readonly pages: number;
  },
): HeldRows<T> {
  const { key, at, pages } = reading;
  const [kept, setKept] = useState<{ readonly key: string; readonly rows: readonly T[] } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each reading asks anew whether somebody looks
  useEffect(() => {
    const mayMove = pages <= 1 && isUnattended(list.current);
    setKept((before) =>
      mayMove || before === null || before.key !== key
        ? { key, rows: latest }
        : { key, rows: keepRows(before.rows, latest) },
    );
  }, [latest, key, at]);
  const rows = kept?.key === key ? kept.rows : latest;
  return { rows, held: heldCount(rows, latest), release: () => setKept({ key, rows: latest }) };
}

function isUnattended(list: HTMLElement | null): boolean {
  if (list === null) return true;
  const isAtTop = list.getBoundingClientRect().top >= 0;
  return isAtTop && !list.matches(":hover") && !list.contains(document.activeElement);
}
