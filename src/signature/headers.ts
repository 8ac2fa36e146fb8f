/** The headers of a request: a `Headers`, or a plain record of any case such as Node's `IncomingHttpHeaders`. */
export type HeadersLike =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | readonly string[] | undefined };

/**
 * The value of a header, by its lower-case name; `undefined` when there is none. Different values under one name are
 * joined with `, `, as `Headers` does it, so that a header sent twice reads the same from both and passes no check.
 */
export function readHeader(headers: HeadersLike, name: string): string | undefined {
  if (typeof headers.get === "function") return headers.get(name) ?? undefined;
  const values = new Set<unknown>();
  for (const [key, value] of Object.entries(headers)) {
    if (key.toLowerCase() === name) for (const one of [value].flat()) values.add(one ?? undefined);
  }
  values.delete(undefined);
  return values.size ? [...values].join(", ") : undefined;
}
