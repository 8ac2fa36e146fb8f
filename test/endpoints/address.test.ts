import { BlockList } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeAddress, parseAddress, parseNetwork } from "../../src/endpoints/address.js";

/** First and last address of each refused range, and the neighbours outside it; `null` where the neighbour is refused too. */
const IPV4: readonly (readonly [string, string, string | null, string | null])[] = [
  ["0.0.0.0", "0.255.255.255", null, "1.0.0.0"],
  ["10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"],
  ["100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"],
  ["127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"],
  ["169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"],
  ["172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"],
  ["192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"],
  ["192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"],
  ["192.31.196.0", "192.31.196.255", "192.31.195.255", "192.31.197.0"],
  ["192.52.193.0", "192.52.193.255", "192.52.192.255", "192.52.194.0"],
  ["192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0"],
  ["192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"],
  ["192.175.48.0", "192.175.48.255", "192.175.47.255", "192.175.49.0"],
  ["198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"],
  ["198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"],
  ["203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"],
  ["224.0.0.0", "239.255.255.255", "223.255.255.255", null],
  ["240.0.0.0", "255.255.255.255", null, null],
];

const IPV6: readonly (readonly [string, string, string | null, string | null])[] = [
  ["::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null, "2000::"],
  [
    "2001::",
    "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:200::",
  ],
  ["2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db7:ffff::", "2001:db9::"],
  ["2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:ffff:ffff::", "2003::"],
  ["2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff", "2620:4f:7fff:ffff::", "2620:4f:8001::"],
  ["3ffe::", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3ffd:ffff::", "3fff:1000::"],
  ["3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", null, "3fff:1000::"],
  ["4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null],
];

describe.each([...IPV4, ...IPV6])("%s to %s", (first, last, before, after) => {
  test("is refused, its neighbours are not", () => {
    expect(judgeAddress(first)).toBe("refused");
    expect(judgeAddress(last)).toBe("refused");
    if (before !== null) expect(judgeAddress(before)).toBe("allowed");
    if (after !== null) expect(judgeAddress(after)).toBe("allowed");
  });
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
  for (const [first, last] of IPV4) list.addRange(first, last, "ipv4");
  list.addAddress("168.63.129.16");
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
