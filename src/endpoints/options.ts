/** What the operator opens of what the endpoint policy refuses by itself. Everything left out stays closed. */
export interface EndpointOptions {
  /**
   * Whether `http://` URLs are taken.
   *
   * @default false
   */
  readonly allowHttp?: boolean;
  /**
   * Networks in CIDR notation, such as `"10.20.0.0/16"`, whose addresses may be reached although they are private.
   * Cloud metadata addresses stay refused.
   *
   * @default []
   */
  readonly allowNetworks?: readonly string[];
  /**
   * Hosts that may be reached whatever they are called and whatever private address they have: an exact host, or
   * `*.suffix` for every host below a suffix (not the suffix itself). Cloud metadata addresses stay refused.
   *
   * @default []
   */
  readonly allowHosts?: readonly string[];
  /**
   * Whether a subscription may turn off the check of its endpoint's certificate.
   *
   * @default false
   */
  readonly allowInsecureTls?: boolean;
}
