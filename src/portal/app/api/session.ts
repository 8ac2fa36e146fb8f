import type { Permission } from "../../../http/authorize.js";
import type { Session } from "../../session.js";

/** Who looks at the pages and what the host says of itself: the page brings it along. */
export const session: Session = JSON.parse(
  document.getElementById("hookwright-session")?.textContent ?? "null",
);

/** Whether the reader has this permission. `"write"` includes `"read"`. */
export function may(permission: Permission): boolean {
  const { permissions } = session;
  return permissions.includes(permission) || (permission === "read" && permissions.includes("write"));
}
