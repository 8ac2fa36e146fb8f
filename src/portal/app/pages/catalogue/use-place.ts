import { useEffect, useRef } from "react";
import { useLocationProperty } from "wouter/use-browser-location";
import { elementId, type Place, placeOf } from "./place.js";

/** The place that the address names. */
export function usePlace(): Place | null {
  return placeOf(useLocationProperty(() => location.hash));
}

/**
 * Brings what the address names into view, and the focus to its heading, once for each name; ends a search first that
 * hides it.
 */
export function useArrival(place: Place | null, search: string, onSearch: (search: string) => void): void {
  const id = place === null ? null : elementId(place);
  const arrived = useRef<string | null>(null);
  useEffect(() => {
    if (arrived.current === id) return;
    const heading = id === null ? null : document.getElementById(id);
    if (id !== null && heading === null && search !== "") return onSearch("");
    arrived.current = id;
    heading?.scrollIntoView();
    heading?.focus({ preventScroll: true });
  });
}
