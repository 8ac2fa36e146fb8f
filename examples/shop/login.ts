import { createHmac } from "node:crypto";
import type { Authorization } from "hookwright/http";

/** Somebody who works for a merchant. */
export interface User {
  readonly id: string;
  readonly merchant: string;
  readonly isAdmin: boolean;
}

const users: readonly User[] = [
  { id: "ann", merchant: "acme", isAdmin: true },
  { id: "bob", merchant: "globex", isAdmin: true },
  { id: "eve", merchant: "acme", isAdmin: false },
];
const sealed = (id: string) => createHmac("sha256", "demo").update(id).digest("base64url"); // a secret in real life

/** A toy login that believes everybody. Answers a `Set-Cookie`, or `null` for a name that it does not know. */
export function signIn(name: unknown): string | null {
  const user = users.find(({ id }) => id === name);
  if (user === undefined) return null;
  return `session=${user.id}.${sealed(user.id)}; Path=/; HttpOnly; SameSite=Lax`;
}

/** Whose session a `Cookie` header names. */
export function signedIn(cookies: string | null | undefined): User | null {
  const [, id = "", seal] = /(?:^|; )session=(\w*)\.([^;]*)/.exec(cookies ?? "") ?? [];
  return (seal === sealed(id) && users.find((user) => user.id === id)) || null;
}

/** What a user may do with webhooks: everything or reading, at their merchant's scope. */
export function authorizationOf(user: User | null | undefined): Authorization | null {
  if (!user) return null;
  return {
    scope: `merchant:${user.merchant}`,
    actor: { type: "user", id: user.id },
    permissions: user.isAdmin ? ["write", "reveal"] : ["read"],
  };
}
