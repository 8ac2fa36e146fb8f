import type { Webhooks } from "../api.js";
import type { AnyCatalogue } from "../catalogue/catalogue.js";
import { type Authorization, authorized, may } from "./authorize.js";
import { readObject } from "./body.js";
import { isForged } from "./csrf.js";
import { allRoutes } from "./describe.js";
import { etagOf, ifMatch } from "./etag.js";
import { type Answer, Idempotency, idempotencyKeyOf } from "./idempotency.js";
import { type HandlerOptions, type HandlerSettings, parseHandlerOptions } from "./options.js";
import { HttpProblem, type ProblemContext, problemOf } from "./problem.js";
import { parseQuery } from "./query.js";
import { checkReach } from "./reach.js";
import type { Result, Route } from "./route.js";
import { type Match, Router } from "./router.js";
import { tell } from "./tell.js";

/** Answers a request of the management API; never rejects. */
export type Handler = (request: Request) => Promise<Response>;

const JSON_TYPE = "application/json";
const PROBLEM_TYPE = "application/problem+json";

/**
 * The management API over HTTP, to be mounted in the host's own server behind the host's own login. Each request is
 * confined to the scope that `authorize` answers: what is elsewhere is answered as if there were nothing.
 *
 * @throws WebhookError `CONFIGURATION` when the options are not acceptable, above all without `authorize`.
 */
export function createHandler<C extends AnyCatalogue, Tx>(
  webhooks: Webhooks<C, Tx>,
  options: HandlerOptions,
): Handler {
  const settings = parseHandlerOptions(options);
  const router = new Router(allRoutes(settings.publish, settings));
  const parts: Parts = {
    // Routes take whatever catalogue there is, and give no transaction.
    webhooks: webhooks as unknown as Webhooks<AnyCatalogue, never>,
    settings,
    router,
    idempotency: new Idempotency(settings.clock),
  };
  return async (request) => {
    const answer = await answered(parts, request);
    if (answer instanceof Response) return answer;
    const body = request.method === "HEAD" ? null : answer.body;
    return new Response(body, { status: answer.status, headers: answer.headers });
  };
}

interface Parts {
  readonly webhooks: Webhooks<AnyCatalogue, never>;
  readonly settings: HandlerSettings;
  readonly router: Router;
  readonly idempotency: Idempotency;
}

async function answered(parts: Parts, request: Request): Promise<Answer | Response> {
  return orProblem(parts, request, { isConditional: false, isQuery: true }, async () => {
    const { settings, router, webhooks } = parts;
    const url = new URL(request.url);
    const path = pathBelow(settings.basePath, url);
    const methods = router.methods(path);
    if (request.method === "OPTIONS" && methods.length > 0) {
      return { status: 204, headers: headersWith({ allow: methods.join(", ") }), body: null };
    }
    const match = router.match(request.method, path);
    if (isForged(request, settings.allowedOrigins)) {
      throw new HttpProblem("CROSS_ORIGIN", "A page of another origin must not change anything here.");
    }
    const authorization = await authorized(settings.authorize, request);
    if (authorization instanceof Response) return authorization;
    checkReach(authorization, webhooks.catalogue);
    if (!may(authorization, match.route.permission)) {
      throw new HttpProblem("FORBIDDEN", `This takes the permission "${match.route.permission}".`);
    }
    return served(parts, request, url.searchParams, match, authorization);
  });
}

/** A request that may be answered. */
async function served(
  parts: Parts,
  request: Request,
  search: URLSearchParams,
  { route, id }: Match,
  authorization: Authorization,
): Promise<Answer> {
  const { settings, webhooks, idempotency } = parts;
  const { headers, method } = request;
  const query = parseQuery(route.query, search);
  const { text, value } =
    route.method === "GET" ? { text: "", value: {} } : await readObject(request, settings.maxBodyBytes);
  const isConditional = route.headers?.includes("if-match") === true && headers.has("if-match");
  const idempotencyKey = route.headers?.includes("idempotency-key")
    ? idempotencyKeyOf(headers.get("idempotency-key"), authorization)
    : undefined;
  const make = () =>
    orProblem(parts, request, { isConditional, isQuery: route.method === "GET" }, async () => {
      const ifVersion = isConditional ? ifMatch(headers.get("if-match")) : undefined;
      const body = value as Record<string, unknown>;
      const call = { webhooks, authorization, id, query, body, ifVersion, idempotencyKey };
      return answerOf(route, await route.handle(call), settings);
    });
  if (idempotencyKey === undefined) return make();
  // Secrets are in the answer to who may see them, and must not be told to who may not.
  const reveals = String(may(authorization, "reveal"));
  const precondition = headers.get("if-match") ?? "";
  return idempotency.once(idempotencyKey, [method, route.path, id, text, precondition, reveals], make);
}

function answerOf(route: Route, result: Result, { basePath }: HandlerSettings): Answer {
  const { body, version, location } = result;
  return {
    status: route.answer.status,
    headers: headersWith({
      ...(body === null ? {} : { "content-type": JSON_TYPE }),
      ...(version === undefined ? {} : { etag: etagOf(version) }),
      ...(location === undefined ? {} : { location: basePath + location }),
    }),
    body: body === null ? null : JSON.stringify(body),
  };
}

/** Whatever goes wrong is answered, too; what is not the caller's fault is told to the host. */
async function orProblem<T>(
  { settings }: Parts,
  request: Request,
  context: ProblemContext,
  work: () => Promise<T>,
): Promise<T | Answer> {
  try {
    return await work();
  } catch (error) {
    const { problem, headers } = problemOf(error, context);
    if (problem.status >= 500) tell(settings.onError, error, request);
    return {
      status: problem.status,
      headers: headersWith({ "content-type": PROBLEM_TYPE, ...headers }),
      body: JSON.stringify(problem),
    };
  }
}

function headersWith(more: Readonly<Record<string, string>>): Record<string, string> {
  return { "cache-control": "no-store", "x-content-type-options": "nosniff", ...more };
}

/** Throws `NOT_FOUND` for what is not below the base path. */
function pathBelow(basePath: string, { pathname }: URL): string {
  if (pathname === basePath || pathname.startsWith(`${basePath}/`))
    return pathname.slice(basePath.length) || "/";
  throw new HttpProblem("NOT_FOUND", "There is nothing at this address.");
}
