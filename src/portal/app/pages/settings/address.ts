/** What the address that is typed means for what is kept with the one that is stored. Pure. */

/** Scheme, host and port; `null` for what is no address (yet). */
export function originOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).origin : null;
}

/**
 * Whether another server will be sent to: the library then drops the header values and the credentials that were
 * given for the one before. An address that cannot be read is refused anyway; none at all is no server.
 */
export function isMoved(stored: string | null, typed: string): boolean {
  if (stored === null) return false;
  const text = typed.trim();
  if (text === "") return true;
  const origin = originOf(text);
  return origin !== null && origin !== originOf(stored);
}

/** Whether there are a user name or a password in it. */
export function hasCredentials(typed: string): boolean {
  if (!URL.canParse(typed.trim())) return false;
  const { username, password } = new URL(typed.trim());
  return username !== "" || password !== "";
}
