/** What the page that creates a webhook says, and how the two kinds of delivery are explained everywhere. */
export const create = {
  title: "Create a webhook",
  intro:
    "Begin with a name and a kind of delivery. The webhook is created disabled: its address and its events come next, and nothing is sent before you enable it.",
  type: "Delivery type",
  recommended: "Recommended",
  types: {
    event: {
      title: "Instant Event Delivery",
      summary: "Each event is posted to your endpoint as it happens.",
      when: "Pick this when",
      reasons: [
        "your endpoint expects each event by itself: a SIEM, a workflow engine, a chat channel;",
        "you want to react almost in real time;",
        "there are not very many events.",
      ],
    },
    batch: {
      title: "Batch Delivery",
      summary: "Events are collected and posted together.",
      when: "Pick this when",
      reasons: [
        "your endpoint prefers few large requests: a long-term archive, a daily report, a small server;",
        "there are very many events, such as the sessions of a busy network.",
      ],
    },
  },
  batchLimits: (maxEvents: number, intervalMinutes: number) =>
    `A batch is sent at ${maxEvents.toLocaleString()} events or after ${intervalMinutes.toLocaleString()} ${
      intervalMinutes === 1 ? "minute" : "minutes"
    }, whichever comes first; you can change both.`,
  name: "Name",
  nameHint:
    "Who receives it, such as Splunk, Ops Slack or SIEM. 3 to 125 letters, digits, spaces, dashes, underscores or full stops.",
  scope: "Scope",
  scopeHint: "It hears what happens here and everywhere below. This cannot be changed later.",
  submit: "Create webhook",
  submitting: "Creating…",
  failed: "The webhook was not created",
  created: (name: string) => `${name} is created`,
  next: "Enter its address and tick its events, then enable it.",
  noSecret:
    "An earlier try had created it already. Its secret cannot be shown again: make a new one under Verification.",
  mayNotTitle: "You may not create webhooks here",
  mayNot: "You may look at them, but not change them. Ask whoever gave you access.",
};
