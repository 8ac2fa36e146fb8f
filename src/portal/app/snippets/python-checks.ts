import { literal } from "./comments.js";
import type { Receiver } from "./receiver.js";
import type { Scheme } from "./schemes.js";

/** What differs by scheme in a receiver for Python. */
export interface PythonCheck {
  /** Modules of the standard library that it imports, beside those of the server. */
  readonly imports: readonly string[];
  /** Lines that import what else it needs. */
  readonly packages?: readonly string[];
  /** What is known before the first request. */
  readonly settings: string;
  /** The function `is_genuine(headers, body)`. */
  readonly isGenuine: string;
}

/** What a receiver checks by its scheme. */
export function pythonCheckOf(receiver: Receiver): PythonCheck {
  const check = CHECKS[receiver.scheme];
  return typeof check === "function" ? check(receiver) : check;
}

/** A secret that is any text. */
const TEXT_SECRET = `SECRET = os.environ.get("WEBHOOK_SECRET", "").encode()
if not SECRET:
    sys.exit("Set WEBHOOK_SECRET.")`;

/** What Standard Webhooks signs, whatever with. A full stop in the id would let id and body be shifted against each other. */
const standardHead = `def is_genuine(headers, body):
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if "." in message_id or not re.fullmatch("[1-9][0-9]{0,14}", timestamp):
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE:
        return False
    signed = f"{message_id}.{timestamp}.".encode() + body`;

const TOLERANCE = "TOLERANCE = 5 * 60  # seconds";

const CHECKS: Readonly<Record<Scheme, PythonCheck | ((receiver: Receiver) => PythonCheck)>> = {
  standard: {
    imports: ["base64", "hashlib", "hmac", "re", "time"],
    settings: `${TOLERANCE}
SECRET = os.environ.get("WEBHOOK_SECRET", "")
KEY = base64.b64decode(SECRET.removeprefix("whsec_"), validate=True)
if len(KEY) < 24:
    sys.exit("Set WEBHOOK_SECRET to the secret that begins with whsec_.")`,
    isGenuine: `${standardHead}
    mac = hmac.new(KEY, signed, hashlib.sha256).digest()
    expected = b"v1," + base64.b64encode(mac)
    # One signature for each secret that is valid now.
    signatures = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(expected, each.encode()) for each in signatures)`,
  },
  "standard-ed25519": {
    imports: ["base64", "re", "time"],
    packages: [
      "from cryptography.exceptions import InvalidSignature",
      "from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey",
    ],
    settings: `${TOLERANCE}
SECRET = os.environ.get("WEBHOOK_SECRET", "")
if not SECRET.startswith("whpk_"):
    sys.exit("Set WEBHOOK_SECRET to the public key that begins with whpk_.")
KEY = Ed25519PublicKey.from_public_bytes(base64.b64decode(SECRET[5:], validate=True))`,
    isGenuine: `${standardHead}
    # One signature for each key that is valid now.
    for each in headers.get("webhook-signature", "").split(" ")[:10]:
        version, _, signature = each.partition(",")
        try:
            if version == "v1a":
                KEY.verify(base64.b64decode(signature, validate=True), signed)
                return True
        except (ValueError, InvalidSignature):
            pass
    return False`,
  },
  mist: {
    imports: ["hashlib", "hmac"],
    settings: TEXT_SECRET,
    isGenuine: `def is_genuine(headers, body):
    expected = hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    given = headers.get("X-Mist-Signature-v2", "")
    return hmac.compare_digest(expected.encode(), given.encode())`,
  },
  github: {
    imports: ["hashlib", "hmac"],
    settings: TEXT_SECRET,
    isGenuine: `def is_genuine(headers, body):
    expected = "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    given = headers.get("X-Hub-Signature-256", "")
    return hmac.compare_digest(expected.encode(), given.encode())`,
  },
  stripe: {
    imports: ["hashlib", "hmac", "re", "time"],
    settings: `${TOLERANCE}\n${TEXT_SECRET}`,
    isGenuine: `def is_genuine(headers, body):
    # t=<unix seconds>,v1=<signature>, and one v1 more for each secret that is valid now.
    pairs = [each.partition("=") for each in headers.get("Stripe-Signature", "").split(",")]
    timestamp = next((value for name, _, value in pairs if name == "t"), "")
    if not re.fullmatch("[1-9][0-9]{0,14}", timestamp):
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE:
        return False
    signed = f"{timestamp}.".encode() + body
    expected = hmac.new(SECRET, signed, hashlib.sha256).hexdigest().encode()
    signatures = [value.encode() for name, _, value in pairs if name == "v1"]
    return any(hmac.compare_digest(expected, each) for each in signatures)`,
  },
  none: ({ header }) => ({
    imports: ["hmac"],
    settings: TEXT_SECRET,
    isGenuine: `# Requests are not signed: the proof is a header that the two of you know.
def is_genuine(headers, body):
    given = headers.get(${literal(header)}, "")
    return hmac.compare_digest(SECRET, given.encode())`,
  }),
};
