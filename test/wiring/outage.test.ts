import { describe, expect, it } from "vitest";
import { WebhookError } from "../../src/model/errors.js";
import { calmed } from "../../src/wiring/outage.js";

const away = new WebhookError("STORE_UNAVAILABLE", "away");

function calm() {
  let now = 10_000;
  const reports: string[] = [];
  const fault = calmed({ now: () => now }, (_, message) => void reports.push(message));
  const at = (ms: number) => {
    now = ms;
  };
  return { fault, reports, at };
}

describe("calmed", () => {
  it("reports the first of a store that is away, and counts the others of the same second", () => {
    const { fault, reports, at } = calm();
    for (const name of ["a", "b", "c"]) fault(away, `${name} failed.`);
    expect(reports).toEqual(["a failed."]);
    at(10_999);
    fault(away, "d failed.");
    at(11_000);
    fault(away, "e failed.");
    at(12_000);
    fault(away, "f failed.");
    expect(reports).toEqual(["a failed.", "e failed. So did 3 others since the last report.", "f failed."]);
  });

  it("passes every other fault on as it comes", () => {
    const { fault, reports } = calm();
    fault(away, "a failed.");
    fault(new Error("poison"), "b failed.");
    fault(new WebhookError("NOT_FOUND", "gone"), "c failed.");
    expect(reports).toEqual(["a failed.", "b failed.", "c failed."]);
  });

  it("is not silenced by a clock that is set back", () => {
    const { fault, reports, at } = calm();
    fault(away, "a failed.");
    at(5_000);
    fault(away, "b failed.");
    expect(reports).toEqual(["a failed.", "b failed."]);
  });
});
