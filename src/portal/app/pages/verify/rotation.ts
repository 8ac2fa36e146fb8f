import type { RotateOptions } from "../../../../subscriptions/rotate.js";
import { signsWithNewestOnly } from "../../snippets/schemes.js";

/** How long the old secret signs beside the new one, to choose from. */
export const OVERLAPS = ["0", "1h", "24h", "7d"] as const;

/** One of {@link OVERLAPS}. */
export type Overlap = (typeof OVERLAPS)[number];

/** What was chosen in the dialog. */
export interface Rotation {
  readonly overlap: Overlap;
  /** `null`: one is made. */
  readonly secret: string | null;
}

/** What is asked of the API. Where only the newest secret signs, keeping the old one would say what is not so. */
export function rotateOptions(scheme: string, { overlap, secret }: Rotation): RotateOptions {
  return {
    overlap: overlap === "0" || signsWithNewestOnly(scheme) ? 0 : overlap,
    ...(secret === null ? {} : { secret }),
  };
}
