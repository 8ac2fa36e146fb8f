/** The portal: the pages people look at. */
export type { Authorization, Authorize, Permission } from "../http/authorize.js";
export type { Handler } from "../http/handler.js";
export { createPortal } from "./create.js";
export type { PortalOptions, PortalScope, PortalTheme } from "./options.js";
