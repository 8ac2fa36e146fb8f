import type { DeliveryError } from "../model/delivery.js";
import type { TransportResult } from "../model/transport.js";

/** What an attempt met: an answer or none, or a request that we could not make. */
export type AttemptResult = TransportResult | { readonly kind: "unprepared"; readonly error: DeliveryError };
