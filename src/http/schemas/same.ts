/**
 * A type without `readonly` and with its interfaces and intersections spelt out, so that what zod infers and what the
 * library declares can be compared.
 */
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Plain<T[Key]> }
    : T;

/**
 * `true` where two types are one and the same but for `readonly`: neither has a field, a value or a `?` more than the
 * other. Not by way of a type alias, whose arguments the compiler compares by assignability.
 */
export type Same<A, B> =
  (<Probe>() => Probe extends Plain<A> ? 1 : 2) extends <Probe>() => Probe extends Plain<B> ? 1 : 2
    ? true
    : false;
