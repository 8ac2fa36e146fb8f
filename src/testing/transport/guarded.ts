import assert from "node:assert/strict";
import { expectFailure, expectResponse, post, type TransportCase, withReceiver } from "./case.js";
import { selfSigned } from "./certificate.js";

/** Ways to write an address or a name of this machine. `{port}` is the receiver's. */
const LOOPBACK_FORMS = [
  "http://127.0.0.1:{port}/",
  "https://127.0.0.1:{port}/",
  "https://127.1:{port}/",
  "https://0x7f.1:{port}/",
  "https://0177.0.0.1:{port}/",
  "https://2130706433:{port}/",
  "https://127.0.0.1.:{port}/",
  "https://%31%32%37.0.0.1:{port}/",
  "https://①②⑦.0.0.1:{port}/",
  "https://0:{port}/",
  "https://[::1]:{port}/",
  "https://[::]:{port}/",
  "https://[::ffff:127.0.0.1]:{port}/",
  "https://[::ffff:7f00:1]:{port}/",
  "https://[::7f00:1]:{port}/",
  "https://[64:ff9b::7f00:1]:{port}/",
  "https://localhost:{port}/",
  "https://LOCALHOST.:{port}/",
  "https://a.localhost:{port}/",
  "https://169.254.169.254/latest/meta-data/",
  "https://metadata.google.internal/",
  "https:\\\\127.0.0.1:{port}/",
  "https:///127.0.0.1:{port}/",
  "https://127.0.0.1:{port}\\@example.com/",
  "ftp://127.0.0.1:{port}/",
  "file:///etc/passwd",
  "127.0.0.1:{port}",
  "not a url at all",
];

/** TLS, and the endpoint policy. */
export const guardedCases: readonly TransportCase[] = [
  ...LOOPBACK_FORMS.map((form) => ({
    name: `the policy refuses ${form}`,
    run: ({ strict }: Parameters<TransportCase["run"]>[0]) =>
      withReceiver(200, async (receiver) => {
        expectFailure(await post(strict, form.replace("{port}", String(receiver.port))), "refused-by-policy");
        assert.equal(receiver.connections, 0);
      }),
  })),
  {
    name: "credentials in a URL are neither sent nor shown",
    run: async ({ transport, strict }) => {
      await withReceiver(200, async (receiver) => {
        expectResponse(await post(transport, `http://user:s3cret@127.0.0.1:${receiver.port}/#s3cret`));
        const { headers, url } = await receiver.next();
        assert.ok(!JSON.stringify({ headers, url }).includes("s3cret"));
      });
      const refused = await post(strict, "https://user:s3cret@127.0.0.1/");
      assert.ok(!JSON.stringify(refused).includes("s3cret"));
    },
  },
  {
    name: "a certificate that nobody vouches for is refused, and taken where checking is off",
    run: ({ transport }) => {
      const tls = selfSigned(["127.0.0.1"]);
      return withReceiver(
        200,
        async (receiver) => {
          expectFailure(await post(transport, receiver.url), "tls");
          assert.equal(receiver.requests.length, 0);
          expectResponse(await post(transport, receiver.url, { tls: { verify: false } }));
          // The connection that was made without a check must not serve one that asks for it.
          expectFailure(await post(transport, receiver.url), "tls");
          assert.equal(receiver.requests.length, 1);
        },
        { tls },
      );
    },
  },
  {
    name: "checking of certificates is not turned off unless the policy allows it",
    run: ({ strict }) => {
      const url = "https://example.com/";
      return post(strict, url, { tls: { verify: false } }, AbortSignal.timeout(10_000)).then((result) =>
        expectFailure(result, "refused-by-policy"),
      );
    },
  },
];
