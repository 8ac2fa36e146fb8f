import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEndpointPolicy } from "../../src/endpoints/policy.js";
import { ENDPOINT_REFUSED_MESSAGE } from "../../src/endpoints/refused.js";
import { checkUrl } from "../../src/endpoints/url.js";
import { isWebhookError, type WebhookError } from "../../src/model/errors.js";

const policy = createEndpointPolicy({}, { ownAddresses: () => [] });
const lax = createEndpointPolicy({ allowHttp: true }, { ownAddresses: () => [] });

function refusal(raw: string, by = policy): WebhookError {
  try {
    by.checkUrl(raw);
  } catch (error) {
    if (isWebhookError(error, "URL_REFUSED")) return error;
  }
  throw new Error(`${raw} was not refused`);
}

test.each([
  ["https://example.com", "https://example.com/"],
  ["HTTPS://EXAMPLE.com:443/a/../b?c=d#frag", "https://example.com/b?c=d"],
  ["https://bücher.example.com/ü", "https://xn--bcher-kva.example.com/%C3%BC"],
  ["https://ex%61mple.com./", "https://example.com./"],
  ["https://8.8.8.8:8443/x", "https://8.8.8.8:8443/x"],
  ["https://[2606:4700::1111]/", "https://[2606:4700::1111]/"],
  ["https://a_b.example.com/", "https://a_b.example.com/"],
  ["https://notlocalhost.com/", "https://notlocalhost.com/"],
  ["https://svc.example.com/", "https://svc.example.com/"],
])("%s becomes %s", (raw, href) => {
  expect(policy.checkUrl(raw)).toMatchObject({ credentials: null });
  expect(policy.checkUrl(raw).url.href).toBe(href);
});

test.each([
  ["no scheme", "example.com/in"],
  ["another scheme", "ftp://example.com/"],
  ["a file", "file:///etc/passwd"],
  ["no slashes", "https:example.com"],
  ["one slash", "https:/example.com"],
  ["three slashes, which parsing repairs", "https:///example.com"],
  ["backslashes, which parsing repairs", "https:\\\\example.com"],
  ["a backslash after the slashes", "https://\\example.com"],
  ["a backslash later", "https://example.com\\@8.8.8.8/"],
  ["a space in front", " https://example.com"],
  ["a space at the end", "https://example.com "],
  ["a tab in the scheme", "ht\ttps://example.com"],
  ["a line break in the host", "https://exam\nple.com"],
  ["a NUL", "https://example.com/\0"],
  ["a no-break space", "https://example.com/\u00a0"],
  ["port 0", "https://example.com:0/"],
  ["a port too high", "https://example.com:65536/"],
  ["http", "http://example.com/"],
  ["no host", "https://?a"],
  ["too short", "https:"],
  ["too long", `https://example.com/${"a".repeat(481)}`],
  ["a bad address", "https://1.2.3.4.5/"],
])("refused: %s", (_, raw) => {
  const error = refusal(raw);
  expect(error.issues).toHaveLength(1);
  expect(error.issues[0]?.path).toEqual(["url"]);
});

test("the longest that is taken, and http where it is allowed", () => {
  expect(policy.checkUrl(`https://example.com/${"a".repeat(480)}`).url.href).toHaveLength(500);
  expect(lax.checkUrl("http://example.com").url.href).toBe("http://example.com/");
});

describe("names and addresses that are refused look the same", () => {
  test.each([
    "localhost",
    "LOCALHOST",
    "localhost.",
    "a.localhost",
    "%6cocalhost",
    "localhost。",
    "intranet",
    "printer.local",
    "printer.local.",
    "a.internal",
    "host.docker.internal",
    "metadata.google.internal",
    "metadata.google.internal.",
    "home.arpa",
    "x.home.arpa",
    "abc.onion",
    "api.default.svc",
    "api.default.svc.cluster.local",
    "a..b",
    "example.com..",
    `${"a".repeat(64)}.com`,
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "2130706433",
    "0",
    "①②⑦.0.0.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::7f00:1]",
    "169.254.169.254",
  ])("%s", (host) => {
    expect(refusal(`https://${host}/`).issues[0]?.message).toBe(ENDPOINT_REFUSED_MESSAGE);
  });
});

describe("credentials", () => {
  test.each([
    ["https://user:p%40ss@example.com/a", "user", "p@ss"],
    ["https://user@example.com/a", "user", ""],
    ["https://:pass@example.com/a", "", "pass"],
    ["https://%C3%BC:%F0%9F%98%80@example.com/a", "ü", "\u{1f600}"],
    ["https://u:a:b@example.com/a", "u", "a:b"],
  ])("%s", (raw, user, pass) => {
    const { url, credentials } = policy.checkUrl(raw);
    expect(credentials).toEqual({ user, pass });
    expect(url.href).toBe("https://example.com/a");
  });

  test("none, where they are empty", () => {
    expect(policy.checkUrl("https://:@example.com/").credentials).toBeNull();
  });

  test.each([
    "https://s3cr%@example.com",
    "https://s3cr%E0:x@example.com",
    "https://s3cr%3A:x@example.com",
    "https://s3cr%0A:x@example.com",
  ])("that Basic cannot carry are refused, and never quoted: %s", (raw) =>
    expect(JSON.stringify([refusal(raw), refusal(raw).message])).not.toContain("s3cr"),
  );

  test("are in no message of a refusal for another reason", () => {
    for (const rest of ["127.0.0.1/", "localhost/", "example.com:0/", "a b/"]) {
      const error = refusal(`https://s3cret:s3cret@${rest}`);
      expect(JSON.stringify([error.message, error.issues, error.stack])).not.toContain("s3cret");
    }
  });
});

test("no text makes it throw, and what it takes is https to a host it asked about", () => {
  const parts = fc.constantFrom(
    "https://",
    "http://",
    "@",
    ":",
    "/",
    "\\",
    "[",
    "]",
    ".",
    "127.0.0.1",
    "a.com",
    "%",
    "#",
    "?",
    "ü",
    "\t",
  );
  const text = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.array(parts).map((list) => `https://${list.join("")}`),
    fc.anything(),
  );
  fc.assert(
    fc.property(text, (raw) => {
      const asked: string[] = [];
      const isHostAllowed = (host: string) => asked.push(host) > 0;
      const result = checkUrl(raw, { allowHttp: false, isHostAllowed });
      if ("issues" in result) return;
      expect(result.url.protocol).toBe("https:");
      expect(result.url.username + result.url.password + result.url.hash).toBe("");
      const [host] = asked;
      expect([host, `${host}.`, `[${host}]`]).toContain(result.url.hostname);
    }),
    { numRuns: 2_000 },
  );
});
