import { defineCatalogue, type SubscriptionInput, type WebhooksOptions } from "hookwright";
import { z } from "zod";

/**
 * The events of a secure-coding training platform: assignments, findings and certificates of one organization. The
 * platform's admin page names the four types; what each carries is chosen here. Objects are open, because fields are
 * added over time.
 */

const assignment = z.looseObject({
  assignmentId: z.string(),
  course: z.string(),
  /** Who is to learn. */
  learnerId: z.string(),
  dueAt: z.iso.datetime().nullable(),
});

/** What can be published. Endpoints belong to an organization. */
export const secureCodingHub = defineCatalogue({
  scopes: { organization: { label: "Organization" } },
  events: {
    "assignment.created": {
      description: "A learner was given an assignment.",
      group: "Assignments",
      at: ["organization"],
      schema: assignment,
      example: {
        assignmentId: "asg_1",
        course: "SQL injection",
        learnerId: "usr_1",
        dueAt: "2026-02-01T00:00:00Z",
      },
    },
    "assignment.completed": {
      description: "A learner completed an assignment.",
      group: "Assignments",
      at: ["organization"],
      schema: assignment.extend({ score: z.number().min(0).max(100) }),
      example: { assignmentId: "asg_1", course: "SQL injection", learnerId: "usr_1", dueAt: null, score: 92 },
    },
    "sarif.ingested": {
      description: "A SARIF report of a scanner was read in.",
      group: "Findings",
      at: ["organization"],
      schema: z.looseObject({
        reportId: z.string(),
        tool: z.string(),
        findings: z.int().nonnegative(),
      }),
      example: { reportId: "rep_1", tool: "semgrep", findings: 17 },
    },
    "certificate.issued": {
      description: "A learner earned a certificate.",
      group: "Certificates",
      at: ["organization"],
      schema: z.looseObject({ certificateId: z.string(), learnerId: z.string(), title: z.string() }),
      example: { certificateId: "crt_1", learnerId: "usr_1", title: "Secure coding, level 1" },
    },
  },
});

/**
 * The rules of the platform, for `createWebhooks`: five attempts, then the endpoint is disabled. They are the
 * library's own defaults, written out because the platform's page promises them.
 */
export const secureCodingHubRules = {
  retry: { schedule: ["1m", "5m", "30m", "2h"] },
  autoDisable: "exhausted",
} as const satisfies Partial<WebhooksOptions<typeof secureCodingHub, never>>;

/** What the platform's "Add endpoint" dialog asks for. */
export interface EndpointDialog {
  readonly url: string;
  readonly description?: string;
  readonly events: readonly string[];
}

/**
 * The dialog as `subscriptions.create` takes it. The dialog asks for no name and the library needs one, so each endpoint
 * has the same; an endpoint is active as soon as it is added.
 *
 * @param organization - The id of the organization whose page it is.
 */
export function fromDialog(organization: string, dialog: EndpointDialog): SubscriptionInput {
  const { url, description, events } = dialog;
  return {
    scope: `organization:${organization}`,
    name: "Webhook endpoint",
    url,
    events,
    enabled: true,
    ...(description === undefined ? {} : { description }),
  };
}
