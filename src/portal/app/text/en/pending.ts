/** What the page of pending events says. */
export const pending = {
  title: "Pending events",
  text: "What waits for the next flush, oldest first. A flush sends all of it together.",
  counted: "Waiting",
  atLeast: (n: number) => `at least ${n.toLocaleString()} events`,
  exactly: (n: number) => `${n.toLocaleString()} ${n === 1 ? "event" : "events"}`,
  next: "Next flush",
  inTime: (span: string) => `in ${span}`,
  now: "any moment now",
  orSooner: (events: string, size: string) => `or as soon as ${events} events or ${size} wait.`,
  disabled: "They wait until the webhook is enabled.",
  flush: "Flush now",
  flushed: (n: number) =>
    n === 0
      ? "Nothing was waiting"
      : `${n.toLocaleString()} ${n === 1 ? "event was" : "events were"} sent on`,
  flushedHint: "See Recent deliveries for how it went.",
  table: "Table of pending events",
  columns: { type: "Event type", id: "Event id", scope: "Scope", since: "Waits since" },
  emptyTitle: "Nothing is waiting",
  empty: (minutes: string, events: string) =>
    `Events that this webhook hears are collected here, and are sent as one delivery when the oldest has waited ${minutes}, or as soon as ${events} of them wait.`,
  instantTitle: "This webhook sends each event at once",
  instant: "Only batch webhooks collect events. What was sent is under Recent deliveries.",
  toDeliveries: "Recent deliveries",
};
