import { useEffect, useState } from "react";

/** Milliseconds after the last key until what was typed is written down. */
const REST = 200;

/**
 * A text that is kept elsewhere, such as in the address, and typed here: it is shown at once, and written down when the
 * typing rests, for browsers refuse to change the address a hundred times in half a minute. What changes the kept text
 * meanwhile, such as going back, wins.
 */
export function useTyped(
  kept: string,
  write: (text: string) => void,
): readonly [string, (text: string) => void] {
  const [typed, setTyped] = useState<{ readonly text: string; readonly over: string } | null>(null);
  const isCurrent = typed !== null && typed.over === kept;
  useEffect(() => {
    if (typed === null) return;
    const timer = setTimeout(() => {
      setTyped(null);
      if (typed.over === kept) write(typed.text);
    }, REST);
    return () => clearTimeout(timer);
  });
  return [isCurrent ? typed.text : kept, (text) => setTyped({ text, over: kept })];
}
