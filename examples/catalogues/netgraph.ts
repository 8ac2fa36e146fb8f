import { defineCatalogue, type WebhooksOptions } from "hookwright";
import { z } from "zod";

/**
 * The events of a Wi-Fi access platform: an organization and the service contexts below it. Each service has event
 * types of its own; an organization hears those of every context inside it. Objects are open, because fields are added
 * over time.
 */

const session = z.looseObject({
  sessionId: z.string(),
  /** MAC address. */
  device: z.string(),
  /** The access policy as it was at that moment. */
  policy: z.looseObject({ id: z.string(), name: z.string() }).optional(),
});

const sessionEvent = (description: string) => ({
  description,
  group: "Session lifecycle",
  at: ["signin", "organization"] as const,
  schema: session,
  example: { sessionId: "ses_1", device: "aa:bb:cc:00:11:22", policy: { id: "pol_1", name: "Guests" } },
});

const arenaEvent = (description: string) => ({
  description,
  group: "Arena session",
  at: ["signin", "organization"] as const,
  schema: z.looseObject({ arenaSessionId: z.string(), venue: z.string(), device: z.string() }),
  example: { arenaSessionId: "are_1", venue: "North stand", device: "aa:bb:cc:00:11:22" },
});

const dhcpEvent = (description: string) => ({
  description,
  group: "DHCP",
  at: ["signin", "organization"] as const,
  schema: z.looseObject({ sessionId: z.string(), device: z.string(), address: z.ipv4() }),
  example: { sessionId: "ses_1", device: "aa:bb:cc:00:11:22", address: "10.20.0.7" },
});

/** What can be published, and where it can be heard. The library adds each kind's audit type. */
export const netgraph = defineCatalogue({
  scopes: {
    organization: {
      label: "Organization",
      audit: "organization.configuration.audit",
      auditInfo: {
        label: "Configuration Change",
        group: "Audit Events",
        description: "Trigger when Organization Settings are changed.",
      },
    },
    signin: {
      parent: "organization",
      label: "Sign In",
      audit: "signin.configuration.audit",
      auditInfo: { description: "A configuration change was made inside this Sign-In Context." },
    },
    entrypoint: { parent: "organization", label: "EntryPoint", audit: "entrypoint.configuration.audit" },
    easypsk: { parent: "organization", label: "EasyPSK", audit: "easypsk.configuration.audit" },
    endpointmanager: {
      parent: "organization",
      label: "Endpoint Manager",
      audit: "endpointmanager.configuration.audit",
    },
  },
  events: {
    "signin.session.created": sessionEvent("A guest started a new sign-in on the Captive Portal."),
    "signin.session.resumed": sessionEvent(
      "A returning guest resumed a previous session on the same device.",
    ),
    "signin.session.requested": sessionEvent(
      "The sign-in requires approval (Meeting Host, device approval policy) and is waiting.",
    ),
    "signin.session.approved": sessionEvent("An approval was granted (admin / Meeting Host / policy)."),
    "signin.session.verified": sessionEvent(
      "The guest completed their verification step (email link, SMS code).",
    ),
    "signin.session.denied": sessionEvent("The sign-in was denied."),
    "signin.session.revoked": sessionEvent(
      "An active session was revoked — admin action, device block, or policy change.",
    ),
    "signin.arenasession.login": arenaEvent(
      "A device joined the venue’s network and an arena session was created.",
    ),
    "signin.arenasession.resumed": arenaEvent(
      "A device with an active arena session re-associated (e.g. after a brief disconnect).",
    ),
    "signin.dhcp.granted": dhcpEvent(
      "A DHCP lease was granted to a device associated with a Sign In session.",
    ),
    "signin.dhcp.expired": dhcpEvent(
      "The DHCP session ended — lease expired, device disconnected, or the system detected a missed expiry.",
    ),
  },
});

/**
 * The rules of the platform, for `createWebhooks`. Only two differ from the library's own: an endpoint that fails is
 * never disabled for it, and a batch is bounded by its count and time, not by its bytes as long as 64 MiB hold it.
 */
export const netgraphRules = {
  autoDisable: "never",
  retry: { schedule: ["1m", "5m", "30m", "2h"] },
  batch: { maxEvents: 20_000, intervalMinutes: 20, maxBytes: 64 * 1024 * 1024 },
  retention: "3d",
} as const satisfies Partial<WebhooksOptions<typeof netgraph, never>>;
