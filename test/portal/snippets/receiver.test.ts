import { describe, expect, it } from "vitest";
import { goSnippet } from "../../../src/portal/app/snippets/go.js";
import { nodeSnippet } from "../../../src/portal/app/snippets/node.js";
import { pythonSnippet } from "../../../src/portal/app/snippets/python.js";
import { credentialOf, type Receiving, receiverOf } from "../../../src/portal/app/snippets/receiver.js";
import { isScheme, SCHEMES, signsWithNewestOnly } from "../../../src/portal/app/snippets/schemes.js";
import { verify } from "../../../src/portal/app/text/en/verify.js";
import { builtInSchemes } from "../../../src/signature/registry.js";
import { createSigner } from "../../../src/signature/signer.js";

const SUBSCRIPTION: Receiving = {
  type: "event",
  url: "https://hooks.example.com/in%20here?tenant=1#top",
  headers: {},
  credentials: false,
  format: "standard",
  batch: null,
  retry: { schedule: [60_000], timeout: 15_000 },
  signing: { scheme: "standard" },
};

const REDACTED = "[redacted]" as const;

function receiver(change: Partial<Receiving> = {}) {
  const found = receiverOf({ ...SUBSCRIPTION, ...change });
  if (found === null) throw new Error("There is no receiver.");
  return found;
}

const signing = (scheme: string) => ({ signing: { scheme } });

describe("receiverOf", () => {
  it("is what the code has to know", () => {
    expect(receiver()).toEqual({
      scheme: "standard",
      path: "/in%20here",
      header: "x-webhook-token",
      payload: "event",
      repeats: "header",
      patience: 15,
      maxBody: 10,
    });
  });

  it("has a path before there is a URL", () => {
    expect(receiver({ url: null }).path).toBe("/webhooks");
    expect(receiver({ url: "https://hooks.example.com" }).path).toBe("/");
  });

  it("is nothing for a scheme of the host's own", () => {
    expect(receiverOf({ ...SUBSCRIPTION, ...signing("acme") })).toBeNull();
    expect(receiverOf({ ...SUBSCRIPTION, ...signing("toString") })).toBeNull();
  });

  it.each([
    ["standard", "event", "event", "id"],
    ["standard", "batch", "events", "id"],
    ["array", "event", "events", "id"],
    ["cloudevents", "event", "event", "id"],
    ["cloudevents", "batch", "events", "id"],
    ["topic", "batch", "payload", "body"],
    ["splunk", "event", "body", "fields.id"],
    ["slack", "event", "body", "body"],
  ] as const)("knows what %s for %s is", (format, type, payload, repeats) => {
    expect(receiver({ format, type, ...signing("github") })).toMatchObject({ payload, repeats });
    // The header says it, whatever the body is.
    expect(receiver({ format, type, ...signing("standard-ed25519") })).toMatchObject({
      payload,
      repeats: "header",
    });
  });

  it("reads bodies of twice the batch's limit", () => {
    const batch = { maxEvents: 100, intervalMinutes: 1, maxBytes: 4 << 20 };
    expect(receiver({ batch }).maxBody).toBe(10);
    expect(receiver({ batch: { ...batch, maxBytes: 64 << 20 } }).maxBody).toBe(128);
    expect(receiver({ batch: { ...batch, maxBytes: (6 << 20) + 1 } }).maxBody).toBe(13);
  });

  it("says how long is waited for an answer, in whole seconds", () => {
    const retry = (timeout: number) => ({ retry: { schedule: [], timeout } });
    expect(nodeSnippet(receiver(retry(1_000)))).toContain("Answer within 1 second and");
    expect(nodeSnippet(receiver(retry(1_500)))).toContain("Answer within 2 seconds and");
  });
});

describe("credentialOf", () => {
  it.each([
    [{}, false, null],
    [{ "x-tenant": REDACTED }, false, "x-tenant"],
    [{ "x-tenant": REDACTED, "X-Api-Key": REDACTED }, false, "x-api-key"],
    [{ "x-api-key": REDACTED }, true, "authorization"],
  ])("of %o with credentials %s is %s", (headers, credentials, expected) => {
    expect(credentialOf({ headers, credentials })).toBe(expected);
  });
});

describe("SCHEMES", () => {
  it("are those of the library, with the headers that they set", () => {
    const lower = Object.entries(SCHEMES).map(([name, headers]) => [
      name,
      headers.map((h) => h.toLowerCase()),
    ]);
    expect(lower).toEqual([...builtInSchemes].map(([name, { headers }]) => [name, headers]));
    expect([...builtInSchemes.keys()].every(isScheme)).toBe(true);
  });

  it("each have a sentence, and each header a meaning", () => {
    expect(Object.keys(verify.signing.schemes)).toEqual(Object.keys(SCHEMES));
    expect(new Set(Object.keys(verify.signing.header))).toEqual(new Set(Object.values(SCHEMES).flat()));
  });

  it.each([...builtInSchemes].filter(([name]) => name !== "none"))(
    "%s signs with the newest secret only where it is said so",
    (name, scheme) => {
      const secrets = [scheme.createSecret?.() ?? "", scheme.createSecret?.() ?? ""];
      const message = { id: "evt_1", timestamp: 1, body: "{}" };
      const alone = createSigner(scheme, secrets.slice(0, 1))(message);
      const both = createSigner(scheme, secrets)(message);
      expect(JSON.stringify(both) === JSON.stringify(alone)).toBe(signsWithNewestOnly(name));
    },
  );
});

describe("Snippets", () => {
  const cases = Object.keys(SCHEMES).flatMap((scheme) =>
    Object.entries({ nodeSnippet, pythonSnippet, goSnippet }).map(([name, snippet]) => ({
      scheme,
      name,
      snippet,
    })),
  );

  it.each(cases)("$name of $scheme is short and clean", ({ scheme, snippet }) => {
    const text = snippet(receiver(signing(scheme)));
    const lines = text.split("\n");
    expect(lines.filter((line) => line.length > 95)).toEqual([]);
    expect(lines.filter((line) => /\s$/.test(line))).toEqual([]);
    expect(lines.length).toBeLessThan(110);
    expect(text).not.toMatch(/undefined|null\b|\[object/);
    expect(text.endsWith("\n") && !text.endsWith("\n\n")).toBe(true);
  });
});
