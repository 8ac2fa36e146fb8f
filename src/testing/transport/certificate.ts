import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIPv4 } from "node:net";

/** A key and its certificate, both in PEM. */
export interface SelfSigned {
  readonly key: string;
  readonly cert: string;
}

/** An authority that nobody knows until a test says that it is to be trusted. */
export interface Authority {
  /** Its own certificate in PEM: what to trust. */
  readonly cert: string;
  /**
   * A certificate that it vouches for.
   *
   * @param names - Host names and IPv4 addresses it is for.
   * @param until - When it ends. @default the year 9999
   */
  issue(names: readonly string[], until?: Date): SelfSigned;
}

/**
 * A fresh self-signed certificate (P-256, X.509 v3 after RFC 5280) for tests: Node makes keys but no certificates,
 * and one that is checked in would expire or end up in somebody's trust store. It may be trusted as its own authority.
 *
 * @param names - Host names and IPv4 addresses it is for.
 */
export function selfSigned(names: readonly string[]): SelfSigned {
  const keys = newKeys();
  const cert = certificate({ keys, subject: SITE, issuer: SITE, signer: keys.privateKey, names, isCa: true });
  return { key: pem(keys.privateKey), cert };
}

/** A fresh authority for tests, and what it vouches for. */
export function testAuthority(): Authority {
  const own = newKeys();
  const common = { issuer: AUTHORITY, signer: own.privateKey };
  return {
    cert: certificate({ ...common, keys: own, subject: AUTHORITY, names: [], isCa: true }),
    issue(names, until) {
      const keys = newKeys();
      return {
        key: pem(keys.privateKey),
        cert: certificate({ ...common, keys, subject: SITE, names, until }),
      };
    },
  };
}

const SITE = "hookwright test";
const AUTHORITY = "hookwright test authority";
const LAST_SECOND = new Date("9999-12-31T23:59:59Z");

interface Keys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

interface Contents {
  readonly keys: Keys;
  readonly subject: string;
  readonly issuer: string;
  readonly signer: KeyObject;
  readonly names: readonly string[];
  readonly isCa?: boolean;
  readonly until?: Date | undefined;
}

function newKeys(): Keys {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function pem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function certificate({ keys, subject, issuer, signer, names, isCa, until = LAST_SECOND }: Contents): string {
  const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  const validity = sequence(generalizedTime(new Date("2000-01-01T00:00:00Z")), generalizedTime(until));
  const serial = der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)]));
  const extensions = [
    ...(names.length > 0 ? [alternativeNames(names)] : []),
    ...(isCa ? [certificateAuthority()] : []),
  ];
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    serial,
    ecdsaWithSha256,
    nameOf(issuer),
    validity,
    nameOf(subject),
    keys.publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign("sha256", body, signer)]));
  const whole = sequence(body, ecdsaWithSha256, signature).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${whole}\n-----END CERTIFICATE-----\n`;
}

function nameOf(commonName: string): Buffer {
  const value = der(0x0c, Buffer.from(commonName));
  return sequence(der(0x31, sequence(oid(0x55, 0x04, 0x03), value)));
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

/** RFC 5280, section 4.2.1.9: it may vouch for others, and for itself. */
function certificateAuthority(): Buffer {
  return sequence(oid(0x55, 0x1d, 0x13), der(0x04, sequence(der(0x01, Buffer.from([0xff])))));
}

function sequence(...parts: Uint8Array[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function oid(...bytes: number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

function generalizedTime(at: Date): Buffer {
  return der(0x18, Buffer.from(`${at.toISOString().slice(0, 19).replace(/[-:T]/g, "")}Z`, "ascii"));
}

/** Tag, length in DER's shortest form, content. */
function der(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
