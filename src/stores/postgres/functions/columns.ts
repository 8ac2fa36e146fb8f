/** What of a delivery stays as it is when it moves between `queue` and `history`. */
export const LASTING = `id, seq, created_at, first_attempt_at, place, span, subscription_id, scope, kind, type, format,
  event_id`;

/** The same, of a table called `q`. */
export const LASTING_OF_Q = `q.id, q.seq, q.created_at, q.first_attempt_at, q.place, q.span, q.subscription_id, q.scope,
  q.kind, q.type, q.format, q.event_id`;
