import { HttpProblem } from "./problem.js";

/**
 * Reads a body that is a JSON object; `{}` where there is none.
 *
 * @throws HttpProblem `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE`, `INVALID_JSON`.
 */
export async function readObject(
  request: Request,
  maxBytes: number,
): Promise<{ text: string; value: object }> {
  if (request.body !== null) refuseEncoded(request.headers.get("content-encoding"));
  const text = await readText(request, maxBytes);
  if (text === "") return { text, value: {} };
  // Before it is parsed: a form of another page can post text/plain without asking anyone.
  if (!isJson(request.headers.get("content-type"))) {
    throw new HttpProblem("UNSUPPORTED_MEDIA_TYPE", "Send application/json, and say so in Content-Type.", {
      errors: [{ header: "Content-Type", detail: "Must be application/json." }],
    });
  }
  const value = parse(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { text, value };
  throw new HttpProblem("INVALID_JSON", "The body must be a JSON object.");
}

/** Before it is read: compressed it is not UTF-8, and nothing here takes it apart. */
function refuseEncoded(encoding: string | null): void {
  if (encoding === null || encoding === "identity") return;
  throw new HttpProblem("UNSUPPORTED_MEDIA_TYPE", "Send the body as it is, without a content encoding.", {
    errors: [{ header: "Content-Encoding", detail: "Must be left out." }],
  });
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (request.body === null) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const reader = request.body.getReader();
  let text = "";
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      bytes += value.byteLength;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      text += decoder.decode(value, { stream: true });
    }
  } catch (error) {
    await reader.cancel().catch(() => {});
    if (error instanceof HttpProblem) throw error;
    // Text that is not UTF-8, or a client that went away.
    throw new HttpProblem("INVALID_JSON", "The body could not be read as UTF-8 to its end.");
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpProblem("INVALID_JSON", "The body is not JSON.");
  }
}

function isJson(contentType: string | null): boolean {
  return /^application\/(?:[\w.-]+\+)?json *(?:;|$)/i.test(contentType ?? "");
}

function tooLarge(maxBytes: number): HttpProblem {
  return new HttpProblem("PAYLOAD_TOO_LARGE", `The body must have at most ${maxBytes} bytes.`);
}
