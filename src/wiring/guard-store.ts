import { isWebhookError, WebhookError } from "../model/errors.js";
import type { Store } from "../model/store.js";

/**
 * The same store, but whatever it rejects with reaches the host as a `WebhookError` `STORE_UNAVAILABLE` with the
 * store's own error as its cause. Errors of ours pass as they are.
 */
export function guardStore<Tx>(store: Store<Tx>): Store<Tx> {
  // Not around the store itself: a proxy must answer the members of a frozen object as they are.
  return new Proxy<Store<Tx>>(Object.create(store), {
    get(_, name) {
      const member: unknown = Reflect.get(store, name);
      if (typeof member !== "function") return member;
      return async (...args: unknown[]) => {
        try {
          return await (member as (...args: unknown[]) => unknown).apply(store, args);
        } catch (error) {
          throw isWebhookError(error) ? error : unavailable(String(name), error);
        }
      };
    },
  });
}

function unavailable(method: string, cause: unknown): WebhookError {
  return new WebhookError(
    "STORE_UNAVAILABLE",
    `The store failed at "${method}"; see the cause. The call may be made again once the store answers.`,
    { cause },
  );
}
