import type { Webhooks, WebhooksSettings } from "../api.js";
import type { AnyCatalogue } from "../catalogue/catalogue.js";
import { type Authorization, may, type Permission } from "../http/authorize.js";
import type { Actor } from "../subscriptions/document.js";
import type { PortalSettings } from "./options.js";
import { type LabelledScope, scopesFor } from "./scopes.js";

/** What a page is told of who looks at it and of the host's system: everything that is not asked of the API. */
export interface Session {
  readonly title: string;
  /** The highest that is the caller's. */
  readonly scope: string;
  /** To choose from; the first is the caller's own highest. */
  readonly scopes: readonly LabelledScope[];
  readonly actor: Actor;
  /** Each that the caller has, those included that another brings with it. */
  readonly permissions: readonly Permission[];
  /** What the host's library was made with. */
  readonly settings: WebhooksSettings;
}

const PERMISSIONS: readonly Permission[] = ["read", "write", "reveal"];

/**
 * The session of a caller, each field named: nothing else that the host answered is told.
 *
 * @throws What the host's `scopes` throws. WebhookError `CONFIGURATION` for an answer of it that cannot be used.
 */
export async function sessionOf(
  webhooks: Pick<Webhooks<AnyCatalogue, never>, "catalogue" | "settings">,
  { title, scopes }: Pick<PortalSettings, "title" | "scopes">,
  authorization: Authorization,
  request: Request,
): Promise<Session> {
  const { scope, actor } = authorization;
  const answered = await scopes(authorization, request);
  return {
    title,
    scope,
    scopes: scopesFor(scope, answered, webhooks.catalogue),
    actor,
    permissions: PERMISSIONS.filter((permission) => may(authorization, permission)),
    settings: webhooks.settings,
  };
}
