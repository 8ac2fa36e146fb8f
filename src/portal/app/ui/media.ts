import { useSyncExternalStore } from "react";

/** Whether a media query holds; told anew when that changes. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => matchMedia(query).matches,
  );
}

/** Narrower than a table of several columns: what is a table elsewhere is a list of cards. */
export const NARROW = "(max-width: 48rem)";
