import { BlockList } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeAddress, parseAddress, parseNetwork } from "../../src/endpoints/address.js";

/** The refused networks of the address policy, as IANA's registries and our list of facts have them. */
const IPV4 = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"],
  ...[
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
  ],
  ...["192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"],
  "168.63.129.16/32",
];
const IPV6 = [
  ...["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20"],
  // All that is not 2000::/3.
  ...["::/3", "4000::/2", "8000::/1"],
];

interface Range {
  readonly cidr: string;
  readonly first: bigint;
  readonly last: bigint;
  readonly write: (value: bigint) => string;
  readonly most: bigint;
}

/** By arithmetic of its own, so that it shares no mistake with what it checks. */
function rangeOf(cidr: string): Range {
  const [text = "", bits = ""] = cidr.split("/");
  const isIPv4 = !text.includes(":");
  const width = isIPv4 ? 32n : 128n;
  const size = 1n << (width - BigInt(bits));
  const value = isIPv4 ? readIPv4(text) : readIPv6(text);
  const first = value - (value % size);
  const write = isIPv4 ? writeIPv4 : writeIPv6;
  return { cidr, first, last: first + size - 1n, write, most: (1n << width) - 1n };
}

function readIPv4(text: string): bigint {
  return text.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function writeIPv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
}

function readIPv6(text: string): bigint {
  const [head = "", tail = ""] = text.split("::");
  const parts = (side: string) => (side === "" ? [] : side.split(":"));
  const zeros = Array(8 - parts(head).length - parts(tail).length).fill("0");
  const all = text.includes("::") ? [...parts(head), ...zeros, ...parts(tail)] : parts(text);
  return all.reduce((sum: bigint, part) => sum * 65_536n + BigInt(`0x${part}`), 0n);
}

function writeIPv6(value: bigint): string {
  return Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 65_535n).toString(16),
  ).join(":");
}

describe.each([IPV4.map(rangeOf), IPV6.map(rangeOf)])("each refused range", (...ranges) => {
  const isRefused = (value: bigint) => ranges.some(({ first, last }) => value >= first && value <= last);

  test.each(ranges)(
    "$cidr: the first, the last and one in the middle; just outside by its neighbours",
    (range) => {
      const { first, last, most, write } = range;
      for (const inside of [first, last, (first + last) / 2n]) {
        expect(judgeAddress(write(inside)), write(inside)).not.toBe("allowed");
        if (most < 2n ** 33n) expect(judgeAddress(`::ffff:${write(inside)}`)).not.toBe("allowed");
      }
      for (const outside of [first - 1n, last + 1n].filter((value) => value >= 0n && value <= most)) {
        const expected = isRefused(outside) ? ["refused", "metadata"] : ["allowed"];
        expect(expected, write(outside)).toContain(judgeAddress(write(outside)));
      }
    },
  );
});

test("half of the edges are edges of the public internet, so that the test above can fail", () => {
  const edges = [...IPV4, ...IPV6]
    .map(rangeOf)
    .flatMap(({ first, last, write, most }) =>
      [first - 1n, last + 1n].filter((value) => value >= 0n && value <= most).map(write),
    );
  const open = edges.filter((address) => judgeAddress(address) === "allowed");
  expect(open.length).toBeGreaterThan(edges.length / 2);
});

test.each([
  "8.8.8.8",
  "1.1.1.1",
  "168.63.129.15",
  "168.63.129.17",
  "2606:4700::1111",
  "2a00:1450:4001:81b::200e",
])("%s is allowed", (ip) => expect(judgeAddress(ip)).toBe("allowed"));

test.each([
  "169.254.169.254",
  "::ffff:169.254.169.254",
  "169.254.170.2",
  "100.100.100.200",
  "192.0.0.192",
  "168.63.129.16",
  "fd00:ec2::254",
  "FD00:0EC2:0:0:0:0:0:0254",
  "64:ff9b::a9fe:a9fe",
  "64:ff9b:1::a9fe:a9fe",
  "::a9fe:a9fe",
  "::ffff:0:a9fe:a9fe",
  "2002:a9fe:a9fe::1",
  "2001:0:a9fe:a9fe::1",
  "2001:0:1:1:0:0:5601:5601",
  "2a00:1::5efe:a9fe:a9fe",
])("%s is a metadata address, however it is written", (ip) => expect(judgeAddress(ip)).toBe("metadata"));

test.each([
  ["mapped", "::ffff:127.0.0.1"],
  ["mapped, in hexadecimal", "::ffff:7f00:1"],
  ["compatible, which libraries call ordinary", "::7f00:1"],
  ["translated", "::ffff:0:7f00:1"],
  ["NAT64", "64:ff9b::10.0.0.1"],
  ["NAT64, local", "64:ff9b:1::10.0.0.1"],
  ["6to4", "2002:7f00:1::1"],
  ["Teredo", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
  ["ISATAP of a private address", "2a00:1::5efe:10.0.0.1"],
  ["ISATAP with the universal bit", "2a00:1::200:5efe:192.168.1.1"],
  ["outside of what is assigned", "4000::1"],
  ["unique local", "fd12::1"],
  ["link local with a zone", "fe80::1%eth0"],
  ["link local with a zone that ipaddr.js cannot read", "fe80::1%eth0.100"],
  ["multicast", "ff02::1"],
  ["too few parts, as inet_aton takes it", "127.1"],
  ["octal", "010.8.8.8"],
  ["hexadecimal", "0x8.8.8.8"],
  ["a number", "134744072"],
  ["a name", "example.com"],
  ["nothing", ""],
  ["a space", "8.8.8.8 "],
])("refused: %s", (_, ip) => expect(judgeAddress(ip)).toBe("refused"));

test.each([
  ["ISATAP of a public address", "2a00:1::5efe:8.8.8.8"],
  ["mapped public", "::ffff:8.8.8.8"],
])("allowed: %s", (_, ip) => expect(judgeAddress(ip)).toBe("allowed"));

test("what is allowed is outside every refused range by an independent list", () => {
  const list = new BlockList();
  for (const { first, last, write } of IPV4.map(rangeOf)) list.addRange(write(first), write(last), "ipv4");
  fc.assert(
    fc.property(fc.ipV4(), (ip) => {
      expect(judgeAddress(ip) === "allowed").toBe(!list.check(ip, "ipv4"));
      expect(judgeAddress(`::ffff:${ip}`)).toBe(judgeAddress(ip));
    }),
    { numRuns: 2_000 },
  );
});

test("no IPv6 address outside of 2000::/3 is allowed, and no text makes it throw", () => {
  fc.assert(
    fc.property(fc.ipV6(), (ip) => {
      const address = parseAddress(ip);
      if (judgeAddress(ip) === "allowed" && address?.kind() === "ipv6") expect(ip).toMatch(/^[23]/);
    }),
    { numRuns: 2_000 },
  );
  fc.assert(
    fc.property(fc.string(), (text) => ["refused", "allowed", "metadata"].includes(judgeAddress(text))),
  );
});

test("networks", () => {
  expect(parseNetwork("10.0.0.0/8")?.[1]).toBe(8);
  expect(parseNetwork("::ffff:10.0.0.0/104")?.map(String)).toEqual(["10.0.0.0", "8"]);
  expect(parseNetwork("fd00::/8")?.map(String)).toEqual(["fd00::", "8"]);
  for (const bad of [
    "10.0.0.0",
    "10.0.0.0/33",
    "10/8",
    "fd00::/129",
    "::ffff:0:0/95",
    "a/8",
    "10.0.0.0/-1",
    "/8",
    "",
  ]) {
    expect(parseNetwork(bad), bad).toBeNull();
  }
});
