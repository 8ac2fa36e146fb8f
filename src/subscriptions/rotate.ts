import * as z from "zod";
import { WebhookError } from "../model/errors.js";
import type { SignatureScheme } from "../model/signature.js";
import type { Duration } from "../model/time.js";
import { parseArguments, parseChangeContext } from "./context.js";
import type { SubscriptionWithSecret } from "./create.js";
import { durationBetween } from "./duration-field.js";
import type { ChangeContext } from "./input.js";
import { throwIssues } from "./issues.js";
import { type Current, change, draftOf, type ManageParts, present } from "./save.js";
import {
  createSecret,
  isSameSecret,
  isUnsigned,
  openSecret,
  rotate,
  sealSecret,
  secretProblem,
  shownSecret,
} from "./secrets.js";

/** How a secret is replaced. */
export interface RotateOptions {
  /** The new secret. @default one made by the library */
  readonly secret?: string | undefined;
  /** How long the old ones sign beside it, at most 30 days; `0` ends them now. @default "24h" */
  readonly overlap?: Duration | undefined;
}

const options = z.strictObject({
  secret: z.string().optional(),
  overlap: durationBetween(0, "30d").optional(),
});

const DEFAULT_OVERLAP = 24 * 3_600_000;

/** Replaces the signing secret: see `Manage.rotateSecret`. */
export async function rotateSecret(
  parts: ManageParts,
  id: string,
  given: RotateOptions = {},
  context: ChangeContext = {},
): Promise<SubscriptionWithSecret> {
  const { secret: chosen, overlap = DEFAULT_OVERLAP } = parseArguments(options, given);
  let shown: string | null = null;
  const saved = await change(parts, id, parseChangeContext(context), (current, now) => {
    const scheme = schemeOf(parts, current.document.scheme);
    if (chosen !== undefined) checkChosen(parts, current, scheme, chosen);
    const secret = chosen ?? createSecret(scheme);
    shown = shownSecret(scheme, secret);
    const sealed = sealSecret(parts.sealer, id, scheme, secret, now);
    const document = { ...current.document, secrets: rotate(current.document.secrets, sealed, overlap, now) };
    return { draft: { ...draftOf(current), document }, action: "rotated" };
  });
  return { subscription: present(parts, saved), secret: shown };
}

function schemeOf(parts: ManageParts, name: string): SignatureScheme<unknown> {
  const scheme = parts.rules.schemes.get(name);
  if (scheme && !isUnsigned(scheme)) return scheme;
  throw new WebhookError(
    "INVALID_STATE",
    scheme
      ? `The scheme "${name}" signs nothing: update signing.scheme and signing.secret first.`
      : `The scheme "${name}" is not registered in this process: register it, or update signing first.`,
  );
}

function checkChosen(
  parts: ManageParts,
  { stored, document }: Current,
  scheme: SignatureScheme<unknown>,
  chosen: string,
): void {
  const held = document.secrets.map((secret) => openSecret(parts.sealer, stored.id, secret));
  const isHeld = () => held.some((secret) => secret !== null && isSameSecret(secret, chosen));
  const message = secretProblem(scheme, chosen) ?? (isHeld() ? "Must be a new one: it signs already." : null);
  if (message === null) return;
  throwIssues(
    [{ code: "INVALID_ARGUMENT", path: ["secret"], message }],
    "INVALID_ARGUMENT",
    "Nothing was rotated.",
  );
}
