import { createWebhooks, defineCatalogue, type EndpointOptions } from "hookwright";
import { memoryStore } from "hookwright/stores/memory";
import { describe, expect, test } from "vitest";
import { createEndpointPolicy } from "../../src/endpoints/policy.js";
import { isWebhookError, type WebhookError } from "../../src/model/errors.js";

const proxyOf = (proxy: EndpointOptions["proxy"] & {}) => createEndpointPolicy({ proxy }).proxy;

test("without one there is none", () => {
  expect(createEndpointPolicy().proxy).toBeNull();
});

test.each([
  ["http://proxy.corp", false, "proxy.corp", 80, null],
  ["HTTP://Proxy.Corp.:3128/", false, "proxy.corp", 3128, null],
  ["https://proxy.corp", true, "proxy.corp", 443, null],
  ["https://10.0.0.1:8443", true, "10.0.0.1", 8443, null],
  ["http://[::1]:3128", false, "::1", 3128, null],
  ["http://localhost:3128", false, "localhost", 3128, null],
  ["http://user:p%40ss@proxy:1", false, "proxy", 1, "user:p@ss"],
  ["http://user@proxy:1", false, "proxy", 1, "user:"],
  ["http://:pass@proxy:1", false, "proxy", 1, ":pass"],
])("%s", (url, isSecure, host, port, credentials) => {
  for (const option of [url, { url }]) {
    const proxy = proxyOf(option);
    expect(proxy).toMatchObject({ isSecure, host, port, resolve: "here", ca: undefined });
    const sent = credentials === null ? null : `Basic ${Buffer.from(credentials).toString("base64")}`;
    expect(proxy?.authorization()).toBe(sent);
  }
});

test("who resolves, and whom an https proxy is vouched for by", () => {
  expect(proxyOf({ url: "https://proxy", resolve: "proxy", ca: "A" })).toMatchObject({
    resolve: "proxy",
    ca: ["A"],
  });
  expect(proxyOf({ url: "https://proxy", resolve: "here", ca: ["A", "B"] })).toMatchObject({
    ca: ["A", "B"],
  });
});

const BAD = [
  "",
  "s3cret",
  "proxy.corp:3128",
  "socks5://s3cret@proxy:1080",
  "ftp://s3cret@proxy",
  "http:proxy",
  "http:///proxy",
  "http:\\\\s3cret@proxy",
  "http://s3cret@proxy\\x",
  " http://s3cret@proxy",
  "http://s3cret@proxy ",
  "http://s3cret@pro\txy",
  "http://s3cret@proxy/path",
  "http://s3cret@proxy/?s3cret",
  "http://s3cret@proxy/#s3cret",
  "http://s3cret@proxy:0",
  "http://s3cret@proxy:65536",
  "http://s3cret@1.2.3.4.5",
  "http://s3cret%3Aa:b@proxy",
  "http://s3cret%0A@proxy",
  "http://s3cret%E0@proxy",
];

describe.each([
  ["the policy", (endpoints: object) => void createEndpointPolicy(endpoints as EndpointOptions)],
  [
    "createWebhooks",
    (endpoints: object) =>
      void createWebhooks({
        catalogue: defineCatalogue({ events: { a: {} } }),
        store: memoryStore(),
        endpoints: endpoints as EndpointOptions,
      }),
  ],
])("%s", (_, make) => {
  function refusal(proxy: unknown): WebhookError {
    try {
      make({ proxy });
    } catch (error) {
      if (isWebhookError(error, "CONFIGURATION")) return error;
      throw error;
    }
    throw new Error("it was taken");
  }

  test.each(BAD)("refuses %j, with its place and without quoting it", (url) => {
    for (const [option, path] of [
      [url, ["endpoints", "proxy"]],
      [{ url }, ["endpoints", "proxy", "url"]],
    ] as const) {
      const error = refusal(option);
      expect(error.issues.map((issue) => issue.path)).toEqual([path]);
      expect(JSON.stringify([error.message, error.issues, error.stack])).not.toContain("s3cret");
    }
  });

  test.each([[null], [1], [{}], [{ url: 1 }], [{ url: "http://proxy", resolve: "s3cret" }]])(
    "refuses %j",
    (option) => {
      const error = refusal(option);
      expect(error.issues[0]?.path.slice(0, 2)).toEqual(["endpoints", "proxy"]);
      expect(error.message).not.toContain("s3cret");
    },
  );

  test("takes what is right", () => {
    make({ proxy: "http://user:pass@proxy.corp:3128" });
    make({ proxy: { url: "https://proxy.corp", resolve: "proxy", ca: ["A"] } });
  });
});
