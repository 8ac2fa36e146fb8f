/** The headers of a request: a `Headers`, or a plain record of any case such as Node's `IncomingHttpHeaders`. */
export type HeadersLike =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | readonly string[] | undefined };

/**
 * The value of a header, by its lower-case name; `undefined` when there is none. Different values under one name are
 * joined with `, `, as `Headers` does it, so that a header sent twice reads the same from both and passes no check.
 * What is no text reads as an empty one, which no check takes either. Throws what a getter in the headers throws.
 */
export function readHeader(headers: HeadersLike, name: string): string | undefined {
  const found =
    typeof headers.get === "function"
      ? [headers.get(name)]
      : Object.entries(headers).map(([key, value]) => (key.toLowerCase() === name ? value : null));
  const values = new Set<unknown>(found.flat().filter((value) => value != null));
  return values.size
    ? [...values].map((value) => (typeof value === "string" ? value : "")).join(", ")
    : undefined;
}
