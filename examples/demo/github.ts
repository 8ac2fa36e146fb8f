import { createRequire } from "node:module";
import { defineCatalogue } from "hookwright";

interface GitHubWebhook {
  readonly name: string;
  readonly description: string;
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}

const webhooks = createRequire(import.meta.url)("@octokit/webhooks-examples") as readonly GitHubWebhook[];

/** Real payloads that GitHub sent, each under the event type it becomes: `github.<event>` or `github.<event>.<action>`. */
export const payloads = webhooks.flatMap(({ name, description, examples }) =>
  examples.map((data) => ({
    type: typeof data.action === "string" ? `github.${name}.${data.action}` : `github.${name}`,
    group: name,
    description,
    data,
  })),
);

/** A catalogue made of them, the first payload of each type its example. */
export const catalogue = defineCatalogue({
  events: Object.fromEntries(
    payloads
      .toReversed()
      .map(({ type, group, description, data }) => [type, { group, description, example: data }] as const),
  ),
});
