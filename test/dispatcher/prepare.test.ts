import { describe, expect, it } from "vitest";
import { prepareRequest } from "../../src/dispatcher/prepare.js";
import type { Recipient } from "../../src/dispatcher/recipient.js";
import { formatsWith } from "../../src/formats/registry.js";
import type { SignedMessage } from "../../src/model/signature.js";
import { event, failure, leased, NOW } from "../make.js";

const settings = { formats: formatsWith({}), maxResponseBytes: 16_384 };

function recipient(change: Partial<Recipient> = {}): Recipient {
  return {
    id: "sub_1",
    name: "Splunk",
    scope: "",
    metadata: {},
    enabled: true,
    ordered: false,
    schedule: [],
    url: "https://hooks.example.com/in",
    contentType: null,
    headers: {},
    tls: { verify: true },
    timeoutMs: 15_000,
    sign: () => ({ "webhook-signature": "v1,x" }),
    redact: (text) => text,
    ...change,
  };
}

describe("prepareRequest", () => {
  it("makes the whole request", () => {
    const request = prepareRequest(
      leased(),
      [event()],
      recipient({ headers: { "x-team": "blue" } }),
      settings,
      NOW,
    );
    expect(request).toEqual({
      url: "https://hooks.example.com/in",
      headers: {
        "user-agent": "hookwright",
        "x-team": "blue",
        "content-type": "application/json",
        "webhook-signature": "v1,x",
      },
      body: '{"id":"evt_1","type":"order.paid","timestamp":"2026-01-15T12:00:00.000Z","scope":"","data":{"n":1}}',
      tls: { verify: true },
      maxResponseBytes: 16_384,
    });
  });

  it("lets a custom header replace none of ours but the user agent", () => {
    const headers = {
      "user-agent": "acme",
      "content-type": "text/evil",
      "webhook-signature": "v1,forged",
      "webhook-id": "1",
    };
    const sign = () => ({ "Webhook-Id": "evt_1", "webhook-signature": "v1,x" });
    expect(prepareRequest(leased(), [event()], recipient({ headers, sign }), settings, NOW).headers).toEqual({
      "user-agent": "acme",
      "content-type": "application/json",
      "webhook-signature": "v1,x",
      "webhook-id": "evt_1",
    });
  });

  it("uses the subscription's content type where it has one", () => {
    const request = prepareRequest(
      leased(),
      [event()],
      recipient({ contentType: "application/cloudevents+json" }),
      settings,
      NOW,
    );
    expect(request.headers["content-type"]).toBe("application/cloudevents+json");
  });

  it("hands on whether certificates are checked", () => {
    expect(
      prepareRequest(leased(), [event()], recipient({ tls: { verify: false } }), settings, NOW).tls,
    ).toEqual({ verify: false });
  });

  it("signs exactly the body, at this moment in whole seconds", () => {
    const signed: [SignedMessage, number][] = [];
    const sign = (message: SignedMessage, now: number) => {
      signed.push([message, now]);
      return {};
    };
    const { body } = prepareRequest(leased(), [event()], recipient({ sign }), settings, NOW + 999);
    expect(signed).toEqual([[{ id: "evt_1", timestamp: NOW / 1000, body }, NOW + 999]]);
  });

  it.each([
    ["event", "evt_1"],
    ["test", "evt_1"],
    ["batch", "dlv_1"],
  ] as const)("of a delivery of kind %s signs the id %s, also when a batch has one event", (kind, id) => {
    const ids: string[] = [];
    const sign = (message: SignedMessage) => {
      ids.push(message.id);
      return {};
    };
    prepareRequest(leased({ kind, format: "array" }), [event()], recipient({ sign }), settings, NOW);
    expect(ids).toEqual([id]);
  });

  it("gives the same body at each attempt", () => {
    const bodies = [NOW, NOW + 60_000].map(
      (now) => prepareRequest(leased(), [event()], recipient(), settings, now).body,
    );
    expect(bodies[0]).toBe(bodies[1]);
  });

  it("says that a format is not registered", async () => {
    const error = await failure("CONFIGURATION", () =>
      prepareRequest(leased({ format: "slack" }), [event()], recipient(), settings, NOW),
    );
    expect(error.message).toContain("slack");
  });

  it("makes no body of a part of the events: it would be another under the same id", async () => {
    const delivery = leased({ kind: "batch", format: "array", eventIds: ["evt_1", "evt_2"] });
    await failure("NOT_FOUND", () => prepareRequest(delivery, [event()], recipient(), settings, NOW));
    await failure("NOT_FOUND", () => prepareRequest(leased(), [], recipient(), settings, NOW));
  });

  it("lets out what a host's format or scheme throws", () => {
    const broken = () => {
      throw new RangeError("no key");
    };
    expect(() => prepareRequest(leased(), [event()], recipient({ sign: broken }), settings, NOW)).toThrow(
      RangeError,
    );
  });
});
