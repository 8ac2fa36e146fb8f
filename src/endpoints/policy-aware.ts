import type { EndpointPolicy } from "./policy.js";

/**
 * A transport that asks the endpoint policy before it connects. The composition root hands it its policy once, so
 * that URLs are judged by the same rules when they are saved and when they are used.
 */
export interface PolicyAware {
  /**
   * Obeys this policy from now on; connections made under another are closed.
   *
   * @throws WebhookError `CONFIGURATION` when it obeys a policy with other options already: two owners cannot share it.
   */
  use(policy: EndpointPolicy): void;
}

/** Whether a transport takes a policy. One that does not must judge endpoints itself. */
export function isPolicyAware(transport: object): transport is PolicyAware {
  return "use" in transport && typeof transport.use === "function";
}
