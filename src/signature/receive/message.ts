import { VerificationError } from "../verification-error.js";

/** A Fetch `Request`, whichever library's: only these two are used. */
export interface RequestLike {
  readonly headers: { get(name: string): string | null };
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** The body of a request as it came: text, or better its bytes. */
export type RawBody = string | Uint8Array | ArrayBuffer;

/**
 * The bytes that were signed: the prefix, then the body. A copy, made before the first `await` where the body is at
 * hand, so that what is parsed later is what was verified. Throws `INVALID_BODY` when the body is no bytes any more.
 */
export async function readMessage(
  source: RequestLike | { readonly body: RawBody },
  prefix: string,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const body = bytesOf("arrayBuffer" in source ? await source.arrayBuffer() : source.body);
    const message = new Uint8Array(prefix.length + body.length);
    new TextEncoder().encodeInto(prefix, message);
    message.set(body, prefix.length);
    return message;
  } catch (cause) {
    throw new VerificationError(
      "INVALID_BODY",
      "The body must be the raw text or bytes as received, not parsed: in Express use express.raw({ type: '*/*' }). If it was read before, read it once as bytes and give verify { body, headers }.",
      { cause },
    );
  }
}

/** The JSON of a body. Throws `INVALID_BODY` when it is not JSON in UTF-8. */
export function parseBody(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // The cause is left out: JSON.parse quotes the body.
    throw new VerificationError("INVALID_BODY", "The request is genuine, but its body is not JSON in UTF-8.");
  }
}

/** Throws for what is no bytes, and for bytes that were handed on to another thread. */
function bytesOf(body: RawBody): Uint8Array {
  if (typeof body === "string") return new TextEncoder().encode(body);
  // Not instanceof: the buffer may come from another realm. A DataView takes a real buffer and nothing else.
  const { buffer, byteOffset, byteLength } = ArrayBuffer.isView(body) ? body : new DataView(body);
  return new Uint8Array(buffer, byteOffset, byteLength);
}
