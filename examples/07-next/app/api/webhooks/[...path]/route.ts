import { createHandler } from "hookwright/http";
import { authorizationOf, signedIn } from "../../../../../shop/login.js";
import { webhooks } from "../../../../webhooks.js";

// Next hands Fetch requests to its routes, and the handler takes them: no adapter.
const handler = createHandler(webhooks, {
  basePath: "/api/webhooks",
  authorize: (request) => authorizationOf(signedIn(request.headers.get("cookie"))),
  onError: (error) => console.error(error),
});

export {
  handler as DELETE,
  handler as GET,
  handler as HEAD,
  handler as OPTIONS,
  handler as PATCH,
  handler as POST,
};
