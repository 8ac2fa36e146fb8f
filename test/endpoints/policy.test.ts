import type { LookupAddress, LookupOptions } from "node:dns";
import { networkInterfaces } from "node:os";
import { describe, expect, test } from "vitest";
import { createEndpointPolicy, type EndpointPolicy } from "../../src/endpoints/policy.js";
import { isPolicyAware } from "../../src/endpoints/policy-aware.js";
import { ERR_ENDPOINT_REFUSED } from "../../src/endpoints/refused.js";
import { isWebhookError } from "../../src/model/errors.js";

const noOwn = { ownAddresses: () => [] };

describe("allowNetworks", () => {
  const policy = createEndpointPolicy({ allowNetworks: ["10.20.0.0/16", "fd12::/16"] }, noOwn);

  test.each([
    ["10.20.0.1", true],
    ["::ffff:10.20.0.1", true],
    ["10.21.0.1", false],
    ["fd12::1", true],
    ["fd13::1", false],
    ["127.0.0.1", false],
    ["8.8.8.8", true],
  ])("%s: %s", (address, allowed) => {
    expect(policy.allowsAddress(address, "any.example")).toBe(allowed);
    expect(policy.allowsHost(address)).toBe(allowed);
  });

  test.each(["0.0.0.0/0", "169.254.169.254/32", "169.254.0.0/16"])("%s does not open metadata", (network) => {
    const open = createEndpointPolicy({ allowNetworks: [network, "::/0"] }, noOwn);
    for (const address of [
      "169.254.169.254",
      "::ffff:169.254.169.254",
      "fd00:ec2::254",
      "64:ff9b::a9fe:a9fe",
    ]) {
      expect(open.allowsAddress(address, "a.example"), address).toBe(false);
    }
    expect(open.allowsAddress("169.254.1.1", "a.example")).toBe(!network.endsWith("/32"));
  });

  test("opens no name", () => {
    expect(policy.allowsHost("localhost")).toBe(false);
  });
});

describe("allowHosts", () => {
  const hosts = [
    "intranet",
    "*.corp.internal",
    "Hooks.LAN.",
    "192.168.1.5",
    "::1",
    "*.google.internal",
    "metadata.goog",
  ];
  const policy = createEndpointPolicy({ allowHosts: hosts }, noOwn);

  test.each([
    ["intranet", true],
    ["intranet.", true],
    ["a.corp.internal", true],
    ["a.b.corp.internal", true],
    ["corp.internal", false],
    ["evilcorp.internal", false],
    ["hooks.lan", true],
    ["192.168.1.5", true],
    ["192.168.1.6", false],
    ["[::1]", true],
    ["b.google.internal", true],
    ["metadata.google.internal", false],
    ["metadata.goog", false],
    ["localhost", false],
  ])("%s: %s", (host, allowed) => expect(policy.allowsHost(host)).toBe(allowed));

  test("their addresses may be private, but never metadata", () => {
    expect(policy.allowsAddress("10.0.0.1", "intranet")).toBe(true);
    expect(policy.allowsAddress("10.0.0.1", "intranet.")).toBe(true);
    expect(policy.allowsAddress("10.0.0.1", "other.example")).toBe(false);
    expect(policy.allowsAddress("169.254.169.254", "intranet")).toBe(false);
    expect(policy.allowsAddress("8.8.8.8", "metadata.google.internal")).toBe(false);
  });

  test("does not open http", () => {
    expect(() => policy.checkUrl("http://intranet/")).toThrow("https");
    expect(policy.checkUrl("https://intranet/").url.href).toBe("https://intranet/");
  });
});

describe("addresses of this machine", () => {
  test("are refused, also when they are public, unless opened", () => {
    const sources = { ownAddresses: () => ["8.8.4.4", "2606:4700::5"] };
    const policy = createEndpointPolicy({ allowHosts: ["me.example"] }, sources);
    expect(policy.allowsAddress("8.8.4.4", "a.example")).toBe(false);
    expect(policy.allowsAddress("::ffff:8.8.4.4", "a.example")).toBe(false);
    expect(policy.allowsAddress("2606:4700:0::5", "a.example")).toBe(false);
    expect(policy.allowsAddress("8.8.4.5", "a.example")).toBe(true);
    expect(policy.allowsAddress("8.8.4.4", "me.example")).toBe(true);
    const open = createEndpointPolicy({ allowNetworks: ["8.8.4.4/32"] }, sources);
    expect(open.allowsAddress("8.8.4.4", "a.example")).toBe(true);
  });

  test("are those of its interfaces by default", () => {
    const policy = createEndpointPolicy();
    for (const { address } of Object.values(networkInterfaces()).flatMap((list) => list ?? [])) {
      expect(policy.allowsAddress(address, "a.example"), address).toBe(false);
    }
    expect(policy.allowsAddress("8.8.8.8", "a.example")).toBe(true);
  });
});

test("bad entries are named, each with its place", () => {
  try {
    createEndpointPolicy({
      allowNetworks: ["10.0.0.0/8", "10.0.0.0/33", "nonsense"],
      allowHosts: [
        "ok.example",
        "http://a.example",
        "a.example:80",
        "a.example:",
        "*",
        "*.*.a",
        "a b",
        "",
        "*.1.2.3.4",
        "a..b",
      ],
    });
    expect.unreachable();
  } catch (error) {
    expect(isWebhookError(error, "CONFIGURATION")).toBe(true);
    const paths = isWebhookError(error) ? error.issues.map(({ path }) => path.slice(1).join(".")) : [];
    const hosts = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((index) => `allowHosts.${index}`);
    expect(paths).toEqual(["allowNetworks.1", "allowNetworks.2", ...hosts]);
  }
});

test("options are answered with their defaults", () => {
  expect(createEndpointPolicy().options).toEqual({
    allowHttp: false,
    allowNetworks: [],
    allowHosts: [],
    allowInsecureTls: false,
  });
  expect(createEndpointPolicy({ allowHttp: true, allowInsecureTls: true }).options).toMatchObject({
    allowHttp: true,
    allowInsecureTls: true,
  });
});

describe("lookup", () => {
  const answer = (...addresses: string[]): LookupAddress[] =>
    addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));

  const ask = (policy: EndpointPolicy, host: string, options: LookupOptions) =>
    new Promise<{
      error: NodeJS.ErrnoException | null;
      address: string | LookupAddress[];
      family?: number | undefined;
    }>((resolve) =>
      policy.lookup(host, options, (error, address, family) => resolve({ error, address, family })),
    );

  const resolving = (...addresses: string[]) =>
    createEndpointPolicy(
      { allowHosts: ["intranet"] },
      { ...noOwn, resolve: async () => answer(...addresses) },
    );

  test("of mixed answers keeps the allowed ones, in their order", async () => {
    const policy = resolving(
      "10.0.0.1",
      "8.8.8.8",
      "::1",
      "2606:4700::1",
      "169.254.169.254",
      "not an address",
    );
    const { error, address } = await ask(policy, "a.example", { all: true });
    expect(error).toBeNull();
    expect(address).toEqual(answer("8.8.8.8", "2606:4700::1"));
    expect(await ask(policy, "a.example", {})).toEqual({ error: null, address: "8.8.8.8", family: 4 });
  });

  test("of an opened host keeps private ones, never metadata", async () => {
    const { address } = await ask(resolving("10.0.0.1", "169.254.169.254"), "intranet", { all: true });
    expect(address).toEqual(answer("10.0.0.1"));
  });

  test.each([[["127.0.0.1"]], [["169.254.169.254", "10.0.0.1"]], [[]]])(
    "refuses when none is left: %j",
    async (list) => {
      const { error, address } = await ask(resolving(...list), "a.example", { all: true });
      expect(error?.code).toBe(ERR_ENDPOINT_REFUSED);
      expect(address).toEqual([]);
      expect(error?.message).not.toMatch(/a\.example|\d/);
    },
  );

  test("ends with the resolver's error, and connects nowhere", async () => {
    const failing = Object.assign(new Error("down"), { code: "EAI_AGAIN" });
    const policy = createEndpointPolicy({}, { resolve: () => Promise.reject(failing) });
    expect(await ask(policy, "a.example", { all: true })).toMatchObject({ error: failing, address: [] });
    const odd = createEndpointPolicy({}, { resolve: () => Promise.reject("text") });
    expect((await ask(odd, "a.example", {})).error).toBeInstanceOf(Error);
  });

  test("asks the operating system by default", async () => {
    const policy = createEndpointPolicy({ allowNetworks: ["127.0.0.0/8", "::1/128"] });
    const { error, address } = await ask(policy, "localhost", { all: true });
    expect(error).toBeNull();
    expect(address).not.toEqual([]);
    expect((await ask(createEndpointPolicy(), "localhost", { all: true })).error?.code).toBe(
      ERR_ENDPOINT_REFUSED,
    );
  });
});

test("a transport that takes a policy is told from one that does not", () => {
  expect(isPolicyAware({ use() {} })).toBe(true);
  expect(isPolicyAware({ send() {} })).toBe(false);
  expect(isPolicyAware({ use: 1 })).toBe(false);
});
