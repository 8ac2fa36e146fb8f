import { WebhookError } from "../model/errors.js";
import type { Actor } from "../subscriptions/document.js";
import { actorField } from "../subscriptions/fields.js";
import { HttpProblem } from "./problem.js";

/**
 * What a caller may do. `"write"` includes `"read"`. `"reveal"`: signing secrets are in the answers that create one;
 * without it they are `null` there.
 */
export type Permission = "read" | "write" | "reveal";

/** Who is calling, and what is theirs. */
export interface Authorization {
  /** All that is seen and changed is at this scope or below it; `""` is everything. */
  readonly scope: string;
  /** Shown in the audit. */
  readonly actor: Actor;
  readonly permissions: readonly Permission[];
}

/** The host's own login: `null` is answered with 401, a `Response` is answered as it is. */
export type Authorize = (
  request: Request,
) => Authorization | Response | null | Promise<Authorization | Response | null>;

const PERMISSIONS: ReadonlySet<unknown> = new Set<Permission>(["read", "write", "reveal"]);

/**
 * Asks the host who is calling.
 *
 * @throws HttpProblem `UNAUTHENTICATED`. WebhookError `CONFIGURATION` for an answer that is none: better no answer to a
 * caller than one with the wrong rights.
 */
export async function authorized(authorize: Authorize, request: Request): Promise<Authorization | Response> {
  const answer: unknown = await authorize(request);
  if (answer instanceof Response) return answer;
  if (answer === null) {
    throw new HttpProblem("UNAUTHENTICATED", "Sign in first: the host does not know who is calling.");
  }
  if (!isAuthorization(answer)) {
    throw new WebhookError(
      "CONFIGURATION",
      "authorize must answer { scope, actor: { type, id }, permissions }, a Response, or null.",
    );
  }
  const { scope, permissions } = answer;
  // A login's own object has more than that, and none of it is for the audit.
  const { type, id, name } = answer.actor;
  return { scope, actor: name === undefined ? { type, id } : { type, id, name }, permissions };
}

/** Whether the permissions include this one. */
export function may({ permissions }: Authorization, wanted: Permission): boolean {
  return permissions.includes(wanted) || (wanted === "read" && permissions.includes("write"));
}

function isActor(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { type, id, name } = value as Record<string, unknown>;
  return actorField.safeParse({ type, id, name }).success;
}

function isAuthorization(value: unknown): value is Authorization {
  if (typeof value !== "object" || value === null) return false;
  const { scope, actor, permissions } = value as Record<string, unknown>;
  return (
    typeof scope === "string" &&
    isActor(actor) &&
    Array.isArray(permissions) &&
    permissions.every((permission) => PERMISSIONS.has(permission))
  );
}
