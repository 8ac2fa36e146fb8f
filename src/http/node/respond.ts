import type { NodeResponse } from "./message.js";

/** Which headers say how a message travels, not what it says: HTTP/2 has none of them, and on HTTP/1 this one is Node's. */
const HOP = { 1: ["transfer-encoding"], 2: ["connection", "keep-alive", "proxy-connection", "upgrade"] };

/** Headers that middleware may have set and that add up. */
const ADDED = new Set(["set-cookie", "vary"]);

/** How the answer is to be written. */
export interface RespondOptions {
  /** For a HEAD request: the body is left out. */
  readonly isHead: boolean;
  /** HTTP/2 has no reason phrases. */
  readonly isHttp2: boolean;
  /** Aborted when the client went away. */
  readonly signal: AbortSignal;
}

/**
 * Writes a Fetch `Response` as Node's, and resolves when it is sent or the client has gone. No more of the body is read
 * than the client takes. Where somebody has answered already, it is dropped.
 *
 * @throws what reading the body or setting a header throws. When `headersSent` is false by then, something else can be
 * answered: the headers set here are gone again.
 */
export async function respond(response: Response, out: NodeResponse, options: RespondOptions): Promise<void> {
  if (out.headersSent || out.writableEnded || options.signal.aborted) return dropped(response);
  // Throws for a body that was read already, before anything is set.
  const reader = options.isHead ? undefined : response.body?.getReader();
  try {
    writeHead(response, out, options.isHttp2);
    if (options.isHead) await dropped(response);
    if (reader !== undefined) await copy(reader, out, options.signal);
  } catch (error) {
    reader?.cancel(error).catch(() => undefined);
    if (!out.headersSent) for (const name of response.headers.keys()) out.removeHeader(name);
    throw error;
  }
  if (options.signal.aborted) return;
  const finished = event(out, "finish");
  out.end();
  await finished;
}

function writeHead(response: Response, out: NodeResponse, isHttp2: boolean): void {
  if (response.status < 200) throw new RangeError("The handler answered a response of no status.");
  out.statusCode = response.status;
  if (!isHttp2 && response.statusText !== "") out.statusMessage = response.statusText;
  const left = new Set(isHttp2 ? [...HOP[1], ...HOP[2]] : HOP[1]);
  // `Headers` gives each Set-Cookie by itself.
  for (const [name, value] of response.headers) {
    if (left.has(name)) continue;
    if (ADDED.has(name)) out.appendHeader(name, value);
    else out.setHeader(name, value);
  }
}

async function copy(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  out: NodeResponse,
  signal: AbortSignal,
): Promise<void> {
  // Wakes a read that waits for a chunk which nobody will see.
  const stop = () => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const first = reader.read();
    // The first chunk rides with the headers, unless it lets them wait.
    const isSlow = await Promise.race([first.then(() => false), turnOfLoop()]);
    if (isSlow && !signal.aborted) out.flushHeaders?.();
    for (let chunk = await first; !chunk.done && !signal.aborted; chunk = await reader.read()) {
      if (!out.write(chunk.value)) await event(out, "drain");
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function turnOfLoop(): Promise<true> {
  return new Promise((resolve) => setImmediate(resolve, true));
}

/** Resolves when it happens, or when the connection is gone and it never will. */
function event(out: NodeResponse, name: "drain" | "finish"): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      out.off(name, done);
      out.off("close", done);
      resolve();
    };
    out.on(name, done);
    out.on("close", done);
  });
}

async function dropped(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}
