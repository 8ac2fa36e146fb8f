// Loaded before a snippet: names of the documentation are not looked up, because tests do not leave this machine.
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import { isIP } from "node:net";

const { lookup } = dns;
dns.lookup = (hostname, options, callback) => {
  if (isIP(hostname) !== 0) return lookup(hostname, options, callback);
  const done = typeof options === "function" ? options : callback;
  process.nextTick(
    done,
    Object.assign(new Error(`${hostname} is not looked up in tests`), { code: "ENOTFOUND" }),
  );
};
syncBuiltinESMExports();
