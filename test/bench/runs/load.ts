import { DATA, type House, TYPES } from "./house.js";

/** At once at most. */
const TOGETHER = 50;
const GROUP = 500;

/** What one enabled subscription hears, and where. */
export interface Subscribing {
  readonly url: string;
  readonly type: string;
  /** @default "" */
  readonly scope?: string;
}

/** Creates subscriptions. */
export async function subscribe({ webhooks }: House, all: readonly Subscribing[]): Promise<void> {
  for (let first = 0; first < all.length; first += TOGETHER)
    await Promise.all(
      all.slice(first, first + TOGETHER).map(({ url, type, scope = "" }, index) =>
        webhooks.subscriptions.create({
          name: `bench ${first + index}`,
          url,
          events: [type],
          scope,
          enabled: true,
        }),
      ),
    );
}

/** Ten endpoints, each with an event type of its own. */
export const tenEndpoints = (receiver: string): Subscribing[] =>
  TYPES.map((type, index) => ({ url: `${receiver}/hooks/${index}`, type }));

/** Does it `count` times, 500 at once, with the number of each. */
export async function inGroups(count: number, one: (index: number) => Promise<unknown>): Promise<void> {
  for (let done = 0; done < count; done += GROUP)
    await Promise.all(Array.from({ length: Math.min(GROUP, count - done) }, (_, index) => one(done + index)));
}

/** The type of the event with this number: all ten endpoints by turns. */
export const typeOf = (index: number): string => TYPES[index % TYPES.length] ?? "";

/** Publishes so many events, 500 at once, each heard by one of the ten endpoints. */
export const publishAll = ({ webhooks }: House, count: number): Promise<void> =>
  inGroups(count, (index) => webhooks.publish(typeOf(index), DATA));
