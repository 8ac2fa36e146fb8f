import { parseWithinContext } from "./context.js";
import { create, type SubscriptionWithSecret } from "./create.js";
import type {
  ChangeContext,
  CreateContext,
  SubscriptionInput,
  SubscriptionPatch,
  WithinContext,
} from "./input.js";
import { list, type SubscriptionListOptions } from "./list.js";
import type { Page } from "./page.js";
import type { Subscription } from "./present.js";
import { remove } from "./remove.js";
import { type RotateOptions, rotateSecret } from "./rotate.js";
import { type ManageParts, present, read } from "./save.js";
import { disable, enable } from "./switch.js";
import { update } from "./update.js";

/** The management of subscriptions. Each call validates what it is given and writes all of its change or nothing. */
export interface Manage {
  /**
   * Creates a subscription, disabled unless `enabled: true`; a name alone is enough. Besides `rotateSecret` this is
   * the only time the secret is shown.
   *
   * @throws WebhookError with an issue for each bad field: `INVALID_SUBSCRIPTION`; where nothing else is wrong
   * `UNKNOWN_SCOPE`, `UNKNOWN_EVENT_TYPE`, `SCOPE_NOT_ALLOWED`, `URL_REFUSED`. `INVALID_ARGUMENT` for the context.
   */
  create(input: SubscriptionInput, context?: CreateContext): Promise<SubscriptionWithSecret>;
  /** Throws `NOT_FOUND`. */
  get(id: string, context?: WithinContext): Promise<Subscription>;
  /** Newest first. Throws `UNKNOWN_SCOPE`, `INVALID_CURSOR`, `INVALID_ARGUMENT`. */
  list(options?: SubscriptionListOptions): Promise<Page<Subscription>>;
  /**
   * Changes the fields given, each as a whole. A patch that changes nothing leaves the version as it is; a header
   * value or secret that is given counts as a change, because comparing would let one guess it. A new origin in `url`
   * drops headers and credentials unless they are given again.
   *
   * @throws WebhookError as `create` does; `NOT_FOUND`; `VERSION_CONFLICT`; `UNSEAL_FAILED` where kept values have to
   * be judged and cannot be opened.
   */
  update(id: string, patch: SubscriptionPatch, context?: ChangeContext): Promise<Subscription>;
  /** Resumes at once, and forgets why it was disabled, failures and holds. Throws as `update` does; it needs a URL and at least one event type. */
  enable(id: string, context?: ChangeContext): Promise<Subscription>;
  /** Pauses: what is open waits, what is published meanwhile is kept for `recover`. Throws `NOT_FOUND`, `VERSION_CONFLICT`. */
  disable(id: string, context?: ChangeContext): Promise<Subscription>;
  /**
   * Deletes it, cancels its open deliveries and drops its waiting events. `ifVersion` is judged the moment before.
   *
   * @throws WebhookError `NOT_FOUND`, `VERSION_CONFLICT`.
   */
  delete(id: string, context?: ChangeContext): Promise<void>;
  /**
   * Replaces the signing secret. Requests are signed with the old ones too until the overlap ends.
   *
   * @throws WebhookError `NOT_FOUND`; `VERSION_CONFLICT`; `INVALID_ARGUMENT` for a secret that the scheme refuses or
   * that signs already; `INVALID_STATE` where nothing is signed, or ten secrets sign already.
   */
  rotateSecret(id: string, options?: RotateOptions, context?: ChangeContext): Promise<SubscriptionWithSecret>;
}

/** Binds the verbs of this room to what they need. */
export function createManage(parts: ManageParts): Manage {
  return {
    create: (input, context) => create(parts, input, context),
    get: async (id, context = {}) => {
      const { within } = parseWithinContext(context);
      return present(parts, await read(parts, id, within));
    },
    list: (options) => list(parts, options),
    update: (id, patch, context) => update(parts, id, patch, context),
    enable: (id, context) => enable(parts, id, context),
    disable: (id, context) => disable(parts, id, context),
    delete: (id, context) => remove(parts, id, context),
    rotateSecret: (id, options, context) => rotateSecret(parts, id, options, context),
  };
}
