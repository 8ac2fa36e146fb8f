import { gzipSync } from "node:zlib";
import type { Authorization } from "../../src/http/authorize.js";
import type { Handler } from "../../src/http/handler.js";
import type { Bundle } from "../../src/portal/bundle.js";
import type { PortalOptions } from "../../src/portal/options.js";
import { portalOf } from "../../src/portal/portal.js";
import type { Session } from "../../src/portal/session.js";
import { type House, house } from "../http/support.js";

/** The portal over a whole library, with a browser half of four small files in place of the built one. */

export const SCRIPT = `console.log("${"hook ".repeat(100)}");`;
export const STYLE = ".a { color: red }";
export const ICON = new Uint8Array([0, 255, 128, 7]);

const packed = (content: string | Uint8Array) => gzipSync(content).toString("base64");

export const bundle: Bundle = {
  entry: "main-1a2b.js",
  preloads: ["common-7e8f.js"],
  styles: ["main-3c4d.css"],
  files: {
    "main-1a2b.js": { type: "text/javascript; charset=utf-8", gzip: packed(SCRIPT) },
    "common-7e8f.js": { type: "text/javascript; charset=utf-8", gzip: packed(SCRIPT) },
    "main-3c4d.css": { type: "text/css; charset=utf-8", gzip: packed(STYLE) },
    "font-5e6f.woff2": { type: "font/woff2", gzip: packed(ICON) },
  },
};

export const ADA: Authorization = {
  scope: "organization:acme",
  actor: { type: "user", id: "ada", name: "Ada Lovelace" },
  permissions: ["write", "reveal"],
};

export interface Portal extends House {
  readonly portal: Handler;
  /** What the portal told the host of. */
  readonly told: unknown[];
}

/** At /hooks and for Ada, unless the options say otherwise. */
export async function portalHouse(options: Partial<PortalOptions> = {}): Promise<Portal> {
  const place = await house();
  const told: unknown[] = [];
  const portal = portalOf(bundle, place.webhooks, {
    authorize: () => ADA,
    basePath: "/hooks",
    clock: place.clock,
    onError: (error) => void told.push(error),
    ...options,
  });
  return { ...place, portal, told };
}

/** The session that a page holds, read as a browser does: to the first end of a script. */
export function sessionIn(html: string): Session {
  const [, text = ""] =
    /<script type="application\/json" id="hookwright-session">(.*?)<\/script/s.exec(html) ?? [];
  return JSON.parse(text) as Session;
}

/** What a page refers to, as it is written, but for what is in the page itself. */
export function referencesIn(html: string): string[] {
  const found = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, reference = ""]) => reference);
  return found.filter((reference) => !reference.startsWith("data:"));
}
