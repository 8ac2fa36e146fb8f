import { describe, expect, it } from "vitest";
import { OVERLAPS, rotateOptions } from "../../../src/portal/app/pages/verify/rotation.js";

describe("rotateOptions", () => {
  it("asks for what was chosen", () => {
    expect(OVERLAPS.map((overlap) => rotateOptions("standard", { overlap, secret: null }))).toEqual([
      { overlap: 0 },
      { overlap: "1h" },
      { overlap: "24h" },
      { overlap: "7d" },
    ]);
    expect(rotateOptions("stripe", { overlap: "1h", secret: "s3cret" })).toEqual({
      overlap: "1h",
      secret: "s3cret",
    });
  });

  it("sends an own secret that is empty, too, for the API to refuse", () => {
    expect(rotateOptions("standard", { overlap: "1h", secret: "" })).toEqual({ overlap: "1h", secret: "" });
  });

  it("keeps no old secret where it could not sign", () => {
    for (const scheme of ["mist", "github"]) {
      expect(rotateOptions(scheme, { overlap: "24h", secret: null })).toEqual({ overlap: 0 });
    }
  });
});
