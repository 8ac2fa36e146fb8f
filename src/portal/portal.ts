import type { Webhooks } from "../api.js";
import type { AnyCatalogue } from "../catalogue/catalogue.js";
import { authorized, may } from "../http/authorize.js";
import { createHandler, type Handler } from "../http/handler.js";
import { HttpProblem, type HttpProblemCode } from "../http/problem.js";
import { checkReach } from "../http/reach.js";
import { tell } from "../http/tell.js";
import { type Assets, assetsOf } from "./assets.js";
import type { Bundle } from "./bundle.js";
import { appPage, type Look, noticePage } from "./html.js";
import { type PortalOptions, type PortalSettings, parsePortalOptions } from "./options.js";
import { type Place, placeOf } from "./place.js";
import { securityHeaders } from "./policy.js";
import { sessionOf } from "./session.js";
import { themeSheet } from "./theme.js";

interface Parts {
  readonly webhooks: Webhooks<AnyCatalogue, never>;
  readonly settings: PortalSettings;
  readonly api: Handler;
  readonly assets: Assets;
  readonly look: Look;
  readonly security: Readonly<Record<string, string>>;
}

/**
 * The portal with this browser half: the API below `api/`, files below `assets/`, and one page for every other address.
 *
 * @throws WebhookError `CONFIGURATION` when the options are not acceptable.
 */
export function portalOf<C extends AnyCatalogue, Tx>(
  bundle: Bundle,
  webhooks: Webhooks<C, Tx>,
  options: PortalOptions,
): Handler {
  const settings = parsePortalOptions(options);
  const { title, theme } = settings;
  const sheet = themeSheet(theme.accent);
  const parts: Parts = {
    // As in createHandler: whatever catalogue there is, and no transaction.
    webhooks: webhooks as unknown as Webhooks<AnyCatalogue, never>,
    settings,
    api: createHandler(webhooks, settings.handler),
    assets: assetsOf(bundle, sheet),
    look: { title, theme, bundle, sheet },
    security: securityHeaders(settings.ancestors),
  };
  return async (request) => {
    let place: Place = { kind: "outside" };
    try {
      place = placeOf(settings.basePath, new URL(request.url));
      return await answered(parts, request, place);
    } catch (error) {
      return refused(parts, request, place, error);
    }
  };
}

async function answered(parts: Parts, request: Request, place: Place): Promise<Response> {
  if (place.kind === "api") return parts.api(request);
  if (place.kind === "outside") throw nothing();
  if (request.method !== "GET" && request.method !== "HEAD") {
    throw new HttpProblem("METHOD_NOT_ALLOWED", "", { headers: { allow: "GET, HEAD" } });
  }
  if (place.kind === "asset") {
    // Nobody is asked for: these are the same files for everybody, as this library publishes them.
    const asset = await parts.assets(place.name, request.headers.get("accept-encoding"));
    if (asset === null) throw nothing();
    return answer(parts, request, 200, asset.headers, asset.body);
  }
  const { settings, webhooks, look } = parts;
  const authorization = await authorized(settings.authorize, request);
  if (authorization instanceof Response) return authorization;
  checkReach(authorization, webhooks.catalogue);
  if (!may(authorization, "read")) throw new HttpProblem("FORBIDDEN", "");
  const session = await sessionOf(webhooks, settings, authorization, request);
  return answer(parts, request, 200, HTML, appPage(look, place.root, session));
}

const HTML = { "cache-control": "no-store", "content-type": "text/html; charset=utf-8" };

const nothing = () => new HttpProblem("NOT_FOUND", "");

interface Notice {
  readonly status: number;
  readonly heading: string;
  readonly text: string;
}

type Refusal = Extract<HttpProblemCode, "UNAUTHENTICATED" | "FORBIDDEN" | "NOT_FOUND" | "METHOD_NOT_ALLOWED">;

const NOTICES: Readonly<Record<Refusal, Notice>> = {
  UNAUTHENTICATED: {
    status: 401,
    heading: "Sign in first",
    text: "This page is for people who are signed in. Sign in, then load it again.",
  },
  FORBIDDEN: {
    status: 403,
    heading: "No access",
    text: "You are signed in, but may not see webhooks here. Ask an administrator for access.",
  },
  NOT_FOUND: { status: 404, heading: "Nothing here", text: "There is nothing at this address." },
  METHOD_NOT_ALLOWED: { status: 405, heading: "Not allowed", text: "This address takes GET and HEAD only." },
};

const FAILED: Notice = {
  status: 500,
  heading: "Something failed",
  text: "The page could not be made. Try again later.",
};

/** Whatever goes wrong is a page, too; what is not the caller's fault is told to the host, and to nobody else. */
function refused(parts: Parts, request: Request, place: Place, error: unknown): Response {
  const problem = error instanceof HttpProblem && Object.hasOwn(NOTICES, error.code) ? error : null;
  if (problem === null) tell(parts.settings.onError, error, request);
  const notice = problem === null ? FAILED : NOTICES[problem.code as Refusal];
  const root = place.kind === "page" ? place.root : null;
  const headers = { ...HTML, ...problem?.headers };
  return answer(parts, request, notice.status, headers, noticePage(parts.look, root, notice));
}

function answer(
  { security }: Parts,
  { method }: Request,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array<ArrayBuffer> | null,
): Response {
  return new Response(method === "HEAD" ? null : body, { status, headers: { ...security, ...headers } });
}
