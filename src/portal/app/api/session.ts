import type { Permission } from "../../../http/authorize.js";
import type { Session } from "../../session.js";

/** Who looks at the pages and what the host says of itself: the page brings it along. */
export const session: Session = JSON.parse(
  document.getElementById("hookwright-session")?.textContent ?? "null",
);

/** Whether the reader has this permission. The session has each, those included that another brings with it. */
export function may(permission: Permission): boolean {
  return session.permissions.includes(permission);
}
