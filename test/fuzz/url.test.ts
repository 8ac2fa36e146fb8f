import fc from "fast-check";
import { expect, test } from "vitest";
import { createEndpointPolicy } from "../../src/endpoints/policy.js";
import { checkUrl, URL_LENGTH } from "../../src/endpoints/url.js";
import { isWebhookError } from "../../src/model/errors.js";
import { anything, hostileText } from "./hostile.js";

const policy = createEndpointPolicy({ allowHttp: true }, { ownAddresses: () => [] });
const open = { allowHttp: true, isHostAllowed: () => true };

const pieces =
  "https:// http:// HTTPS: // / \\ @ : ? # [ ] . .. %2e %00 % ; = & | a b.com example.com 127.0.0.1 0x7f.1 ::1 ::ffff:7f00:1 [::1] :443 :80 :0 :65536 user:pass@ ü ß 。 ① xn-- xn--a \u00ad \u200b \u202e".split(
    " ",
  );
const afterScheme = hostileText(...pieces, " ", "\t", "\n", "\0");
const text = fc.oneof(
  afterScheme,
  afterScheme.map((rest) => `https://${rest}`),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
);

test("an endpoint's URL is taken or refused with URL_REFUSED, and nothing else is thrown", () => {
  fc.assert(
    fc.property(fc.oneof(text, anything), (raw) => {
      try {
        const { url, credentials } = policy.checkUrl(raw as string);
        expect(url.username + url.password + url.hash).toBe("");
        expect(policy.allowsHost(url.hostname)).toBe(true);
        expect(credentials === null || !credentials.user.includes(":")).toBe(true);
      } catch (error) {
        if (!isWebhookError(error, "URL_REFUSED")) throw error;
        expect(error.issues.map(({ path }) => path)).toEqual([["url"]]);
      }
    }),
    { numRuns: 800 },
  );
});

test("what is kept of a URL is kept again unchanged, unless spelling it out made it too long", () => {
  fc.assert(
    fc.property(text, (raw) => {
      const first = checkUrl(raw, open);
      if ("issues" in first || first.url.href.length > URL_LENGTH.max) return;
      const again = checkUrl(first.url.href, open);
      if ("issues" in again) throw new Error(`${first.url.href}: ${again.issues[0]?.message}`);
      expect(again.url.href).toBe(first.url.href);
      expect(again.credentials).toBeNull();
    }),
    { numRuns: 800 },
  );
});
