import { VerificationError } from "../verification-error.js";

/** A Fetch `Request`, whichever library's: only these two are used. */
export interface RequestLike {
  readonly headers: { get(name: string): string | null };
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** The body of a request as it came: text, or better its bytes. */
export type RawBody = string | Uint8Array | ArrayBuffer;

/**
 * The bytes that were signed: the prefix, then the body. A copy, so that what is parsed later is what was verified.
 * Throws `INVALID_BODY` when the body is no bytes any more.
 */
export async function readMessage(
  source: RequestLike | { readonly body: RawBody },
  prefix: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const body = bytesOf("arrayBuffer" in source ? await received(source) : source.body);
  const message = new Uint8Array(prefix.length + body.length);
  new TextEncoder().encodeInto(prefix, message);
  message.set(body, prefix.length);
  return message;
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

async function received(request: RequestLike): Promise<ArrayBuffer> {
  try {
    return await request.arrayBuffer();
  } catch (cause) {
    throw new VerificationError(
      "INVALID_BODY",
      "The body could not be read. If it was read before, read it once as bytes and give verify { body, headers }.",
      { cause },
    );
  }
}

function bytesOf(body: RawBody): Uint8Array {
  if (typeof body === "string") return new TextEncoder().encode(body);
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  // Not instanceof: the buffer may come from another realm.
  if (Object.prototype.toString.call(body) === "[object ArrayBuffer]") return new Uint8Array(body);
  throw new VerificationError(
    "INVALID_BODY",
    "The body must be the raw text or bytes as received, not parsed: in Express use express.raw({ type: '*/*' }).",
  );
}
