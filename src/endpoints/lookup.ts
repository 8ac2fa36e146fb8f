import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from "node:dns";
import type { LookupFunction } from "node:net";
import { EndpointRefusedError } from "./refused.js";

/** Answers every address of a name, or rejects. */
export type Resolver = (hostname: string, options: LookupOptions) => Promise<readonly LookupAddress[]>;

/** The operating system's resolver, hosts file included. */
export const systemResolver: Resolver = (hostname, { family, hints }) =>
  new Promise((resolve, reject) => {
    const options = { all: true, family: family ?? 0, hints: hints ?? 0 } as const;
    dnsLookup(hostname, options, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });

/**
 * A `lookup` for `net.connect` that asks once and answers only addresses that `isAllowed` lets through. What it
 * answers is what is connected to, so a name that changes its answer between check and use gains nothing.
 *
 * Calls back with {@link EndpointRefusedError} when no address is left, and with the resolver's own error when it
 * fails: nothing is connected to then either.
 */
export function guardedLookup(
  resolve: Resolver,
  isAllowed: (address: string, hostname: string) => boolean,
): LookupFunction {
  return (hostname, options, callback) => {
    const fail = (error: NodeJS.ErrnoException) => callback(error, options.all ? [] : "");
    resolve(hostname, options).then(
      (answers) => {
        const kept = answers.filter(({ address }) => isAllowed(address, hostname));
        const [first] = kept;
        if (!first) fail(new EndpointRefusedError());
        else if (options.all) callback(null, kept);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => fail(error instanceof Error ? error : new Error("The resolver failed.")),
    );
  };
}
