const UNITS = { MiB: 1_048_576, KiB: 1_024, B: 1 } as const;

/** Bytes of "4 MiB", "512 KiB" or "2048"; `null` when it is no whole number of bytes. */
export function parseSize(text: string): number | null {
  const match = /^(\d{1,12}(?:\.\d{1,6})?) ?(MiB|KiB|B)?$/i.exec(text.trim());
  if (!match) return null;
  const unit = Object.entries(UNITS).find(([name]) => name.toLowerCase() === (match[2] ?? "B").toLowerCase());
  const bytes = Number(match[1]) * (unit?.[1] ?? 1);
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** Bytes in the largest unit that divides them: `4194304` is "4 MiB", `1000` is "1000 B". */
export function writeSize(bytes: number): string {
  for (const [unit, size] of Object.entries(UNITS)) {
    if (bytes >= size && bytes % size === 0) return `${bytes / size} ${unit}`;
  }
  return `${bytes} B`;
}
