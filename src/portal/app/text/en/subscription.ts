/** What stands around the pages of one webhook. */
export const subscription = {
  back: "All webhooks",
  lastAttempt: "Last attempt",
  tabs: {
    label: "Views of this webhook",
    settings: "Settings",
    deliveries: "Recent deliveries",
    pending: "Pending events",
    activity: "Activity",
    verify: "Verification",
  },
  notFoundTitle: "This webhook is not there",
  disabledTitle: {
    manual: "Someone paused this webhook",
    exhausted: "Disabled by itself: a delivery failed at every attempt",
    consecutive: "Disabled by itself: too many attempts failed in a row",
    failingFor: "Disabled by itself: it failed for too long",
    gone: "Disabled by itself: the endpoint says that it is gone",
  },
  disabledAdvice: {
    manual:
      "Nothing is sent meanwhile. What was already waiting is kept and goes out as soon as it is enabled; events since then can be brought back under Recent deliveries.",
    exhausted:
      "Look under Recent deliveries at what the endpoint answered, mend it, then enable the webhook and bring back what it missed.",
    consecutive:
      "Look under Recent deliveries at what the endpoint answered, mend it, then enable the webhook and bring back what it missed.",
    failingFor:
      "Look under Recent deliveries at what the endpoint answered, mend it, then enable the webhook and bring back what it missed.",
    gone: "It answered 410. Enter an address that exists under Settings, or delete this webhook.",
  },
  secretTitle: "The signing secret",
  secretText:
    "This is shown once. Copy it to where your endpoint keeps its secrets; with it, the endpoint tells our requests from others.",
  secretLabel: "Signing secret",
  secretStored: "I have stored it",
  secretCode: "Code that verifies with it",
  enableAgain: "Enable",
  enabledAgain: "The webhook is enabled",
};
