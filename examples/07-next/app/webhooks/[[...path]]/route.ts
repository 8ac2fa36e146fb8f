import { createPortal } from "hookwright/portal";
import { authorizationOf, signedIn } from "../../../../shop/login.js";
import { webhooks } from "../../../webhooks.js";

// The portal: pages, and below /webhooks/api the API that they use. Two pairs of brackets: the path itself is its, too.
const portal = createPortal(webhooks, {
  basePath: "/webhooks",
  authorize: (request) => authorizationOf(signedIn(request.headers.get("cookie"))),
  onError: (error) => console.error(error),
});

export {
  portal as DELETE,
  portal as GET,
  portal as HEAD,
  portal as OPTIONS,
  portal as PATCH,
  portal as POST,
};
