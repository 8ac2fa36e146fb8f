import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AttemptFacts, attemptRecord, presentAttempt } from "../../src/history/attempt.js";
import { createRedactor } from "../../src/subscriptions/redact.js";
import { NOW } from "../make.js";

function facts(change: Partial<AttemptFacts> = {}): AttemptFacts {
  return {
    number: 2,
    at: NOW,
    durationMs: 12.3456,
    request: {
      url: "https://hooks.example.com/in",
      headers: { "content-type": "application/json", "webhook-id": "evt_1" },
    },
    response: { status: 500, headers: { server: "nginx" }, body: "oops", truncated: false },
    error: { code: "HTTP_STATUS", message: "The endpoint answered 500." },
    secrets: {},
    redact: createRedactor(Object.values(change.secrets ?? {})),
    ...change,
  };
}

/** What the history keeps and shows of an answer with this body, where these are the secrets. */
function shown(body: string, secrets: Record<string, string>, headers: Record<string, string> = {}) {
  const request = { url: "https://hooks.example.com/in", headers: secrets };
  const record = attemptRecord(
    facts({ secrets, request, response: { status: 200, headers, body, truncated: false } }),
  );
  return { record, response: presentAttempt(record).response };
}

describe("attemptRecord and presentAttempt", () => {
  it("show what was recorded", () => {
    const record = attemptRecord(facts());
    expect(record).toMatchObject({ number: 2, at: NOW, durationMs: 12.346 });
    const { request, response, error } = facts();
    expect(presentAttempt(record)).toEqual({
      number: 2,
      at: "2026-01-15T12:00:00.000Z",
      durationMs: 12.346,
      request,
      response,
      error,
    });
  });

  it("show that nothing was answered, and that nothing went wrong", () => {
    const attempt = presentAttempt(attemptRecord(facts({ response: null, error: null })));
    expect([attempt.response, attempt.error]).toEqual([null, null]);
  });

  it("bring any body back as it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (body) => {
        expect(shown(body, {}).response?.body).toBe(body);
      }),
    );
  });
});

describe("secrets", () => {
  it("are cut out of the request's headers, short ones too, and nothing else is", () => {
    const headers = { authorization: "Bearer abcdef", "x-pin": "1", "content-type": "application/json" };
    const secrets = { authorization: "Bearer abcdef", "x-pin": "1" };
    const record = attemptRecord(
      facts({ secrets, request: { url: "https://hooks.example.com/in", headers } }),
    );
    expect(presentAttempt(record).request.headers).toEqual({
      authorization: "[redacted]",
      "x-pin": "[redacted]",
      "content-type": "application/json",
    });
  });

  it("are cut out of the answer's body and headers", () => {
    const { record, response } = shown(
      "You sent s3cr3t-token twice: s3cr3t-token.",
      { "x-token": "s3cr3t-token" },
      {
        "x-echo": "s3cr3t-token",
        "x-s3cr3t-token": "yes",
      },
    );
    expect(record.document).not.toContain("s3cr3t-token");
    expect(response?.body).toBe("You sent [redacted] twice: [redacted].");
    expect(response?.headers).toEqual({ "x-echo": "[redacted]", "x-[redacted]": "yes" });
  });

  it.each([
    ["Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA=="],
    ["Bearer eyJhbGciOi", "eyJhbGciOi"],
    ["bearer eyJhbGciOi", "eyJhbGciOi"],
    ["Splunk 0000-1111", "0000-1111"],
    ["GenieKey abc-def-1", "abc-def-1"],
    ["Bearer  two-spaces", "two-spaces"],
  ])("%s is cut out without its scheme, too", (value, bare) => {
    const { record, response } = shown(`token=${bare}; all=${value}`, { authorization: value });
    expect(record.document).not.toContain(bare);
    expect(response?.body).toBe("token=[redacted]; all=[redacted]");
  });

  it.each(['pass"word"', "back\\slash\\x", 'a"b\\c"d', "tab\there\tx", "käse-brötchen"])(
    "%j is cut out as it is and as JSON writes it",
    (value) => {
      const plain = shown(`echo ${value}`, { "x-key": value });
      expect(plain.response?.body).toBe("echo [redacted]");
      const json = shown(JSON.stringify({ headers: { "x-key": value } }), { "x-key": value });
      expect(json.response?.body).toBe('{"headers":{"x-key":"[redacted]"}}');
    },
  );

  it("that are part of one another leave no rest", () => {
    const { record } = shown("abcdefghij abcdef", { "x-short": "abcdef", "x-long": "abcdefghij" });
    expect(record.document).not.toContain("ghij");
  });

  it("too short to be one are left in the answer, or nothing could be read", () => {
    expect(shown("a 1 and 12345", { "x-a": "1", "x-b": "12345" }).response?.body).toBe("a 1 and 12345");
  });

  it.each([
    "truncated",
    "status",
    "headers",
    "response",
    "false}",
    ":true}",
    "[redacted]",
    "redacted",
    "$&$1$`",
  ])("%j does not break the record", (value) => {
    const { response } = shown("fine", { "x-key": value });
    expect(response).toEqual({ status: 200, headers: {}, body: "fine", truncated: false });
  });

  it("are in no record, whatever they and the answer are", () => {
    const secret = fc.string({ minLength: 6, unit: fc.constantFrom("a", "b", '"', "\\", " ", "/", "é") });
    fc.assert(
      fc.property(fc.array(secret, { maxLength: 3 }), fc.array(fc.string()), (values, noise) => {
        const secrets = Object.fromEntries(values.map((value, index) => [`x-${index}`, value]));
        const body = values
          .flatMap((value, index) => [noise[index] ?? "-", value, JSON.stringify(value)])
          .join("|");
        const { response } = shown(body, secrets, { "x-echo": values.join(",") });
        for (const value of values) {
          expect(response?.body).not.toContain(value);
          expect(response?.headers["x-echo"]).not.toContain(value);
        }
      }),
      { numRuns: 500 },
    );
  });
});
