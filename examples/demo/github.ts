import { createRequire } from "node:module";
import { defineCatalogue } from "hookwright";

interface GitHubWebhook {
  readonly name: string;
  readonly description: string;
  readonly examples: readonly Payload[];
}

const webhooks = createRequire(import.meta.url)("@octokit/webhooks-examples") as readonly GitHubWebhook[];

/** Where a payload happened: in a repository of an owner, in an organization, or nobody says. */
function scopeOf(data: Payload): string {
  const owner = data.repository?.owner?.login ?? data.organization?.login;
  if (owner === undefined) return "";
  return data.repository === undefined
    ? `organization:${owner}`
    : `organization:${owner}/repository:${data.repository.name}`;
}

interface Payload extends Readonly<Record<string, unknown>> {
  readonly repository?: { readonly name: string; readonly owner?: { readonly login: string } };
  readonly organization?: { readonly login: string };
}

/** Real payloads that GitHub sent, each under the event type it becomes: `github.<event>` or `github.<event>.<action>`. */
export const payloads = webhooks.flatMap(({ name, description, examples }) =>
  examples.map((data) => ({
    type: typeof data.action === "string" ? `github.${name}.${data.action}` : `github.${name}`,
    group: name,
    description,
    data,
    scope: scopeOf(data),
  })),
);

const types = new Map<string, (typeof payloads)[number]>();
for (const payload of payloads) if (!types.has(payload.type)) types.set(payload.type, payload);

/** A catalogue made of them, the first payload of each type its example. */
export const catalogue = defineCatalogue({
  scopes: {
    organization: { audit: "organization.configuration.audit" },
    repository: { parent: "organization" },
  },
  events: Object.fromEntries(
    [...types].map(
      ([type, { group, description, data }]) => [type, { group, description, example: data }] as const,
    ),
  ),
});
