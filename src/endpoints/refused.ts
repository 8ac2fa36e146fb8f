/**
 * The one sentence an endpoint's owner sees for an address that is refused, closed, unreachable or unknown to DNS.
 * One for all, so that nobody can map a private network with us.
 */
export const ENDPOINT_REFUSED_MESSAGE = "The endpoint could not be reached or is not allowed.";

/** The `code` of an {@link EndpointRefusedError}. */
export const ERR_ENDPOINT_REFUSED = "ERR_ENDPOINT_REFUSED";

/** What a connection ends with when the endpoint policy refuses every address it could go to. Names neither host nor address. */
export class EndpointRefusedError extends Error {
  override readonly name = "EndpointRefusedError";
  readonly code = ERR_ENDPOINT_REFUSED;

  constructor() {
    super(ENDPOINT_REFUSED_MESSAGE);
  }
}
