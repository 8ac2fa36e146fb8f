const UNITS = ["bytes", "KiB", "MiB", "GiB"] as const;

/** A number of bytes in words: `1536` is "1.5 KiB". */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  if (unit === 0) return `${value.toLocaleString()} ${value === 1 ? "byte" : "bytes"}`;
  return `${value.toLocaleString(undefined, { maximumFractionDigits: 1 })} ${UNITS[unit]}`;
}

/** How many bytes a text has as UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
