import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/**
 * Which addresses a webhook may go to. Pure: text in, verdict out.
 *
 * ipaddr.js parses and compares; its own names of ranges are not used, because it calls `::7f00:1`, ISATAP and
 * `4000::1` ordinary addresses, and because it reads `010.0.0.1` and `127.1` as resolvers of old did.
 */
export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** A network: any address in it, and the length of its prefix in bits. */
export type Network = readonly [address: Address, bits: number];

/** `refused` can be opened by the operator, `metadata` (a cloud's credentials service) cannot. */
export type AddressVerdict = "allowed" | "refused" | "metadata";

/** IANA IPv4 special-purpose registry, and Azure's wire server, which sits in public space. */
const REFUSED_IPV4 = networks(
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "168.63.129.16/32",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
);

/** The only part of IPv6 that is assigned to the public internet. */
const GLOBAL_IPV6 = networks("2000::/3");

/** Of that part: protocol assignments with Teredo, documentation, 6to4, AS112, the old 6bone. */
const REFUSED_IPV6 = networks(
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "2620:4f:8000::/48",
  "3ffe::/16",
  "3fff::/20",
);

/** Where clouds hand credentials to whoever asks from inside: EC2, ECS, EKS, GCP, Alibaba, Oracle, Azure. */
const METADATA = networks(
  "169.254.169.254/32",
  "169.254.170.2/32",
  "169.254.170.23/32",
  "100.100.100.200/32",
  "192.0.0.192/32",
  "168.63.129.16/32",
  "fd00:ec2::254/128",
  "fd00:ec2::23/128",
  "fd20:ce::254/128",
);

const NAT64 = networks("64:ff9b::/96", "64:ff9b:1::/48");
const IPV4_COMPATIBLE = networks("::/96");
const IPV4_TRANSLATED = networks("::ffff:0:0:0/96");
const SIX_TO_FOUR = networks("2002::/16");
const TEREDO = networks("2001::/32");

/** The address, with `::ffff:a.b.c.d` taken as the IPv4 address it is; `null` when the text is none in full notation. */
export function parseAddress(text: string): Address | null {
  if (isIP(text) === 0) return null;
  try {
    return ipaddr.process(text);
  } catch {
    return null;
  }
}

/** The network in CIDR notation; `null` when the text is none. */
export function parseNetwork(text: string): Network | null {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text);
  if (!match?.[1] || isIP(match[1]) === 0) return null;
  const given = isIP(match[1]) === 4 ? 4 : 6;
  const bits = Number(match[2]);
  if (bits > (given === 4 ? 32 : 128)) return null;
  const address = parseAddress(match[1]);
  if (address === null) return null;
  if (given === 4 || address.kind() === "ipv6") return [address, bits];
  // `::ffff:10.0.0.0/104` is 10.0.0.0/8; a shorter prefix than the mapping itself is no IPv4 network.
  return bits >= 96 ? [address, bits - 96] : null;
}

/** Whether an address is in one of the networks. */
export function isInside(address: Address, among: readonly Network[]): boolean {
  return among.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
}

/** Whether an address may be reached when the operator opened nothing. Text that is no address is refused. */
export function judgeAddress(text: string): AddressVerdict {
  const address = parseAddress(text);
  return address === null ? "refused" : judge(address);
}

/** {@link judgeAddress} of an address that is parsed already. */
export function judge(address: Address): AddressVerdict {
  if (isInside(address, METADATA)) return "metadata";
  if (address instanceof ipaddr.IPv4) return isInside(address, REFUSED_IPV4) ? "refused" : "allowed";
  const embedded = embeddedIPv4(address);
  // An operator who opens a translation prefix must not thereby open the metadata service behind it.
  if (embedded.some((ipv4) => isInside(ipv4, METADATA))) return "metadata";
  if (!isInside(address, GLOBAL_IPV6) || isInside(address, REFUSED_IPV6)) return "refused";
  return embedded.some((ipv4) => isInside(ipv4, REFUSED_IPV4)) ? "refused" : "allowed";
}

/**
 * The IPv4 addresses an IPv6 address may lead to: NAT64 (RFC 6052), IPv4-compatible (RFC 4291), IPv4-translated
 * (RFC 2765), 6to4 (RFC 3056), Teredo (RFC 4380: server, and client inverted) and ISATAP (RFC 5214).
 */
function embeddedIPv4(address: ipaddr.IPv6): ipaddr.IPv4[] {
  const bytes = address.toByteArray();
  const at = (index: number, mask = 0) => new ipaddr.IPv4(bytes.slice(index, index + 4).map((b) => b ^ mask));
  const found: ipaddr.IPv4[] = [];
  if (isInside(address, NAT64) || isInside(address, IPV4_COMPATIBLE) || isInside(address, IPV4_TRANSLATED)) {
    found.push(at(12));
  }
  if (isInside(address, SIX_TO_FOUR)) found.push(at(2));
  if (isInside(address, TEREDO)) found.push(at(4), at(12, 0xff));
  // The interface identifier is [00|01|02|03]00:5efe:a.b.c.d: two flag bits, then IANA's OUI and type.
  const [flags = 0, zero, high, low] = bytes.slice(8, 12);
  if ((flags & 0xfc) === 0 && zero === 0 && high === 0x5e && low === 0xfe) found.push(at(12));
  return found;
}

function networks(...cidrs: string[]): Network[] {
  return cidrs.map((cidr) => ipaddr.parseCIDR(cidr));
}
