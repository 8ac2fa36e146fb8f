import { fromHex } from "../bytes.js";
import { listEntries, material, type Receiver, textKey } from "./receiver.js";

/** Stripe: `t=<unix seconds>,v1=<hex HMAC-SHA256 of t.body>`, one `v1` for each secret. Other entries are ignored. */
export const stripe: Receiver = {
  secret: "a text that is not empty",
  key: textKey,
  claim({ header, checkTime, signatureHeader }) {
    const entries = listEntries(header(signatureHeader), ",");
    const values = (name: string) =>
      entries.filter((e) => e.startsWith(name)).map((e) => e.slice(name.length));
    const timestamp = values("t=").join();
    checkTime(timestamp);
    return {
      prefix: `${timestamp}.`,
      signatures: values("v1=").map((hex) => material("HMAC", fromHex(hex))),
    };
  },
};
