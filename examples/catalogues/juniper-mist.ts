import { defineCatalogue, type SubscriptionInput } from "hookwright";
import { z } from "zod";

/**
 * The topics of a network cloud: organizations with sites below them. Most that happens, happens at a site; an
 * organization hears its sites, and may choose fewer topics than they may. A topic's name is its event type. Objects are
 * open, because topics carry many more fields than those named here, and more over time.
 */

/** Where and when, which each event of each topic carries in its own body. */
const place = {
  org_id: z.string(),
  site_id: z.string().optional(),
  /** Unix seconds. */
  timestamp: z.number(),
};

const AT_SITE = { org_id: "org_1", site_id: "site_1", timestamp: 1_775_000_000 };
const AT_ORGANIZATION = { org_id: "org_1", timestamp: 1_775_000_000 };

const BOTH = ["organization", "site"] as const;
const SITE_ONLY = ["site"] as const;

/** Coordinates in metres on a map of the site. */
const position = { map_id: z.string(), x: z.number(), y: z.number() };
const POSITION = { map_id: "map_1", x: 13.5, y: 3.2 };

const crossing = { map_id: z.string(), mac: z.string(), trigger: z.enum(["enter", "exit"]) };
const CROSSING = { map_id: "map_1", mac: "5684dae9ac8b", trigger: "enter" as const };

const client = { mac: z.string(), ap: z.string(), ssid: z.string() };
const CLIENT = { mac: "5684dae9ac8b", ap: "d420b0000001", ssid: "Guests" };

const device = { type: z.string(), mac: z.string(), device_type: z.enum(["ap", "switch", "gateway"]) };
const DEVICE = { mac: "d420b0000001", device_type: "ap" as const };

/** What can be published: each topic of the document, and where it may be enabled. */
export const juniperMist = defineCatalogue({
  scopes: { organization: { label: "Organization" }, site: { parent: "organization", label: "Site" } },
  events: {
    location: {
      description: "Where a client is on the map.",
      group: "Location",
      at: SITE_ONLY,
      schema: z.looseObject({ ...place, ...position, mac: z.string() }),
      example: { ...AT_SITE, ...POSITION, mac: "5684dae9ac8b" },
    },
    zone: {
      description: "A client entered or left a zone.",
      group: "Location",
      at: SITE_ONLY,
      schema: z.looseObject({ ...place, ...crossing, zone_id: z.string() }),
      example: { ...AT_SITE, ...CROSSING, zone_id: "zone_1" },
    },
    vbeacon: {
      description: "A client came near a virtual beacon, or went away from it.",
      group: "Location",
      at: SITE_ONLY,
      schema: z.looseObject({ ...place, ...crossing, vbeacon_id: z.string() }),
      example: { ...AT_SITE, ...CROSSING, vbeacon_id: "vbeacon_1" },
    },
    rssizone: {
      description: "A client entered or left a zone that is bounded by signal strength.",
      group: "Location",
      at: SITE_ONLY,
      schema: z.looseObject({ ...place, ...crossing, rssizone_id: z.string() }),
      example: { ...AT_SITE, ...CROSSING, rssizone_id: "rssizone_1" },
    },
    "asset-raw-rssi": {
      description: "An access point heard an asset's tag.",
      group: "Location",
      at: SITE_ONLY,
      schema: z.looseObject({ ...place, asset_id: z.string(), device_id: z.string(), rssi: z.number() }),
      example: { ...AT_SITE, asset_id: "asset_1", device_id: "ap_1", rssi: -64 },
    },
    "sdkclient-scan-data": {
      description: "What a phone with the SDK heard around it.",
      group: "Location",
      at: SITE_ONLY,
      schema: z.looseObject({
        ...place,
        mac: z.string(),
        scan_data: z.array(z.looseObject({ ap: z.string(), rssi: z.number() })),
      }),
      example: { ...AT_SITE, mac: "5684dae9ac8b", scan_data: [{ ap: "d420b0000001", rssi: -60 }] },
    },
    "occupancy-alerts": {
      description: "A zone holds more people than it should, or no longer does.",
      group: "Location",
      at: SITE_ONLY,
      schema: z.looseObject({ ...place, zone_id: z.string(), current_occupancy: z.int(), limit: z.int() }),
      example: { ...AT_SITE, zone_id: "zone_1", current_occupancy: 21, limit: 20 },
    },
    "device-events": {
      description: "Something happened to an access point, switch or gateway.",
      group: "Infrastructure",
      at: BOTH,
      schema: z.looseObject({ ...place, ...device, text: z.string().optional() }),
      example: { ...AT_SITE, type: "AP_CONFIG_CHANGED_BY_USER", ...DEVICE },
    },
    "device-updowns": {
      description: "A device connected, disconnected or restarted.",
      group: "Infrastructure",
      at: BOTH,
      schema: z.looseObject({ ...place, ...device }),
      example: { ...AT_SITE, type: "AP_DISCONNECTED", ...DEVICE },
    },
    alarms: {
      description: "An alarm was raised.",
      group: "Infrastructure",
      at: BOTH,
      schema: z.looseObject({ ...place, id: z.string(), type: z.string(), count: z.int() }),
      example: { ...AT_SITE, id: "alarm_1", type: "rogue-ap-detected", count: 16 },
    },
    audits: {
      description: "An administrator changed the configuration.",
      group: "Infrastructure",
      at: BOTH,
      schema: z.looseObject({ ...place, id: z.string(), admin_name: z.string(), message: z.string() }),
      example: { ...AT_ORGANIZATION, id: "audit_1", admin_name: "Ada Lovelace", message: 'Update Site "HQ"' },
    },
    "mxedge-events": {
      description: "Something happened to an edge appliance.",
      group: "Infrastructure",
      at: BOTH,
      schema: z.looseObject({ ...place, mxedge_id: z.string(), type: z.string() }),
      example: { ...AT_ORGANIZATION, mxedge_id: "mxedge_1", type: "ME_SERVICE_STARTED" },
    },
    "client-join": {
      description: "A client joined a wireless network.",
      group: "Clients",
      at: BOTH,
      schema: z.looseObject({ ...place, ...client, rssi: z.number() }),
      example: { ...AT_SITE, ...CLIENT, rssi: -58 },
    },
    "client-sessions": {
      description: "A client's session with an access point ended.",
      group: "Clients",
      at: BOTH,
      schema: z.looseObject({ ...place, ...client, duration: z.number() }),
      example: { ...AT_SITE, ...CLIENT, duration: 120.5 },
    },
    "nac-accounting": {
      description: "Accounting of a client that network access control let in.",
      group: "Clients",
      at: BOTH,
      schema: z.looseObject({ ...place, mac: z.string(), type: z.string() }),
      example: { ...AT_SITE, mac: "5684dae9ac8b", type: "NAC_ACCOUNTING_START" },
    },
  },
});

/** The body that `POST /orgs/{id}/webhooks` and `POST /sites/{id}/webhooks` take, in the document's own names. */
export interface MistWebhook {
  readonly name: string;
  /** What the receiver speaks. */
  readonly type: "http-post" | "splunk";
  /** May hold credentials: `https://username:password@host/path`. */
  readonly url: string;
  /** Signs what `http-post` sends; without it nothing is signed. */
  readonly secret?: string;
  /** Of the Splunk collector, for `splunk`. */
  readonly splunk_token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly verify_cert?: boolean;
  readonly enabled?: boolean;
  readonly topics?: readonly string[];
}

/**
 * That body as `subscriptions.create` takes it, without the scope, which the API has in its path:
 * `{ ...fromMist(body), scope: "organization:o/site:s" }`. Pure. What is left out stays left out, so that the
 * library's defaults hold.
 *
 * @throws TypeError for a `type` that is neither `http-post` nor `splunk`.
 */
export function fromMist(body: MistWebhook): SubscriptionInput {
  const { name, url, headers, verify_cert: verify, enabled, topics } = body;
  const token = body.type === "splunk" ? body.splunk_token : undefined;
  const authorization = token === undefined ? {} : { Authorization: `Splunk ${token}` };
  const hasHeaders = headers !== undefined || token !== undefined;
  return {
    name,
    url,
    ...delivery(body),
    ...(hasHeaders ? { headers: { ...headers, ...authorization } } : {}),
    ...(verify === undefined ? {} : { tls: { verify } }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(topics === undefined ? {} : { events: topics }),
  };
}

function delivery({ type, secret }: MistWebhook): Pick<SubscriptionInput, "format" | "signing"> {
  switch (type) {
    case "http-post":
      return {
        format: "topic",
        signing: secret === undefined ? { scheme: "none" } : { scheme: "mist", secret },
      };
    case "splunk":
      return { format: "splunk", signing: { scheme: "none" } };
    default:
      throw new TypeError(`The webhook type ${JSON.stringify(type)} is not one of "http-post" and "splunk".`);
  }
}
