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
  /**
   * The proxy that every request leaves through: its URL, or {@link ProxyOptions}. Each target, plain HTTP too, is
   * reached by `CONNECT`, so the proxy has to allow that to the ports in use, which are often more than 443. The
   * proxy's own address is the operator's and is not judged; targets are judged as ever.
   *
   * @default none: requests leave directly
   */
  readonly proxy?: string | ProxyOptions;
}

/** An egress proxy, and how names reach it. */
export interface ProxyOptions {
  /**
   * Such as `"http://user:pass@proxy.corp:3128"`; `https://` where the proxy itself speaks TLS. User and password are
   * sent to the proxy as `Proxy-Authorization: Basic` and appear nowhere else.
   */
  readonly url: string;
  /**
   * Who asks DNS. `"here"`: names are resolved here, each address is judged, and the proxy is told the address; the
   * name stays in `Host` and in TLS. A name that changes its answer in between (rebinding) gains nothing.
   *
   * `"proxy"`: the proxy is told the name, for networks where only the proxy can resolve, and for proxies that take
   * nothing but names. Names and literal addresses are still judged, but what a name leads to is then the proxy's to
   * judge alone: it must refuse private networks and metadata services, or tenants reach them through it.
   *
   * @default "here"
   */
  readonly resolve?: "here" | "proxy";
  /**
   * Certificates of authorities to trust for an `https://` proxy, in PEM. Its certificate is always checked.
   *
   * @default those the transport trusts
   */
  readonly ca?: string | readonly string[];
}
