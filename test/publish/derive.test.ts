import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bodyOf } from "../../src/formats/body.js";
import { builtInFormats } from "../../src/formats/registry.js";
import { derive, type Hearer } from "../../src/publish/derive.js";
import { event, NOW } from "../make.js";

const instant: Hearer = { id: "sub_i", scope: "organization:acme", type: "event", format: "standard" };
const batch: Hearer = { id: "sub_b", scope: "", type: "batch", format: "array" };

describe("derive", () => {
  it("makes nothing where nobody hears", () => {
    expect(derive(event(), [])).toEqual({ event: event(), deliveries: [], pending: [] });
  });

  it("makes a delivery, due now and held by nobody, for each instant subscription", () => {
    const { deliveries, pending } = derive(event({ scope: "organization:acme/signin:lobby" }), [instant]);
    expect(deliveries).toEqual([
      {
        id: expect.stringMatching(/^dlv_[0-9a-z]{26}$/),
        subscriptionId: "sub_i",
        scope: "organization:acme",
        kind: "event",
        type: "order.paid",
        format: "standard",
        eventIds: ["evt_1"],
        createdAt: NOW,
        dueAt: NOW,
        lease: null,
      },
    ]);
    expect(pending).toEqual([]);
  });

  it("lets the event wait for each batch subscription", () => {
    const { deliveries, pending } = derive(event(), [batch, instant, { ...batch, id: "sub_c" }]);
    expect(deliveries).toHaveLength(1);
    expect(
      pending.map(({ subscriptionId, lane, eventId, at }) => [subscriptionId, lane, eventId, at]),
    ).toEqual([
      ["sub_b", "", "evt_1", NOW],
      ["sub_c", "", "evt_1", NOW],
    ]);
  });

  it("counts waiting from the publish, not from when it happened", () => {
    expect(derive(event({ at: 0 }), [batch]).pending[0]?.at).toBe(NOW);
  });

  it("makes a test of a test", () => {
    expect(derive(event({ test: true }), [instant]).deliveries[0]?.kind).toBe("test");
  });

  it("gives each delivery an id of its own", () => {
    const { deliveries } = derive(
      event(),
      Array.from({ length: 100 }, (_, i) => ({ ...instant, id: `sub_${i}` })),
    );
    expect(new Set(deliveries.map(({ id }) => id)).size).toBe(100);
  });

  it("counts no fewer bytes than the body will have, so that maxBytes holds, and not many more", () => {
    const name = fc.string({ unit: fc.constantFrom(..."abcXYZ019._~-"), minLength: 1, maxLength: 30 });
    const one = fc.record({
      id: name,
      type: name,
      scope: name,
      data: fc.jsonValue(),
      at: fc.nat({ max: Date.UTC(9999, 0) }),
    });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 10 }), (drafts) => {
        const events = drafts.map(({ data, ...rest }) => event({ ...rest, data: JSON.stringify(data) }));
        const counted = events
          .flatMap((one) => derive(one, [batch]).pending)
          .reduce((sum, { bytes }) => sum + bytes, 0);
        const subscription = { id: "sub_b", name: "B", scope: "", metadata: {} };
        const size = Buffer.byteLength(bodyOf(builtInFormats, "array", events, subscription, true));
        expect(size).toBeLessThanOrEqual(counted);
        expect(counted - size).toBeLessThanOrEqual(10 * events.length);
      }),
    );
  });
});
