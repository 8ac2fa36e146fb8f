/** How the list was looked at last, so that ways back to it lose neither its filters nor its scope. */
let last = "/";

/** Remembers the query of the list's address, with or without its question mark; empty where there is none. */
export function rememberList(query: string): void {
  last = query === "" ? "/" : `/?${query.replace(/^\?/, "")}`;
}

/** The address of the list as it was looked at last. */
export function listAddress(): string {
  return last;
}
