import type { IncomingHttpHeaders } from "node:http";
import type { Request as UndiciRequest } from "undici";
import { describe, expectTypeOf, it } from "vitest";
import {
  isVerificationError,
  type VERIFICATION_ERROR_CODES,
  type VerificationError,
  type VerificationErrorCode,
  verify,
} from "../../src/signature/verify.js";

declare const request: Request;
declare const undici: UndiciRequest;
declare const incoming: IncomingHttpHeaders;

describe("verify", () => {
  it("answers unknown, or what the caller says", () => {
    expectTypeOf(verify(request, "s")).toEqualTypeOf<Promise<unknown>>();
    expectTypeOf(verify<{ type: "a" }>(request, "s")).toEqualTypeOf<Promise<{ type: "a" }>>();
  });

  it("takes any library's Request, and parts", () => {
    void verify(undici, ["a", "b"] as const);
    void verify({ body: "", headers: incoming }, "s");
    void verify({ body: Buffer.alloc(0), headers: new Headers() }, "s");
    void verify({ body: new ArrayBuffer(0), headers: { "Webhook-Id": ["a"], x: undefined } }, "s");
    // @ts-expect-error a parsed body is not what was signed
    void verify({ body: { a: 1 }, headers: incoming }, "s");
    // @ts-expect-error headers are needed
    void verify({ body: "" }, "s");
    // @ts-expect-error a body is needed
    void verify({ headers: incoming }, "s");
  });

  it("takes no secret that may be missing", () => {
    // @ts-expect-error an environment variable may not be set
    void verify(request, process.env.WEBHOOK_SECRET);
    // @ts-expect-error in a list neither
    void verify(request, ["s", process.env.WEBHOOK_SECRET]);
  });

  it("takes only its own options", () => {
    void verify(request, "s", { tolerance: "5m", scheme: "standard", now: Date.now });
    void verify(request, "s", { tolerance: 1000, scheme: "stripe", header: "Acme-Signature" });
    void verify(request, "s", { tolerance: undefined, scheme: undefined });
    // @ts-expect-error not a scheme
    void verify(request, "s", { scheme: "svix" });
    // @ts-expect-error an unsigned request cannot be verified
    void verify(request, "s", { scheme: "none" });
    // @ts-expect-error not a unit
    void verify(request, "s", { tolerance: "5 minutes" });
    // @ts-expect-error the clock is a function
    void verify(request, "s", { now: 5 });
  });
});

describe("VerificationError", () => {
  it("narrows, and knows its codes", () => {
    const caught: unknown = undefined;
    if (isVerificationError(caught)) {
      expectTypeOf(caught).toEqualTypeOf<VerificationError>();
      expectTypeOf(caught.code).toEqualTypeOf<VerificationErrorCode>();
    }
    expectTypeOf<(typeof VERIFICATION_ERROR_CODES)[number]>().toEqualTypeOf<VerificationErrorCode>();
    // @ts-expect-error not a code
    isVerificationError(caught, "BAD_SIGNATURE");
  });
});
