import type { SignatureScheme } from "../model/signature.js";
import type { SealedSecret, SubscriptionDocument } from "./document.js";
import type { Target } from "./draft.js";
import type { FieldValues } from "./fields.js";
import type { CodedIssue } from "./issues.js";
import type { Rules } from "./ports.js";
import type { Sealer } from "./seal.js";
import { createSecret, isUnsigned, openSecret, sealSecret, secretProblem } from "./secrets.js";

/** Scheme and secrets after a change. */
export interface Signing {
  readonly scheme: string;
  readonly secrets: readonly SealedSecret[];
  /** The secret that was made or set; `null` when none was. */
  readonly secret: string | null;
}

/**
 * Scheme and secrets after a change. A secret that is given replaces all others at once (`rotateSecret` is the way
 * with an overlap). A new subscription that is given none gets one made. Another scheme keeps the
 * newest secret where it can be used there as it is; where it cannot, `signing.secret` must be given, because an update
 * has no way to show a new one.
 */
export function applySigning(
  before: SubscriptionDocument,
  given: FieldValues["signing"],
  target: Pick<Target, "id" | "now" | "isNew">,
  schemes: Rules["schemes"],
  sealer: Pick<Sealer, "seal" | "open">,
  issues: CodedIssue[],
): Signing {
  const unchanged: Signing = { scheme: before.scheme, secrets: before.secrets, secret: null };
  if (given === undefined && !target.isNew) return unchanged;
  const name = given?.scheme ?? before.scheme;
  const scheme = schemes.get(name);
  if (!scheme) {
    refuse("scheme", `Must be one of: ${[...schemes.keys()].join(", ")}.`);
    return unchanged;
  }
  if (given?.secret !== undefined || target.isNew) {
    const secret = given?.secret ?? createSecret(scheme);
    const problem = given?.secret === undefined ? null : givenProblem(scheme, secret);
    if (problem !== null) refuse("secret", problem);
    else if (secret !== "") {
      return { scheme: name, secrets: [sealSecret(sealer, target.id, scheme, secret, target.now)], secret };
    }
    return { scheme: name, secrets: [], secret: null };
  }
  if (name === before.scheme) return unchanged;
  if (isUnsigned(scheme)) return { scheme: name, secrets: [], secret: null };
  const [newest] = before.secrets;
  if (newest && isShared(scheme, newest)) return { scheme: name, secrets: [newest], secret: null };
  refuse("secret", "Must be given: the secret of the scheme before cannot be used with this one.");
  return unchanged;

  function refuse(field: "scheme" | "secret", message: string) {
    issues.push({ code: "INVALID_SUBSCRIPTION", path: ["signing", field], message });
  }

  /** Whether the receiver already holds what the new scheme needs: neither scheme has a public half, and the secret fits. */
  function isShared(to: SignatureScheme<unknown>, secret: SealedSecret): boolean {
    if (secret.publicKey !== null || to.verificationKey) return false;
    const text = openSecret(sealer, target.id, secret);
    return text !== null && secretProblem(to, text) === null;
  }
}

function givenProblem(scheme: SignatureScheme<unknown>, secret: string): string | null {
  return isUnsigned(scheme) ? "Must be left out: this scheme signs nothing." : secretProblem(scheme, secret);
}
