type AuditTypeOf<S> = {
  [K in keyof S]: S[K] extends { readonly audit: infer A extends string } ? A : never;
}[keyof S];

/** The event type names that these scopes and events make: those declared and the audit types. */
export type EventTypeOf<S, E> = Extract<keyof E, string> | AuditTypeOf<S>;
