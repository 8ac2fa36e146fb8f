/** What the page of settings says. */
export const settings = {
  fields: {
    name: "Name",
    description: "Description",
    url: "Payload URL",
    forgetCredentials: "Credentials",
    format: "Body format",
    contentType: "Content type",
    ordered: "In order",
    maxEvents: "Batch size limit",
    intervalMinutes: "Batch interval in minutes",
    maxBytes: "Batch bytes limit",
    headers: "Headers",
    scheme: "Signature scheme",
    secret: "Signing secret",
    events: "Events",
    schedule: "Waits between attempts",
    timeout: "Time for an answer",
    autoDisable: "Disable by itself",
    verifyTls: "Check the certificate",
  },

  general: {
    title: "General",
    description: "What this webhook is called and where it sends.",
    nameHint: "3 to 125 letters, digits, spaces, - _ or . It appears in the list and in the audit log.",
    descriptionHint: "For people who look at this webhook, such as who owns the endpoint.",
    urlHint: "An https:// address that takes POST requests.",
    urlHintHttp: "An https:// or http:// address that takes POST requests.",
    urlExample: "https://hooks.example.com/in",
    urlCredentials:
      "The user name and password in this address are moved to a sealed Authorization header and never shown again.",
    held: "A user name and password from the address are kept, sealed, and sent as Authorization: Basic.",
    forget: "Forget them when saving",
    replaced: "The new address brings its own user name and password, which take their place.",
    contentTypeHint: "Empty: what the body format says, which is right for nearly every endpoint.",
    contentTypeOfFormat: "as the body format says",
    orderedLabel: "Deliver in order",
    orderedHint:
      "One delivery at a time, in the order of the events. Slower, and a delivery that fails holds up those behind it.",
  },
  moved: (headers: number, credentials: boolean) => {
    const values = headers === 1 ? "the value of 1 header" : `the values of ${headers} headers`;
    const user = "the kept user name and password";
    const what = headers === 0 ? user : credentials ? `${values} and ${user}` : values;
    return `This is another server. What was meant for the old one is not given to it: saving removes ${what}, unless you enter them again.`;
  },

  formats: {
    standard: "One JSON object an event: id, type, timestamp, scope and data, as Standard Webhooks has it.",
    array: "A JSON array of such objects, also when there is one event.",
    topic: "As Juniper Mist sends: an object with a topic and its events; a delivery holds one topic.",
    splunk:
      "Objects for Splunk’s HTTP Event Collector. Add a header Authorization with the value Splunk and your token.",
    cloudevents: "CloudEvents 1.0 of the CNCF, in structured mode; a batch is an array of them.",
  } as Readonly<Record<string, string>>,
  formatOwn: "A format of this service’s own.",

  batch: {
    title: "Batch limits",
    description: "A batch is sent as soon as it reaches any of these, whichever is first.",
    placeholder: (value: string) => `${value} (default)`,
    maxEventsHint: "Events in one delivery, 2 to 20,000.",
    intervalHint: "How long the oldest event waits at most, 1 to 86,400.",
    maxBytesHint: "Size of one body, such as 512 KiB or 4 MiB; up to 64 MiB.",
  },

  headers: {
    title: "Headers",
    description:
      "Sent with every request, for your endpoint to check or to route by. Values are sealed when they are saved and never shown again.",
    splunk: "Splunk expects a header Authorization with the value: Splunk and your collector’s token.",
    none: "No headers of its own.",
    row: (n: number, name: string) => (name === "" ? `Header ${n}` : `Header ${n}: ${name}`),
    name: "Name",
    value: "Value",
    kept: "•••••• kept; type to replace",
    keptRead: "•••••• (kept, not shown)",
    again: "Enter the value again",
    dropped: "Removed by the new address, unless you enter it again",
    add: "Add a header",
    remove: (name: string) => `Remove the header ${name}`,
  },

  signing: {
    title: "Signing",
    description: "How your endpoint can tell that a request comes from here and was not changed on the way.",
    schemes: {
      standard:
        "Standard Webhooks: HMAC-SHA256 in the header webhook-signature, with a shared whsec_ secret. There are libraries for most languages.",
      "standard-ed25519":
        "Standard Webhooks with a key pair: we keep the private key, your endpoint verifies with the public one and holds nothing secret.",
      mist: "As Juniper Mist signs: HMAC of the body in X-Mist-Signature-v2 (SHA-256) and X-Mist-Signature (SHA-1), with a secret that you choose.",
      github: "As GitHub signs: HMAC-SHA256 of the body in X-Hub-Signature-256.",
      stripe:
        "As Stripe signs: time and HMAC-SHA256 in Stripe-Signature, unless this service names the header otherwise.",
      none: "Nothing is signed. Your endpoint can tell our requests by a header only: add one under Headers.",
    } as Readonly<Record<string, string>>,
    schemeOwn: "A scheme of this service’s own.",
    secretHint: "Only to set a secret that you chose. Empty: what signs now goes on.",
    secretHintNew: "The secret that the new scheme signs with.",
    secretReplaces:
      "Saving replaces the secret at once: requests are no longer signed with the old one. To let both sign for a while, rotate it under Verification instead.",
    make: "Make one",
    fate: {
      kept: (others: boolean) =>
        others
          ? "The newest secret goes on with this scheme; the older ones stop signing at once. Change your endpoint at the same time."
          : "The secret goes on with this scheme. Change your endpoint at the same time.",
      dropped: "Every secret is deleted. Coming back to a scheme that signs needs a new one.",
      needed: "This scheme cannot use the secret that signs now: enter one, or have one made.",
      maybe: "The secret goes on if this scheme can use it. If it cannot, saving asks for a new one.",
    },
    now: (n: number) => (n === 1 ? "1 secret signs now." : `${n} secrets sign now.`),
    since: "since",
    until: "until",
    newest: "The newest, made",
    older: "An older one, which signs until",
    nothing: "Nothing is signed.",
    toVerify: "Rotate the secret, or see code that verifies",
  },

  events: {
    title: "Events",
    description: "What is sent. Only what is ticked, and only from the scope of this webhook and below.",
    count: (chosen: number, all: number) => `${chosen} of ${all} event types chosen`,
    countAll: (all: number) => `All ${all} event types, and those to come`,
    all: "All events, also future ones",
    allHint: "Types that are added later are sent without anybody choosing them.",
    list: "Event types",
    filter: "Filter event types",
    filterNone: "No event type has this in its name or description.",
    group: (name: string, n: number) => `${name} (${n})`,
    groupShown: (name: string, shown: number, n: number) => `${name} (${shown} of ${n} shown)`,
    ungrouped: "Other",
    later: "Also types to come:",
    laterHint: "Types added later whose name begins like this are sent, too.",
    through: (pattern: string) => `Sent because of ${pattern}.`,
    deprecated: "Deprecated",
    patterns: "Patterns",
    pattern: (n: number) => (n === 1 ? "1 type today, and any to come" : `${n} types today, and any to come`),
    spellOut: (pattern: string) => `Name its types instead: ${pattern}`,
    spellOutShort: "Name its types instead",
    gone: "No longer in the catalogue at this scope; nothing is sent for it.",
    remove: (name: string) => `Remove ${name}`,
    removeShort: "Remove",
    none: "Nothing can be chosen at this scope.",
    failed: "The event types could not be loaded",
  },

  retry: {
    title: "Retry and disabling",
    description: "What happens when your endpoint does not answer with success (2xx).",
    scheduleHint: (text: string) => `Such as 1m, 5m, 30m, 2h. Empty: the default, ${text}.`,
    summary: (attempts: number, total: string) =>
      `${attempts} attempts over ${total}, then the delivery counts as failed.`,
    bad: (part: string) => `“${part}” is no length of time. Write 90s, 5m, 2h or 3d.`,
    timeoutHint: (text: string) => `For one attempt, 1s to 60s. Empty: the default, ${text}.`,
    rule: {
      host: (text: string) => `The default: ${text}`,
      exhausted: "When a delivery failed at every attempt",
      never: "Never",
      consecutive: "After a number of failed attempts in a row",
      failingFor: "After failing for a while",
    },
    ruleShort: {
      exhausted: "when a delivery failed at every attempt",
      never: "never",
      consecutive: (n: string) => `after ${n} failed attempts in a row`,
      failingFor: (span: string) => `after failing for ${span}`,
    },
    ruleHint: "A disabled webhook gets nothing until it is enabled again; what was waiting is kept.",
    count: "Failed attempts in a row",
    span: "Failing for",
    spanHint: "Such as 12h or 5d.",
    tlsLabel: "Check the endpoint’s certificate",
    tlsHint: "Turn this off for a test system with a self-signed certificate only.",
    tlsWarning:
      "Anybody on the way can pose as your endpoint and read every event and every header value. Turn this on again as soon as you can.",
  },

  active: {
    title: "Active",
    description: "Takes effect at once, with the settings as they are saved.",
    label: "Webhook active",
    on: "Events are sent. Switching off pauses: what waits is kept, new events are not queued.",
    off: "Nothing is sent. Switching on resumes: what was waiting goes out at once.",
    missing: {
      both: "Enter a payload URL, choose at least one event and save; then it can be switched on.",
      url: "Enter a payload URL and save; then it can be switched on.",
      events: "Choose at least one event and save; then it can be switched on.",
    },
    enabled: "The webhook is active",
    disabled: "The webhook is paused",
    failed: "It could not be switched on: look at the fields that are marked.",
  },

  danger: {
    title: "Delete this webhook",
    description: "It cannot be brought back. To stop sending for a while, switch it off instead.",
    button: "Delete webhook",
    ask: (name: string) => `Delete “${name}”?`,
    verb: "Delete",
    lost: "Deliveries that are still to be tried are cancelled, events that wait for a batch are dropped, and its settings, headers and secret are gone.",
    unsaved: "Your unsaved changes are lost, too.",
    done: (name: string) => `“${name}” is deleted`,
  },

  bar: {
    label: "Unsaved changes",
    changes: (n: number, names: readonly string[]) =>
      `${n} unsaved ${n === 1 ? "change" : "changes"}: ${names.join(", ")}`,
    discard: "Discard",
    save: "Save",
    saved: "Saved",
    savedSecret: "The new secret is shown at the top of the page.",
    refused: "Not saved: look at the fields that are marked.",
    failed: (why: string) => `Not saved: ${why}`,
    discardAsk: "Discard your changes?",
    discardText: (names: readonly string[]) =>
      `What you changed goes back to what is saved: ${names.join(", ")}.`,
  },

  conflict: {
    title: "Someone else has saved this webhook",
    text: "It was changed while you were editing. Nothing of yours is saved yet, and nothing is lost. These settings differ:",
    field: "Setting",
    theirs: "Saved by them",
    mine: "Yours",
    untouched: "Not changed by you: theirs stays",
    keepMine: "Keep mine",
    takeTheirs: "Take theirs",
    table: "Settings that differ",
    keepHint:
      "“Keep mine” saves your changes over theirs. “Take theirs” drops your changes. Cancel goes on editing.",
  },

  values: {
    empty: "Empty",
    none: "None",
    default: "Default",
    kept: "As it was",
    hidden: "••••••",
    secret: "A new secret",
    newValue: (name: string) => `${name} (new value)`,
  },

  problems: {
    number: "Must be a whole number.",
    size: "Must be a size, such as 512 KiB or 4 MiB.",
    duration: "Must be a length of time, such as 90s, 5m, 2h or 3d.",
    schedule: "Must be lengths of time with commas between, such as 1m, 5m, 30m, 2h.",
    empty: "Must not be empty.",
    nameless: "Must have a name.",
    twice: "There is another header of this name.",
    renamed: "Enter the value again: the kept one belongs to the old name.",
  },
};
