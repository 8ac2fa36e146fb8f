import fc from "fast-check";

/** Texts that parsers meet on the open internet: noise, a grammar's own characters in a wrong order, and a great deal of either. */

/** Characters of the longest texts: as many as a request's headers could be on any server, and more than any field takes. */
const LONG = 100_000;

/** What is no text, from callers without a compiler. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({ maxDepth: 1, maxKeys: 2, withBigInt: true, withDate: true, withNullPrototype: true }),
  fc.constantFrom<unknown>(
    Symbol("x"),
    () => "x",
    Object("x"),
    ["x"],
    ["15s"],
    new Map(),
    new Uint8Array(3),
    Number.NaN,
    -0,
  ),
);

/** Texts made of a grammar's pieces, of noise, and of up to 100 kB of one short piece between two others. */
export function hostileText(...pieces: string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: "binary", maxLength: 2 }));
  const mixed = fc.array(piece, { maxLength: 12 }).map((list) => list.join(""));
  const long = fc
    .tuple(mixed, fc.array(piece, { minLength: 1, maxLength: 3 }), mixed)
    .map(([before, unit, after]) => before + pumped(unit.join("")) + after);
  return fc.oneof(
    { weight: 6, arbitrary: mixed },
    { weight: 2, arbitrary: fc.string({ unit: "binary" }) },
    { weight: 1, arbitrary: long },
  );
}

function pumped(unit: string): string {
  return unit.repeat(Math.floor(LONG / Math.max(unit.length, 1)));
}
