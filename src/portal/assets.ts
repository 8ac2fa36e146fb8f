import type { Bundle } from "./bundle.js";
import { acceptsGzip } from "./encoding.js";
import type { Sheet } from "./theme.js";

/** Answers the file of that name; `null` where there is none. */
export type Assets = (name: string, acceptEncoding: string | null) => Promise<Asset | null>;

/** A file as it is sent. */
export interface Asset {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

const HEADERS = {
  // A name has a hash of the content in it.
  "cache-control": "public, max-age=31536000, immutable",
  "cross-origin-resource-policy": "same-origin",
  vary: "accept-encoding",
};

/** Everything that pages refer to: the browser half's files and the theme's stylesheet. */
export function assetsOf({ files }: Bundle, sheet: Sheet): Assets {
  const decoded = new Map<string, Uint8Array<ArrayBuffer>>();
  return async (name, acceptEncoding) => {
    if (name === sheet.name) {
      return { headers: { ...HEADERS, "content-type": "text/css; charset=utf-8" }, body: sheet.text };
    }
    const file = Object.hasOwn(files, name) ? files[name] : undefined;
    if (file === undefined) return null;
    const bytes = decoded.get(name) ?? bytesOf(file.gzip);
    decoded.set(name, bytes);
    const headers = { ...HEADERS, "content-type": file.type };
    if (acceptsGzip(acceptEncoding))
      return { headers: { ...headers, "content-encoding": "gzip" }, body: bytes };
    return { headers, body: await inflated(bytes) };
  };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(plain).arrayBuffer());
}
