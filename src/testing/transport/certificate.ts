import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { isIPv4 } from "node:net";

/** A key and its certificate, both in PEM. */
export interface SelfSigned {
  readonly key: string;
  readonly cert: string;
}

/**
 * A fresh self-signed certificate (P-256, X.509 v3 after RFC 5280) for tests: Node makes keys but no certificates,
 * and one that is checked in would expire or end up in somebody's trust store.
 *
 * @param names - Host names and IPv4 addresses it is for.
 */
export function selfSigned(names: readonly string[]): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  const commonName = der(0x0c, Buffer.from("hookwright test"));
  const name = sequence(der(0x31, sequence(oid(0x55, 0x04, 0x03), commonName)));
  const validity = sequence(generalizedTime("20000101000000Z"), generalizedTime("99991231235959Z"));
  const serial = der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)]));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    serial,
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(alternativeNames(names), certificateAuthority())),
  );
  const signature = sign("sha256", body, privateKey);
  const cert = sequence(body, ecdsaWithSha256, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${cert.toString("base64")}\n-----END CERTIFICATE-----\n`,
  };
}

/** RFC 5280, section 4.2.1.6: `dNSName` is [2], `iPAddress` is [7]. */
function alternativeNames(names: readonly string[]): Buffer {
  const entries = names.map((name) =>
    isIPv4(name)
      ? der(0x87, Buffer.from(name.split(".").map(Number)))
      : der(0x82, Buffer.from(name, "ascii")),
  );
  return sequence(oid(0x55, 0x1d, 0x11), der(0x04, sequence(...entries)));
}

/** RFC 5280, section 4.2.1.9: it may be given as its own authority. */
function certificateAuthority(): Buffer {
  return sequence(oid(0x55, 0x1d, 0x13), der(0x04, sequence(der(0x01, Buffer.from([0xff])))));
}

function sequence(...parts: Uint8Array[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function oid(...bytes: number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

function generalizedTime(text: string): Buffer {
  return der(0x18, Buffer.from(text, "ascii"));
}

/** Tag, length in DER's shortest form, content. */
function der(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
