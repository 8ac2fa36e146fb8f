import { describe, expect, it } from "vitest";
import { acceptsGzip } from "../../src/portal/encoding.js";

describe("acceptsGzip", () => {
  it.each<[string | null, boolean]>([
    [null, false],
    ["", false],
    ["gzip", true],
    ["GZIP", true],
    ["x-gzip", true],
    ["gzip, deflate, br, zstd", true],
    ["br;q=1.0, gzip;q=0.8, *;q=0.1", true],
    ["br , gzip ; q=0.001", true],
    ["*", true],
    ["identity", false],
    ["br", false],
    ["gzip;q=0", false],
    ["gzip;q=0.000, *", false],
    ["*;q=0", false],
    ["gzip;q=abc", false],
    ["gzipped", false],
  ])("%j: %s", (header, expected) => expect(acceptsGzip(header)).toBe(expected));
});
