import type { SignatureScheme } from "../../src/model/signature.js";
import { builtInSchemes } from "../../src/signature/registry.js";
import { createSigner } from "../../src/signature/signer.js";
import {
  isVerificationError,
  type VerificationErrorCode,
  type VerifyScheme,
} from "../../src/signature/verify.js";

/** Requests signed as they should be, under each scheme that `verify` understands: what hostile ones are made from. */

export const ID = "msg_1";
export const TIME = 1_700_000_000;
export const BODY = '{"a":"é"}';

/** The clock of the moment at which requests are signed. */
export const now = (): number => TIME * 1000;

/** A scheme with a secret of either side. */
export interface Signed {
  readonly name: VerifyScheme;
  /** What the sender signs with. */
  readonly secret: string;
  /** What the receiver is given. */
  readonly key: string;
  /** Another secret of the same kind, as the receiver is given it. */
  readonly stranger: string;
  /** Lower-case name of the header that holds the signature. */
  readonly header: string;
  /** Whether an id and a timestamp go with it, in headers of their own. */
  readonly hasId: boolean;
  /** Whether the header is a list, in which others may stand beside the right one. */
  readonly separator: " " | "," | null;
}

const shared = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString("base64")}`;
const pair = (byte: number) => `whsk_${Buffer.alloc(32, byte).toString("base64")}`;
const publicOf = (secret: string) => schemeNamed("standard-ed25519").verificationKey?.(secret) ?? "missing";

export const SIGNED: readonly Signed[] = [
  {
    name: "standard",
    secret: shared(1),
    key: shared(1),
    stranger: shared(2),
    header: "webhook-signature",
    hasId: true,
    separator: " ",
  },
  {
    name: "standard-ed25519",
    secret: pair(1),
    key: publicOf(pair(1)),
    stranger: publicOf(pair(2)),
    header: "webhook-signature",
    hasId: true,
    separator: " ",
  },
  ...text("mist", "x-mist-signature-v2", null),
  ...text("github", "x-hub-signature-256", null),
  ...text("stripe", "stripe-signature", ","),
];

function text(name: VerifyScheme, header: string, separator: Signed["separator"]): Signed[] {
  return [{ name, secret: "s3cret", key: "s3cret", stranger: "other", header, hasId: false, separator }];
}

export function schemeNamed(name: string): SignatureScheme<unknown> {
  const scheme = builtInSchemes.get(name);
  if (!scheme) throw new Error(`no scheme ${name}`);
  return scheme;
}

/** What is signed, where it is not what stands above. */
export interface Parts {
  readonly id?: string;
  /** A text where it is to be one that no sender of ours would write. */
  readonly timestamp?: number | string;
  readonly body?: string | Uint8Array;
  readonly secrets?: readonly string[];
}

/** The request of a sender who does all right, whatever the parts are. */
export function requestOf(
  { name, secret }: Pick<Signed, "name" | "secret">,
  { id = ID, timestamp = TIME, body = BODY, secrets = [secret] }: Parts = {},
): { readonly headers: Readonly<Record<string, string>>; readonly body: string | Uint8Array } {
  return {
    body,
    headers: createSigner(schemeNamed(name), secrets)({ id, timestamp: timestamp as number, body }),
  };
}

/** The code a verification ends with. Rejects when it ends with anything but a `VerificationError`. */
export async function codeOf(promise: Promise<unknown>): Promise<VerificationErrorCode | "accepted"> {
  try {
    await promise;
    return "accepted";
  } catch (error) {
    if (isVerificationError(error)) return error.code;
    throw error;
  }
}
