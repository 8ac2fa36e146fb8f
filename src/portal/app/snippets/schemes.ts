/** The schemes that need no registration, and the headers that each sets, as they are written. */
export const SCHEMES = {
  standard: ["webhook-id", "webhook-timestamp", "webhook-signature"],
  "standard-ed25519": ["webhook-id", "webhook-timestamp", "webhook-signature"],
  mist: ["X-Mist-Signature-v2", "X-Mist-Signature"],
  github: ["X-Hub-Signature-256"],
  stripe: ["Stripe-Signature"],
  none: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A scheme that verification code can be written for. */
export type Scheme = keyof typeof SCHEMES;

/** Whether a scheme is one of {@link SCHEMES}; all others are the host's own. */
export function isScheme(name: string): name is Scheme {
  return Object.hasOwn(SCHEMES, name);
}

/** Whether its header holds the signature of one secret only, so that while one is rotated the old one does not sign. */
export function signsWithNewestOnly(name: string): boolean {
  return name === "mist" || name === "github";
}
