import type { Millis } from "../model/time.js";
import type { SubscriptionDocument } from "./document.js";

/** A subscription as far as a user can change it. */
export interface Draft {
  readonly document: SubscriptionDocument;
  readonly enabled: boolean;
  readonly ordered: boolean;
}

/** What a change is applied to. */
export interface Target {
  readonly id: string;
  /** `null` where the scope given is none: event types are then judged without it. */
  readonly scope: string | null;
  readonly now: Millis;
  /** It is being created: it gets a secret. */
  readonly isNew: boolean;
}
