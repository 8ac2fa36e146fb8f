import { WebhookError } from "../model/errors.js";
import type { EventRecord } from "../model/event.js";
import { isId } from "../model/id.js";
import type { EventQuery, Store } from "../model/store.js";
import type { WithinContext } from "../subscriptions/input.js";
import { type Page, type PageOptions, readPage } from "../subscriptions/page.js";
import { isWithin, ROOT_SCOPE } from "../subscriptions/scope.js";
import { type Moment, toMillis } from "./moment.js";

/** One thing that happened, as it was published. Times are ISO 8601 in UTC. */
export interface PublishedEvent {
  readonly id: string;
  readonly type: string;
  readonly scope: string;
  /** When it happened. */
  readonly at: string;
  /** When it was published. */
  readonly createdAt: string;
  readonly data: unknown;
  /** Made by `sendTest`. */
  readonly test: boolean;
}

/** Which events to list. */
export interface EventListOptions extends PageOptions {
  /** At this scope or below it. */
  readonly scope?: string | undefined;
  readonly type?: string | undefined;
  /** Published at or after: a `Date`, epoch milliseconds, or an ISO 8601 text. */
  readonly since?: Moment | undefined;
}

/** Looks events up, while they are kept. */
export class Events {
  readonly #store: Pick<Store, "readEvents" | "findEvents">;

  constructor(store: Pick<Store, "readEvents" | "findEvents">) {
    this.#store = store;
  }

  /** @throws WebhookError `NOT_FOUND` when it was never published, or is forgotten. */
  async get(id: string, { within = ROOT_SCOPE }: WithinContext = {}): Promise<PublishedEvent> {
    const [event] = isId(id) ? await this.#store.readEvents([id]) : [];
    if (event === undefined || !isWithin(event.scope, within))
      throw new WebhookError("NOT_FOUND", "No event with this id is kept.");
    return presentEvent(event);
  }

  /**
   * Newest first.
   *
   * @throws WebhookError `INVALID_CURSOR`; `INVALID_ARGUMENT` when `limit` or `since` is not acceptable.
   */
  async list(options: EventListOptions = {}): Promise<Page<PublishedEvent>> {
    const { scope, type } = options;
    const since = options.since === undefined ? undefined : toMillis(options.since, "since");
    const filters: Pick<EventQuery, "under" | "type" | "since"> = {
      ...(scope === undefined ? {} : { under: scope }),
      ...(type === undefined ? {} : { type }),
      ...(since === undefined ? {} : { since }),
    };
    return readPage(
      options,
      { kind: "events", filters },
      (page) => this.#store.findEvents({ ...filters, ...page }),
      (event) => ({ at: event.createdAt, id: event.id }),
      presentEvent,
    );
  }
}

function presentEvent(event: EventRecord): PublishedEvent {
  return {
    id: event.id,
    type: event.type,
    scope: event.scope,
    at: new Date(event.at).toISOString(),
    createdAt: new Date(event.createdAt).toISOString(),
    data: JSON.parse(event.data),
    test: event.test,
  };
}
