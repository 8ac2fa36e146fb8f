import { expect, test } from "vitest";
import { EMPTY_DOCUMENT, parseDocument, serialiseDocument } from "../../src/subscriptions/document.js";

test("comes back as it was", () => {
  const document = {
    ...EMPTY_DOCUMENT,
    name: "Splunk",
    metadata: { a: [1, { b: null }] },
    url: "https://x.example/",
  };
  expect(parseDocument(serialiseDocument(document), "sub_1")).toEqual(document);
});

test("fields that an older version did not know are filled in", () => {
  expect(parseDocument('{"v":1,"name":"Splunk"}', "sub_1")).toEqual({ ...EMPTY_DOCUMENT, name: "Splunk" });
});

test.each([
  ['{"v":2}', /upgrade/],
  ["{}", /not written by this library/],
  ["null", /not written by this library/],
  ["7", /not written by this library/],
  ["{", /not written by this library/],
])("refuses %s", (text, why) => {
  expect(() => parseDocument(text, "sub_1")).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
  expect(() => parseDocument(text, "sub_1")).toThrow(why);
});
