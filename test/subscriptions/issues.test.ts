import { describe, expect, test } from "vitest";
import * as z from "zod";
import { WebhookError } from "../../src/model/errors.js";
import { type CodedIssue, issueOf, issuesOf, throwIssues } from "../../src/subscriptions/issues.js";

const issue = (code: CodedIssue["code"], ...path: string[]): CodedIssue => ({
  code,
  path,
  message: "Is bad.",
});

describe("issuesOf", () => {
  test("names unknown fields themselves, below the path given, each place once", () => {
    const schema = z.strictObject({ a: z.string().min(2, "Is short.").regex(/^x/), b: z.strictObject({}) });
    const { error } = schema.safeParse({ a: "", b: { c: 1, d: 2 } });
    if (!error) throw new Error("no error");
    const issues = issuesOf(error, ["top"], "INVALID_ARGUMENT");
    expect(issues.map(({ path }) => path.join("."))).toEqual(["top.a", "top.b.c", "top.b.d"]);
    expect(issues[0]?.message).toBe("Is short.");
  });

  test("spells a symbol out", () => {
    const error = new z.ZodError([{ code: "custom", path: [Symbol("s")], message: "x", input: 1 }]);
    expect(issuesOf(error, [], "INVALID_ARGUMENT")[0]?.path).toEqual(["Symbol(s)"]);
  });
});

describe("issueOf", () => {
  test("takes the issue's message, or the error's where it has none", () => {
    const issues = [{ path: ["elsewhere"], message: "Must use https." }];
    expect(issueOf(new WebhookError("URL_REFUSED", "No.", { issues }), ["url"])).toEqual({
      code: "URL_REFUSED",
      path: ["url"],
      message: "Must use https.",
    });
    expect(issueOf(new WebhookError("URL_REFUSED", "No."), ["url"]).message).toBe("No.");
  });

  test("passes on what is not ours", () => {
    const error = new TypeError("bug");
    expect(() => issueOf(error, [])).toThrow(error);
  });
});

describe("throwIssues", () => {
  test("throws nothing for none", () => {
    expect(() => throwIssues([], "INVALID_ARGUMENT", "No.")).not.toThrow();
  });

  test("has their code where they agree, the fallback where they do not", () => {
    const refused = issue("URL_REFUSED", "url");
    const code = (issues: CodedIssue[]) => {
      try {
        throwIssues(issues, "INVALID_SUBSCRIPTION", "No.");
      } catch (error) {
        return (error as WebhookError).code;
      }
    };
    expect(code([refused, refused])).toBe("URL_REFUSED");
    expect(code([refused, issue("UNKNOWN_SCOPE", "scope")])).toBe("INVALID_SUBSCRIPTION");
  });

  test("says the first five, and keeps them all", () => {
    const issues = ["a", "b", "c", "d", "e", "f", "g"].map((field) => issue("INVALID_ARGUMENT", field));
    expect(() => throwIssues(issues, "INVALID_ARGUMENT", "The call is not acceptable.")).toThrow(
      expect.objectContaining({
        message:
          "The call is not acceptable. a: Is bad. b: Is bad. c: Is bad. d: Is bad. e: Is bad. And 2 more.",
        issues: issues.map(({ path, message }) => ({ path, message })),
      }),
    );
  });
});
