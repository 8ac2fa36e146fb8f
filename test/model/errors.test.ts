import { describe, expect, it } from "vitest";
import { isWebhookError, WEBHOOK_ERROR_CODES, WebhookError } from "../../src/model/errors.js";

describe("WebhookError", () => {
  it("carries a code, a message, issues and a cause", () => {
    const cause = new Error("disk full");
    const issues = [{ path: ["retry", "schedule", 2], message: "too long" }];
    const error = new WebhookError("CONFIGURATION", "Shorten it.", { issues, cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: "WebhookError",
      code: "CONFIGURATION",
      message: "Shorten it.",
      issues,
      cause,
    });
  });

  it("has no issues and no cause of its own", () => {
    const error = new WebhookError("NOT_FOUND", "No such thing.");
    expect(error.issues).toEqual([]);
    expect("cause" in error).toBe(false);
  });

  it("lists each code once", () => {
    expect(new Set(WEBHOOK_ERROR_CODES).size).toBe(WEBHOOK_ERROR_CODES.length);
  });
});

describe("isWebhookError", () => {
  const error = new WebhookError("NOT_FOUND", "No such thing.");
  const foreign = Object.assign(new Error("another copy"), { name: "WebhookError", code: "NOT_FOUND" });

  it.each([
    ["one of ours", error, true],
    ["one of another copy of the package", foreign, true],
    ["another error", new TypeError("no"), false],
    ["something that only looks like one", { name: "WebhookError", code: "NOT_FOUND" }, false],
    ["null", null, false],
    ["nothing", undefined, false],
  ])("%s: %#", (_, value, expected) => {
    expect(isWebhookError(value)).toBe(expected);
  });

  it("tells codes apart", () => {
    expect(isWebhookError(error, "NOT_FOUND")).toBe(true);
    expect(isWebhookError(error, "INVALID_DATA")).toBe(false);
    expect(isWebhookError(foreign, "NOT_FOUND")).toBe(true);
  });
});
