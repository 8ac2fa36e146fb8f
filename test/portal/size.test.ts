import { describe, expect, it } from "vitest";
import { pages } from "../../src/portal/pages.gen.js";

/** Bytes as they go over the wire. */
const sizes = Object.entries(pages.files as Record<string, { type: string; gzip: string }>).map(
  ([name, { type, gzip }]) => ({
    name,
    isScript: type.startsWith("text/javascript"),
    bytes: Buffer.from(gzip, "base64").length,
  }),
);
const scripts = sizes.filter(({ isScript }) => isScript);

describe("the size of the pages", () => {
  it("is at most 200 kB of gzipped script", () => {
    const all = scripts.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(all).toBeGreaterThan(50_000);
    expect(all).toBeLessThanOrEqual(200_000);
  });

  it("is split by page: what every page needs is not the whole", () => {
    const first = scripts.filter(
      ({ name }) => name === pages.entry || (pages.preloads as readonly string[]).includes(name),
    );
    expect(first.length).toBe(1 + pages.preloads.length);
    expect(first.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(125_000);
    for (const page of [
      "list-page",
      "create-page",
      "settings-view",
      "deliveries-view",
      "delivery-view",
      "activity-view",
      "catalogue-page",
      "verify-view",
      "pending-view",
    ])
      expect(
        scripts.some(({ name }) => name.startsWith(`${page}-`)),
        page,
      ).toBe(true);
  });
});
