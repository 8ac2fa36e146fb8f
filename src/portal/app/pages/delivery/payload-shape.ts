import { byteLength } from "../../ui/size-text.js";

/** A body larger than this has no tree, and is shown only in part: drawing it would hold up the page. Bytes. */
export const MOST_SHOWN = 256 * 1024;

/** How much of a large body is shown. Characters, which are bytes but for what is beyond ASCII. */
export const BEGINNING = 64 * 1024;

/** How a body can be shown. */
export interface PayloadShape {
  readonly bytes: number;
  /** The object or array that it is; `null` where it is none, such as several objects one after another, or is large. */
  readonly tree: object | null;
  /** What to show of it as it is. */
  readonly text: string;
  readonly isCut: boolean;
}

/** Looks at a body once. Pure. */
export function payloadShape(payload: string): PayloadShape {
  const bytes = byteLength(payload);
  if (bytes > MOST_SHOWN) return { bytes, tree: null, text: beginning(payload), isCut: true };
  return { bytes, tree: parsed(payload), text: payload, isCut: false };
}

function parsed(payload: string): object | null {
  try {
    const value: unknown = JSON.parse(payload);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

/** Never half of a character. */
function beginning(payload: string): string {
  const last = payload.charCodeAt(BEGINNING - 1);
  return payload.slice(0, last >= 0xd800 && last < 0xdc00 ? BEGINNING - 1 : BEGINNING);
}
