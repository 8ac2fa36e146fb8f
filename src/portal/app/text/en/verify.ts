/** What the page of verification says. */
export const verify = {
  signing: {
    title: "How requests are signed",
    schemes: {
      standard:
        "Standard Webhooks: HMAC-SHA256 of the id, the time and the body, with a secret that your endpoint holds, too.",
      "standard-ed25519":
        "Standard Webhooks with a key pair: an ed25519 signature of the id, the time and the body. Your endpoint holds the public key, with which nobody can sign.",
      mist: "As Juniper Mist signs: HMAC-SHA256 of the body, with a secret that your endpoint holds, too. No time is signed, so a request that somebody recorded stays genuine: skip what you have handled before.",
      github:
        "As GitHub signs: HMAC-SHA256 of the body, with a secret that your endpoint holds, too. No time is signed, so a request that somebody recorded stays genuine: skip what you have handled before.",
      stripe:
        "As Stripe signs: HMAC-SHA256 of the time and the body, with a secret that your endpoint holds, too.",
      none: "Nothing is signed. Your endpoint can tell our requests from others by the webhook’s own headers only, and not whether a request was changed on the way.",
    },
    own: (scheme: string) =>
      `With “${scheme}”, a scheme of this service’s own. Its documentation says which headers come and how to verify them.`,
    headers: "Headers of each request",
    header: {
      "webhook-id": "The id of the event or of the batch. The same at every attempt.",
      "webhook-timestamp": "When the attempt was signed, in Unix seconds. Refuse more than five minutes.",
      "webhook-signature": "A signature in base64 for each secret, after v1 or v1a and a comma.",
      "X-Mist-Signature-v2": "The signature, in hexadecimal.",
      "X-Mist-Signature": "The same with SHA-1, for old endpoints. Do not rely on it.",
      "X-Hub-Signature-256": "sha256= and the signature, in hexadecimal.",
      "Stripe-Signature": "The time after t=, and a signature in hexadecimal for each secret, after v1=.",
    } as Readonly<Record<string, string>>,
    ownHeader: "A header of this webhook’s own; its value is not shown.",
    credentials: "The user name and the password of the URL.",
    noHeaders:
      "This webhook has no headers of its own, so anybody who knows the address can send to it. Add a header, or choose a signature.",
    toSettings: "To the settings",
  },
  secrets: {
    title: "Signing secrets",
    titleKeys: "Signing keys",
    description:
      "Each request carries a signature for each of these. A secret is shown once, when it is made.",
    descriptionNewest: "Requests are signed with the newest. A secret is shown once, when it is made.",
    descriptionKeys:
      "Each request carries a signature for each of these. The private halves never leave here.",
    table: "Secrets that sign",
    secret: "Secret",
    key: "Key",
    made: "Made",
    until: "Signs until",
    newest: "Current",
    older: "Previous",
    noEnd: "The next rotation",
    idle: "Signs no more",
    publicKey: "Public key",
  },
  rotate: {
    button: "Rotate the secret",
    buttonKey: "Rotate the key",
    title: (name: string) => `Rotate the secret of ${name}`,
    titleKey: (name: string) => `Rotate the key of ${name}`,
    text: "A new secret signs from now on. The old one signs as well for the time below, so nothing is refused while your endpoint changes over.",
    textKey:
      "A new key pair signs from now on. The old one signs as well for the time below, so nothing is refused while your endpoint takes the new public key.",
    textNewest:
      "The header of this scheme has room for one signature: requests are signed with the new secret at once. Let your endpoint take both secrets first, so enter one that you have made. Otherwise deliveries fail until it knows the new one, and are tried again.",
    overlap: "How long the old one signs as well",
    overlaps: { "0": "Not at all: it ends now", "1h": "1 hour", "24h": "24 hours", "7d": "7 days" },
    overlapNone: "Deliveries fail until your endpoint has the new one, and are tried again.",
    who: "The new secret",
    whoMade: "Make one for me; it is shown once",
    whoOwn: "I enter my own",
    own: "New secret",
    ownHint: {
      standard: "whsec_ and the base64 of 24 to 64 random bytes, such as openssl rand -base64 32 prints.",
      other: "A long random text, up to 1024 bytes.",
    },
    noReveal:
      "You may not see secrets, and one that is made here would be shown to nobody. Ask someone who may see them to rotate it, or enter one that you have made.",
    submit: "Rotate",
    done: "The secret is rotated",
    doneKey: "The key is rotated",
    doneKeyText: "The new public key is on this page. Give it to your endpoint.",
  },
  code: {
    title: "Code for your endpoint",
    description: (path: string) =>
      `A whole receiver for this webhook. It listens at ${path}, checks every request, and answers 204, or 401 to what is not genuine. It reads the secret from WEBHOOK_SECRET and the port from PORT, else 3000.`,
    descriptionKey: (path: string) =>
      `A whole receiver for this webhook. It listens at ${path}, checks every request, and answers 204, or 401 to what is not genuine. It reads the public key from WEBHOOK_SECRET and the port from PORT, else 3000.`,
    descriptionNone: (path: string, header: string) =>
      `A whole receiver for this webhook. It listens at ${path}, compares the header ${header}, and answers 204, or 401 to what is not genuine. It reads the header’s value from WEBHOOK_SECRET and the port from PORT, else 3000.`,
    exampleHeader: (header: string) =>
      `${header} is an example: it stands for the header that you add under Settings.`,
    noUrl: "This webhook has no URL yet. When it has one, the code listens at its path.",
    own: (scheme: string) =>
      `There is no code for “${scheme}”: the documentation of this service says how to verify it.`,
    languages: "Language",
    node: "Node",
    python: "Python",
    go: "Go",
    label: (language: string) => `Receiver in ${language}`,
    tryIt: "Try it: send a test event under Recent deliveries",
  },
};
