import { literal } from "./comments.js";
import type { Receiver } from "./receiver.js";
import type { Scheme } from "./schemes.js";

/** What differs by scheme in a receiver for Go. */
export interface GoCheck {
  readonly imports: readonly string[];
  /** Whether it looks at the time. */
  readonly isTimed: boolean;
  /** The function `readKey()`. */
  readonly readKey: string;
  /** The function `isGenuine(header, body)`. */
  readonly isGenuine: string;
}

/** What a receiver checks by its scheme. */
export function goCheckOf(receiver: Receiver): GoCheck {
  const check = CHECKS[receiver.scheme];
  return typeof check === "function" ? check(receiver) : check;
}

/** A secret that is any text. */
const TEXT_KEY = `func readKey() []byte {
	secret := os.Getenv("WEBHOOK_SECRET")
	if secret == "" {
		log.Fatal("Set WEBHOOK_SECRET.")
	}
	return []byte(secret)
}`;

/** Whether the text of a time is a recent one. */
const IS_RECENT = `func isRecent(timestamp string) bool {
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	age := time.Since(time.Unix(seconds, 0))
	return err == nil && age < tolerance && age > -tolerance
}`;

/** What Standard Webhooks signs, whatever with. A full stop in the id would let id and body be shifted against each other. */
const standardHead = `func isGenuine(header http.Header, body []byte) bool {
	id, timestamp := header.Get("webhook-id"), header.Get("webhook-timestamp")
	if strings.Contains(id, ".") || !isRecent(timestamp) {
		return false
	}`;

const CHECKS: Readonly<Record<Scheme, GoCheck | ((receiver: Receiver) => GoCheck)>> = {
  standard: {
    imports: ["crypto/hmac", "crypto/sha256", "encoding/base64", "strconv", "strings"],
    isTimed: true,
    isGenuine: `${standardHead}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	expected := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	// One signature for each secret that is valid now.
	for _, signature := range strings.Split(header.Get("webhook-signature"), " ") {
		if hmac.Equal([]byte(expected), []byte(signature)) {
			return true
		}
	}
	return false
}

${IS_RECENT}`,
    readKey: `func readKey() []byte {
	secret := strings.TrimPrefix(os.Getenv("WEBHOOK_SECRET"), "whsec_")
	key, err := base64.StdEncoding.DecodeString(secret)
	if err != nil || len(key) < 24 {
		log.Fatal("Set WEBHOOK_SECRET to the secret that begins with whsec_.")
	}
	return key
}`,
  },
  "standard-ed25519": {
    imports: ["crypto/ed25519", "encoding/base64", "strconv", "strings"],
    isTimed: true,
    isGenuine: `${standardHead}
	signed := append([]byte(id+"."+timestamp+"."), body...)
	// One signature for each key that is valid now.
	for _, each := range strings.SplitN(header.Get("webhook-signature"), " ", 10) {
		signature, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(each, "v1a,"))
		if err == nil && ed25519.Verify(key, signed, signature) {
			return true
		}
	}
	return false
}

${IS_RECENT}`,
    readKey: `func readKey() ed25519.PublicKey {
	secret := strings.TrimPrefix(os.Getenv("WEBHOOK_SECRET"), "whpk_")
	key, err := base64.StdEncoding.DecodeString(secret)
	if err != nil || len(key) != ed25519.PublicKeySize {
		log.Fatal("Set WEBHOOK_SECRET to the public key that begins with whpk_.")
	}
	return key
}`,
  },
  mist: {
    imports: ["crypto/hmac", "crypto/sha256", "encoding/hex"],
    isTimed: false,
    isGenuine: `func isGenuine(header http.Header, body []byte) bool {
	mac := hmac.New(sha256.New, key)
	mac.Write(body)
	expected := hex.EncodeToString(mac.Sum(nil))
	return hmac.Equal([]byte(expected), []byte(header.Get("X-Mist-Signature-v2")))
}`,
    readKey: TEXT_KEY,
  },
  github: {
    imports: ["crypto/hmac", "crypto/sha256", "encoding/hex"],
    isTimed: false,
    isGenuine: `func isGenuine(header http.Header, body []byte) bool {
	mac := hmac.New(sha256.New, key)
	mac.Write(body)
	expected := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	return hmac.Equal([]byte(expected), []byte(header.Get("X-Hub-Signature-256")))
}`,
    readKey: TEXT_KEY,
  },
  stripe: {
    imports: ["crypto/hmac", "crypto/sha256", "encoding/hex", "strconv", "strings"],
    isTimed: true,
    isGenuine: `func isGenuine(header http.Header, body []byte) bool {
	// t=<unix seconds>,v1=<signature>, and one v1 more for each secret that is valid now.
	entries := strings.Split(header.Get("Stripe-Signature"), ",")
	timestamp := strings.TrimPrefix(entries[0], "t=")
	if !isRecent(timestamp) {
		return false
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	expected := "v1=" + hex.EncodeToString(mac.Sum(nil))
	for _, signature := range entries[1:] {
		if hmac.Equal([]byte(expected), []byte(signature)) {
			return true
		}
	}
	return false
}

${IS_RECENT}`,
    readKey: TEXT_KEY,
  },
  none: ({ header }) => ({
    imports: ["crypto/subtle"],
    isTimed: false,
    isGenuine: `// Requests are not signed: the proof is a header that the two of you know.
func isGenuine(header http.Header, body []byte) bool {
	return subtle.ConstantTimeCompare(key, []byte(header.Get(${literal(header)}))) == 1
}`,
    readKey: TEXT_KEY,
  }),
};
