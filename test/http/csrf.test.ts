import { afterEach, describe, expect, it } from "vitest";
import { isForged } from "../../src/http/csrf.js";
import { cleanAll } from "../flow/harness.js";
import { house } from "./support.js";

afterEach(cleanAll);

const OWN = "https://api.example.com";
const FRIEND = "https://admin.example.com";
const allowed = new Set([FRIEND]);

/** Sec-Fetch-Site, Origin, and whether a request that changes something is refused. */
const CASES: readonly (readonly [string | null, string | null, boolean])[] = [
  // No browser.
  [null, null, false],
  // Browsers that know Sec-Fetch-Site: it decides.
  ["same-origin", null, false],
  ["same-origin", OWN, false],
  ["none", null, false],
  ["same-site", null, true],
  ["same-site", OWN, true],
  ["same-site", "https://www.example.com", true],
  ["cross-site", null, true],
  ["cross-site", "https://evil.example", true],
  ["cross-site", "null", true],
  ["cross-site", OWN, true],
  ["", OWN, true],
  ["Same-Origin", OWN, true],
  ["same-origin, cross-site", null, true],
  // Browsers that do not: Origin does.
  [null, OWN, false],
  [null, "http://api.example.com", false],
  [null, "https://evil.example", true],
  [null, "https://www.example.com", true],
  [null, "https://api.example.com.evil.example", true],
  [null, "https://api.example.com@evil.example", true],
  [null, "https://api.example.com:8443", true],
  [null, "null", true],
  [null, "", true],
  [null, "garbage", true],
  // Those the host allows, and none that only look like them.
  ["same-site", FRIEND, false],
  ["cross-site", FRIEND, false],
  [null, FRIEND, false],
  ["cross-site", "http://admin.example.com", true],
  ["cross-site", `${FRIEND}/`, true],
  ["cross-site", `${FRIEND}.evil.example`, true],
  ["cross-site", FRIEND.toUpperCase(), true],
];

function headersOf(site: string | null, origin: string | null): Record<string, string> {
  return {
    ...(site === null ? {} : { "sec-fetch-site": site }),
    ...(origin === null ? {} : { origin }),
  };
}

describe("whether another page sends it", () => {
  it.each(CASES)("Sec-Fetch-Site %j, Origin %j: %j", (site, origin, forged) => {
    const headers = new Headers(headersOf(site, origin));
    for (const method of ["POST", "PATCH", "DELETE", "PUT", "FOO"]) {
      expect(isForged({ method, headers, url: `${OWN}/x` }, allowed), method).toBe(forged);
    }
    for (const method of ["GET", "HEAD", "OPTIONS"]) {
      expect(isForged({ method, headers, url: `${OWN}/x` }, allowed), method).toBe(false);
    }
  });

  it("knows its own host by the Host header, where the URL has another", () => {
    const from = (origin: string) =>
      isForged(
        {
          method: "POST",
          headers: new Headers({ host: "app.example.com", origin }),
          url: "http://localhost:3000/x",
        },
        new Set(),
      );
    expect(from("https://app.example.com")).toBe(false);
    expect(from("http://localhost:3000")).toBe(false);
    expect(from("https://evil.example")).toBe(true);
    expect(from("null")).toBe(true);
  });

  it("allows nobody unless told to", () => {
    const headers = new Headers(headersOf("cross-site", FRIEND));
    expect(isForged({ method: "POST", headers, url: OWN }, new Set())).toBe(true);
  });
});

describe("over HTTP", () => {
  it.each(CASES)("Sec-Fetch-Site %j, Origin %j: refused %j", async (site, origin, forged) => {
    const place = await house({ handler: { allowedOrigins: [FRIEND] } });
    const ada = place.as("ada");
    const headers = headersOf(site, origin);
    const before = await place.dump();
    const made = await ada.send("POST", "/subscriptions", { body: { name: "One" }, headers });
    expect(made.status).toBe(forged ? 403 : 201);
    if (forged) {
      expect(made.problem.code).toBe("CROSS_ORIGIN");
      expect(await place.dump()).toBe(before);
    }
    expect((await ada.send("GET", "/subscriptions", { headers })).status).toBe(200);
  });

  it("does not ask the host who it is", async () => {
    let asked = 0;
    const authorize = () => {
      asked++;
      return null;
    };
    const { handler } = await house({ handler: { authorize } });
    const headers = headersOf("cross-site", null);
    const response = await handler(new Request(`${OWN}/subscriptions`, { method: "POST", headers }));
    expect([response.status, asked]).toEqual([403, 0]);
  });
});
