import { useSearchParams } from "wouter";
import { session } from "./session.js";

/** The parameter of an address that says which scope is looked at. */
export const SCOPE_PARAMETER = "scope";

/** The scope that is looked at: the address's, where it is one to choose from, else the reader's own highest. */
export function chosenScope(params: URLSearchParams): string {
  const named = params.get(SCOPE_PARAMETER);
  return session.scopes.some(({ scope }) => scope === named) && named !== null ? named : session.scope;
}

/** The scope that is looked at, and what looks at another: it is kept in the address. */
export function useScope(): readonly [string, (scope: string) => void] {
  const [params, setParams] = useSearchParams();
  return [
    chosenScope(params),
    (scope) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          if (scope === session.scope) after.delete(SCOPE_PARAMETER);
          else after.set(SCOPE_PARAMETER, scope);
          return after;
        },
        { replace: true },
      ),
  ];
}

/** An address within the pages, with the scope that is looked at in its query. */
export function withScope(to: string, scope: string): string {
  const [path = "", query = ""] = to.split("?", 2);
  const params = new URLSearchParams(query);
  if (scope === session.scope) params.delete(SCOPE_PARAMETER);
  else params.set(SCOPE_PARAMETER, scope);
  return params.size === 0 ? path : `${path}?${params}`;
}
