import type { Millis } from "../model/time.js";
import type { Transport, TransportRequest, TransportResult } from "../model/transport.js";
import { checkedResult } from "./checked-result.js";
import type { Deadlines } from "./deadline.js";

/** What one request needs of the rest. */
export interface TransmitParts {
  readonly transport: Transport;
  readonly deadlines: Deadlines;
}

/**
 * Makes one request within its time. A transport that does not heed its signal is left alone.
 *
 * Rejects with what the transport throws, and with a TypeError when it answers what is no {@link TransportResult}.
 */
export function transmit(
  { transport, deadlines }: TransmitParts,
  request: TransportRequest,
  timeoutMs: Millis,
): Promise<TransportResult> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const deadline = deadlines.begin(timeoutMs, () =>
      resolve(failed("timeout", "the transport did not heed its signal", begun)),
    );
    const isFree = transport.releasesSignal === true;
    const fail = (error: unknown) => {
      deadlines.end(deadline);
      reject(error);
    };
    try {
      transport.send(request, deadline.signal).then((result) => {
        deadlines.end(deadline, isFree);
        try {
          resolve(checkedResult(result));
        } catch (error) {
          reject(error);
        }
      }, fail);
    } catch (error) {
      fail(error);
    }
  });
}

/** The result of a request that has none of its transport's. */
export function failed(reason: "reset" | "timeout", message: string, begun: number): TransportResult {
  return { kind: "failure", reason, message, ms: performance.now() - begun };
}
