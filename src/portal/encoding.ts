/**
 * Whether an answer may be gzipped, by `Accept-Encoding` (RFC 9110 section 12.5.3). Who says nothing gets it plain: that
 * would be allowed, but is more often a tool that does not inflate.
 */
export function acceptsGzip(header: string | null): boolean {
  const weights = new Map<string, number>();
  for (const part of (header ?? "").toLowerCase().split(",")) {
    const [coding = "", ...parameters] = part.split(";").map((text) => text.trim());
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    weights.set(coding, weight === undefined ? 1 : Number(weight.slice(2)));
  }
  const weight = weights.get("gzip") ?? weights.get("x-gzip") ?? weights.get("*") ?? 0;
  // What is no number is not taken for a yes.
  return weight > 0;
}
