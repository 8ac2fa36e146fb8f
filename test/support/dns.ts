import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import { isIP } from "node:net";

/** Answers of the operating system's resolver while a test runs. */
export interface FakeDns {
  /** Names that were asked for so far. */
  readonly asked: readonly string[];
  /** Answers for a name, one look-up after another; the last one holds. Other names do not exist. */
  answer(name: string, ...addresses: readonly string[]): void;
  restore(): void;
}

/** Takes the place of `dns.lookup` for whoever imported it, the library included. */
export function fakeDns(): FakeDns {
  const real = dns.lookup;
  const asked: string[] = [];
  const answers = new Map<string, readonly string[]>();
  const lookup = (
    name: string,
    options: dns.LookupOptions,
    done: (error: Error | null, found: dns.LookupAddress[]) => void,
  ) => {
    // Servers that listen ask too, for the address they are given.
    if (isIP(name) !== 0) return real(name, options, done as never);
    asked.push(name);
    const [first, ...rest] = answers.get(name) ?? [];
    if (rest.length > 0) answers.set(name, rest);
    const unknown = Object.assign(new Error(`${name} is not known here`), { code: "ENOTFOUND" });
    if (!options.all) throw new Error("this stand-in answers lists only");
    process.nextTick(() =>
      first === undefined
        ? done(unknown, [])
        : done(null, [{ address: first, family: first.includes(":") ? 6 : 4 }]),
    );
  };
  dns.lookup = lookup as unknown as typeof dns.lookup;
  syncBuiltinESMExports();
  return {
    asked,
    answer(name, ...addresses) {
      answers.set(name, addresses);
    },
    restore() {
      dns.lookup = real;
      syncBuiltinESMExports();
    },
  };
}
