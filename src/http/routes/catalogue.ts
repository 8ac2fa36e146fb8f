import { kindOf, parseScope } from "../../subscriptions/scope.js";
import { reached } from "../reach.js";
import type { Route } from "../route.js";
import * as schemas from "../schemas/index.js";

/** What can be subscribed to. */
export const catalogueRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/catalogue",
    id: "getCatalogue",
    summary: "Lists the event types that can be chosen at a scope, with description, schema and example.",
    tag: "Catalogue",
    permission: "read",
    query: schemas.catalogueQuery,
    answer: { status: 200, schema: schemas.catalogueAnswer, description: "The types, and their headings." },
    async handle({ webhooks, authorization, query }) {
      const { catalogue } = webhooks;
      const scope = parseScope(reached(authorization, query.scope), catalogue);
      const kind = kindOf(scope);
      const { events } = catalogue.describe({ at: kind });
      return { body: { scope, kind, groups: catalogue.groups({ at: kind }), events } };
    },
  },
];
