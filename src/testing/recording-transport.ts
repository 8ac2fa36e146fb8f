import type { Transport, TransportRequest, TransportResult } from "../model/transport.js";

/** What to answer: a status, or a whole result with what is left out filled in. */
export type RecordedAnswer = number | (Partial<TransportResult> & { readonly kind: TransportResult["kind"] });

/** A transport that sends nothing and remembers everything. */
export interface RecordingTransport extends Transport {
  /** Every request so far, oldest first. Header values are as they would have been sent, secrets included. */
  readonly requests: readonly TransportRequest[];
  /** Answers like this from now on; a list is gone through, its last entry holds from then on. */
  answer(answers: RecordedAnswer | readonly RecordedAnswer[]): void;
}

/**
 * Stands in for the network in a host's own tests.
 *
 *     const transport = recordingTransport([500, 200]);
 *     const webhooks = createWebhooks({ catalogue, store: memoryStore(), transport });
 *
 * @param answers - @default 200
 */
export function recordingTransport(
  answers: RecordedAnswer | readonly RecordedAnswer[] = 200,
): RecordingTransport {
  const requests: TransportRequest[] = [];
  let queue = toQueue(answers);
  return {
    requests,
    answer(next) {
      queue = toQueue(next);
    },
    async send(request) {
      requests.push(request);
      const [next = 200] = queue;
      if (queue.length > 1) queue = queue.slice(1);
      return resultOf(next);
    },
  };
}

function toQueue(answers: RecordedAnswer | readonly RecordedAnswer[]): readonly RecordedAnswer[] {
  return typeof answers === "object" && "length" in answers ? answers : [answers as RecordedAnswer];
}

function resultOf(answer: RecordedAnswer): TransportResult {
  if (typeof answer === "number") return resultOf({ kind: "response", status: answer });
  if (answer.kind === "failure") return { reason: "timeout", message: "as the test says", ms: 1, ...answer };
  return { status: 200, headers: {}, body: "", truncated: false, ms: 1, ...answer };
}
