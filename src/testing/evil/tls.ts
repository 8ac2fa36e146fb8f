import { createServer as createTcp, type Server } from "node:net";
import { createServer as createTls, type TLSSocket, type TlsOptions } from "node:tls";
import { type Authority, selfSigned } from "../transport/certificate.js";
import type { EvilName } from "./list.js";

/** The evils of TLS. */
export type TlsEvil = Extract<EvilName, `tls-${string}`>;

/** The name that the certificate of `tls-host-header` is for. */
export const HOST_HEADER = "header.example";

/** A server for each evil of TLS, and `null` for one without fault. Whoever trusts it all the same gets a good answer. */
export function tlsServers(
  authority: Authority,
  serve: (socket: TLSSocket) => void,
): readonly (readonly [TlsEvil | null, Server])[] {
  const over = (options: TlsOptions) =>
    createTls(options, serve)
      // A sender that refuses the certificate goes away in the middle of the handshake.
      .on("tlsClientError", (_, socket) => socket.destroy());
  const here = ["127.0.0.1"];
  return [
    [null, over(authority.issue(here))],
    ["tls-silent", createTcp((socket) => void socket.resume())],
    ["tls-wrong-name", over(authority.issue(["other.example"]))],
    ["tls-host-header", over(authority.issue([HOST_HEADER]))],
    ["tls-expired", over(authority.issue(here, new Date("2001-01-01T00:00:00Z")))],
    ["tls-self-signed", over(selfSigned(here))],
    [
      "tls-old-protocol",
      over({
        ...authority.issue(here),
        minVersion: "TLSv1",
        maxVersion: "TLSv1.1",
        ciphers: "DEFAULT@SECLEVEL=0",
      }),
    ],
  ];
}
