import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Finished } from "../../src/dispatcher/finished.js";
import { prepareRequest } from "../../src/dispatcher/prepare.js";
import type { Unsendable } from "../../src/dispatcher/recipient.js";
import { formatsWith } from "../../src/formats/registry.js";
import { WebhookError } from "../../src/model/errors.js";
import type { Format } from "../../src/model/format.js";
import type { TransportResult } from "../../src/model/transport.js";
import { SLICE } from "../../src/model/turn.js";
import { event, leased, NOW, rounds } from "../make.js";
import { answer, heldTransport, recipient, senderOf } from "./helpers.js";

/** The delivery was given back: nothing was sent, and the claim's attempt does not count. */
function expectReleased(finished: Finished, dueAt: number): void {
  expect(finished.verdict).toBeNull();
  expect(finished.outcome).toEqual({
    deliveryId: "dlv_1",
    lease: "lease_1",
    status: "pending",
    dueAt,
    completedAt: null,
    httpStatus: null,
    error: null,
    attempt: null,
    uncount: true,
    replacements: [],
  });
}

describe("Sender: an attempt", () => {
  it("that meets a 2xx delivers", async () => {
    const { sender, sent } = senderOf();
    const { outcome, verdict, ordered } = await sender.attempt(leased({ attempts: 2 }));
    expect(sent.map(({ url, body }) => [url, String(body).slice(0, 13)])).toEqual([
      ["https://hooks.example.com/in", '{"id":"evt_1"'],
    ]);
    expect(outcome).toMatchObject({
      deliveryId: "dlv_1",
      lease: "lease_1",
      status: "delivered",
      dueAt: null,
      completedAt: NOW,
      httpStatus: 200,
      error: null,
      uncount: false,
      attempt: { number: 2, at: NOW, durationMs: 1.5 },
    });
    expect([verdict?.success, ordered]).toEqual([true, false]);
  });

  it("that fails will be followed by another, in its order's turn", async () => {
    const { sender, known } = senderOf({ transport: { send: async () => answer(500) } });
    known.set("sub_1", recipient({ ordered: true }));
    const { outcome, ordered } = await sender.attempt(leased());
    expect(outcome).toMatchObject({
      status: "failed",
      dueAt: NOW + 60_000,
      completedAt: null,
      httpStatus: 500,
    });
    expect(ordered).toBe(true);
  });

  it("of a batch reads its events and keeps their order", async () => {
    const { sender, sent } = senderOf({ readEvents: async () => [event({ id: "b" }), event({ id: "a" })] });
    await sender.attempt(leased({ kind: "batch", format: "array", event: null, eventIds: ["a", "b"] }));
    const ids = (JSON.parse(String(sent[0]?.body)) as { id: string }[]).map(({ id }) => id);
    expect(ids).toEqual(["a", "b"]);
    expect(sent[0]?.headers["webhook-id"]).toBe("dlv_1");
  });

  it("whose events are partly forgotten is not sent: it would be another body", async () => {
    const { sender, sent, faults } = senderOf({ readEvents: async () => [event({ id: "a" })] });
    const delivery = leased({ kind: "batch", format: "array", event: null, eventIds: ["a", "b"] });
    const { outcome, verdict } = await sender.attempt(delivery);
    expect(sent).toEqual([]);
    expect(outcome).toMatchObject({ status: "failed", dueAt: NOW + 60_000, error: { code: "NOT_SENT" } });
    expect(verdict?.counts).toBe(false);
    expect(faults).toHaveLength(1);
  });

  it("records no secret, also where it is echoed", async () => {
    const echo: TransportResult = {
      ...answer(200),
      kind: "response",
      body: "token s3cr3t-value!",
    } as TransportResult;
    const { sender, known } = senderOf({ transport: { send: async () => echo } });
    known.set("sub_1", recipient({ headers: { "x-token": "s3cr3t-value" } }));
    const { outcome } = await sender.attempt(leased());
    expect(outcome.attempt?.document).toContain("token [redacted]!");
    expect(JSON.stringify(outcome)).not.toContain("s3cr3t-value");
  });
});

describe("Sender: a large batch", () => {
  const COUNT = 2 * SLICE + 1;
  const eventIds = Array.from({ length: COUNT }, (_, index) => `evt_${index}`);
  const large = () => leased({ kind: "batch", format: "array", event: null, eventIds });

  it("is read whole and sent as the bytes of the same body, in order", async () => {
    const { sender, sent } = senderOf();
    const { outcome } = await sender.attempt(large());
    expect(outcome.status).toBe("delivered");
    const { body } = prepareRequest(
      large(),
      eventIds.map((id) => event({ id })),
      recipient(),
      { formats: formatsWith({}), maxResponseBytes: 1 },
      NOW,
    );
    expect(sent[0]?.body).toBeInstanceOf(Uint8Array);
    expect(String(sent[0]?.body)).toBe(body);
  });

  it("gives the event loop turns between reading, composing, signing and sending", async () => {
    let turns = 0;
    let going = true;
    const count = () => {
      turns++;
      if (going) setImmediate(count);
    };
    const at: number[] = [];
    const format: Format = {
      contentType: "text/plain",
      body: () => {
        at.push(turns);
        return "text";
      },
    };
    const { sender, known } = senderOf({
      readEvents: async (ids) => {
        at.push(turns);
        return ids.map((id) => event({ id }));
      },
      formats: formatsWith({ own: format }),
      transport: {
        send: async () => {
          at.push(turns);
          return answer(200);
        },
      },
    });
    known.set(
      "sub_1",
      recipient({
        sign: () => {
          at.push(turns);
          return {};
        },
      }),
    );
    setImmediate(count);
    await sender.attempt({ ...large(), format: "own" });
    going = false;
    expect(at).toHaveLength(6);
    expect(new Set(at).size).toBe(6);
  });

  it("whose format throws is told of as a small one is", async () => {
    const format: Format = {
      contentType: "text/plain",
      body: () => {
        throw failed;
      },
    };
    const failed = new Error("no body");
    const { sender, sent, faults } = senderOf({ formats: formatsWith({ own: format }) });
    const { outcome } = await sender.attempt({ ...large(), format: "own" });
    expect(sent).toEqual([]);
    expect(outcome).toMatchObject({ status: "failed", error: { code: "NOT_SENT" } });
    expect(faults).toEqual([failed]);
  });

  it("of which an event is forgotten is not sent", async () => {
    const { sender, sent, faults } = senderOf({
      readEvents: async (ids) => ids.filter((id) => id !== "evt_7").map((id) => event({ id })),
    });
    await sender.attempt(large());
    expect(sent).toEqual([]);
    expect(faults).toMatchObject([{ code: "NOT_FOUND" }]);
  });

  it("is given back when we are stopped in the turn after it was signed", async () => {
    const { sender, sent, known } = senderOf();
    const sign = () => {
      setImmediate(() => sender.abort());
      return {};
    };
    known.set("sub_1", recipient({ sign }));
    expectReleased(await sender.attempt(large()), NOW);
    expect(sent).toEqual([]);
  });
});

describe("Sender: without a request", () => {
  it("cancels where the subscription is gone, and asks past the cache before it does", async () => {
    const asked: boolean[] = [];
    const { sender, sent } = senderOf({
      async recipient(_, fresh) {
        asked.push(fresh);
        return null;
      },
    });
    const { outcome, verdict } = await sender.attempt(leased());
    expect(outcome).toMatchObject({
      status: "cancelled",
      dueAt: null,
      completedAt: NOW,
      uncount: true,
      attempt: null,
    });
    expect([asked, sent, verdict]).toEqual([[false, true], [], null]);
  });

  it("gives back what is paused, and believes the store more than an old copy", async () => {
    const { sender, known, sent } = senderOf();
    known.set("sub_1", recipient({ enabled: false }));
    expectReleased(await sender.attempt(leased()), NOW);
    expect(sent).toEqual([]);
    const enabled = senderOf({ recipient: async (id, fresh) => recipient({ id, enabled: fresh }) });
    expect((await enabled.sender.attempt(leased())).outcome.status).toBe("delivered");
  });

  it("sends a test although it is paused", async () => {
    const { sender, known } = senderOf();
    known.set("sub_1", recipient({ enabled: false }));
    expect((await sender.attempt(leased({ kind: "test" }))).outcome.status).toBe("delivered");
  });

  it.each([
    [20_000, "sent"],
    [19_999, "given back"],
  ])("with %s ms of lease left is %s", async (left, what) => {
    const { sender, sent } = senderOf();
    const finished = await sender.attempt(leased({ dueAt: NOW + left }));
    expect(sent).toHaveLength(what === "sent" ? 1 : 0);
    if (what === "given back") expectReleased(finished, NOW);
  });

  it("gives back what the lease ran out of while its events were read", async () => {
    let now = NOW;
    const { sender, sent } = senderOf({
      clock: { now: () => now },
      async readEvents(ids) {
        now = NOW + 1;
        return ids.map((id) => event({ id }));
      },
    });
    const batch = { kind: "batch", format: "array", event: null, eventIds: ["a", "b"] } as const;
    expectReleased(await sender.attempt(leased({ ...batch, dueAt: NOW + 20_000 })), NOW + 1);
    expect(sent).toEqual([]);
    now = NOW;
    await sender.attempt(leased({ ...batch, dueAt: NOW + 20_001 }));
    expect(sent).toHaveLength(1);
  });

  it("exhausts what was claimed twenty times and never recorded: it ends the processes that send it", async () => {
    const { sender, sent } = senderOf();
    const { outcome, verdict } = await sender.attempt(
      leased({ attempts: 20, extraAttempts: 19, status: "failed", httpStatus: 500 }),
    );
    expect(outcome).toMatchObject({
      status: "exhausted",
      dueAt: null,
      completedAt: NOW,
      httpStatus: 500,
      error: { code: "ABANDONED" },
      uncount: true,
      attempt: null,
    });
    expect([sent, verdict]).toEqual([[], null]);
  });

  it.each<[string, unknown, string]>([
    ["a refused URL", new WebhookError("URL_REFUSED", "10.0.0.7 is private"), "UNREACHABLE"],
    ["a secret that cannot be opened", new WebhookError("UNSEAL_FAILED", "key k1 is missing"), "NOT_SENT"],
    ["anything else", "odd", "NOT_SENT"],
  ])("an unsendable subscription, %s, fails on schedule and is reported", async (_, fault, code) => {
    const { sender, known, sent, faults } = senderOf();
    const unsendable: Unsendable = { id: "sub_1", enabled: true, ordered: true, schedule: [5_000], fault };
    known.set("sub_1", unsendable);
    const { outcome, verdict, ordered } = await sender.attempt(leased());
    expect(outcome).toMatchObject({ status: "failed", dueAt: NOW + 5_000, error: { code }, uncount: false });
    expect(outcome.attempt).toMatchObject({ number: 1, durationMs: 0 });
    expect([verdict?.counts, ordered, sent]).toEqual([false, true, []]);
    expect(faults).toEqual([fault]);
    expect(JSON.stringify(outcome)).not.toMatch(/10\.0\.0\.7|k1/);
  });

  it("a format or a scheme that throws is a fault of ours, not of the endpoint's health", async () => {
    const { sender, known, faults } = senderOf();
    const broken = () => {
      throw new RangeError("whsec_abc is short");
    };
    known.set("sub_1", recipient({ sign: broken }));
    const { outcome, verdict } = await sender.attempt(leased());
    expect(outcome.error?.code).toBe("NOT_SENT");
    expect([verdict?.counts, faults.length]).toEqual([false, 1]);
    expect(JSON.stringify(outcome)).not.toContain("whsec_abc");
  });
});

describe("Sender: claims that were lost with their process", () => {
  it("use up nothing: after five of them the whole schedule follows, in attempts that keep their numbers", async () => {
    const { sender } = senderOf({ transport: { send: async () => answer(500) } });
    const seen: unknown[] = [];
    for (let tried = 0; tried < 3; tried++) {
      const { outcome } = await sender.attempt(leased({ attempts: 6 + tried, extraAttempts: 5 }));
      seen.push([outcome.attempt?.number, outcome.status, outcome.dueAt, outcome.uncount]);
    }
    expect(seen).toEqual([
      [6, "failed", NOW + 60_000, false],
      [7, "failed", NOW + 300_000, false],
      [8, "exhausted", null, false],
    ]);
  });

  it("are looked up only of a delivery that may have lost too many", async () => {
    const asked: string[] = [];
    const { sender } = senderOf({
      async recordedAttempts(id) {
        asked.push(id);
        return 17;
      },
    });
    await sender.attempt(leased({ attempts: 17, extraAttempts: 15 }));
    expect(asked).toEqual([]);
    await sender.attempt(leased({ attempts: 18, extraAttempts: 16 }));
    expect(asked).toEqual(["dlv_1"]);
  });

  it("are not looked up of one that is paused", async () => {
    const { sender, known } = senderOf({ recordedAttempts: () => Promise.reject(new Error("asked")) });
    known.set("sub_1", recipient({ enabled: false }));
    expectReleased(await sender.attempt(leased({ attempts: 18, extraAttempts: 17 })), NOW);
  });

  it("of a test end it: it is tried once", async () => {
    const { sender, sent } = senderOf();
    const { outcome } = await sender.attempt(leased({ kind: "test", attempts: 2, extraAttempts: 1 }));
    expect(outcome).toMatchObject({ status: "exhausted", error: { code: "ABANDONED" }, attempt: null });
    expect(sent).toEqual([]);
  });
});

describe("Sender: a store that fails", () => {
  it.each<[string, Parameters<typeof senderOf>[0]]>([
    ["in reading the events", { readEvents: () => Promise.reject(new Error("away")) }],
    ["in counting the attempts", { recordedAttempts: () => Promise.reject(new Error("away")) }],
    ["in reading the subscription", { recipient: () => Promise.reject(new Error("away")) }],
  ])("%s gives the delivery back uncounted, not due at once, and reports it", async (_, parts) => {
    const { sender, sent, faults } = senderOf({ recordedAttempts: async () => 17, ...parts });
    const finished = await sender.attempt(leased({ event: null, attempts: 18, extraAttempts: 17 }));
    expectReleased(finished, NOW + 5_000);
    expect([sent, faults]).toEqual([[], [new Error("away")]]);
  });
});

describe("Sender: a transport that has no answer", () => {
  it("is told of in its own words, but for the secrets it was given", async () => {
    const told: unknown[] = [];
    const message = "The egress proxy answered 407 to token s3cret-token.";
    const { sender, known } = senderOf({
      transport: { send: async () => ({ kind: "failure", reason: "connect", message, ms: 1 }) },
      onFailure: (failure, { id }) => void told.push([id, failure.reason, failure.message]),
    });
    known.set("sub_1", recipient({ headers: { "x-token": "s3cret-token" } }));
    const { outcome } = await sender.attempt(leased());
    expect(told).toEqual([["dlv_1", "connect", "The egress proxy answered 407 to token [redacted]."]]);
    expect(outcome.error).toMatchObject({ code: "UNREACHABLE" });
    expect(JSON.stringify(outcome)).not.toContain("407");
  });
});

describe("Sender: a transport that misbehaves", () => {
  it("by throwing, at once or later, is a counted failure and reported", async () => {
    const atOnce = () => {
      throw new Error("broken");
    };
    for (const send of [atOnce, () => Promise.reject(new Error("broken"))]) {
      const { sender, faults } = senderOf({ transport: { send } });
      const { outcome } = await sender.attempt(leased());
      expect(outcome).toMatchObject({
        status: "failed",
        dueAt: NOW + 60_000,
        uncount: false,
        error: { code: "CONNECTION_CLOSED" },
      });
      expect(faults).toEqual([new Error("broken")]);
    }
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["no kind", { status: 200 }],
    ["a status that is a text", { ...answer(200), status: "200" }],
    ["a status that is a fraction", { ...answer(200), status: 200.5 }],
    ["no headers", { ...answer(429), headers: undefined }],
    ["headers that are lists", { ...answer(429), headers: { "retry-after": ["1"] } }],
    ["no body", { ...answer(200), body: undefined }],
    ["no time", { ...answer(200), ms: Number.NaN }],
    ["a failure without words", { kind: "failure", reason: "reset", ms: 1 }],
    ["a failure of no known reason", { kind: "failure", reason: "odd", message: "", ms: 1 }],
  ])("by answering %s is a counted failure: it is not sent again and again", async (_, result) => {
    const { sender, faults } = senderOf({ transport: { send: async () => result as TransportResult } });
    const { outcome } = await sender.attempt(leased());
    expect(outcome).toMatchObject({
      status: "failed",
      dueAt: NOW + 60_000,
      uncount: false,
      error: { code: "CONNECTION_CLOSED" },
    });
    expect(Number.isFinite(outcome.attempt?.durationMs)).toBe(true);
    expect(faults).toHaveLength(1);
  });
});

describe("Sender: deadlines", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("aborts a request that hangs, after the subscription's own time-out", async () => {
    const { transport, requests } = heldTransport();
    const { sender, known } = senderOf({ transport });
    known.set("sub_1", recipient({ timeoutMs: 2_000 }));
    const attempt = sender.attempt(leased());
    await rounds();
    const [held] = requests;
    held?.signal.addEventListener("abort", () =>
      held.end({ kind: "failure", reason: "timeout", message: "", ms: 2_000 }),
    );
    vi.advanceTimersByTime(1_999);
    expect(held?.signal.aborted).toBe(false);
    vi.advanceTimersByTime(51);
    expect((await attempt).outcome).toMatchObject({
      status: "failed",
      error: { code: "TIMEOUT" },
      uncount: false,
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("leaves a transport that never heeds its signal two seconds later, as a time-out", async () => {
    const { transport, requests } = heldTransport();
    const { sender, known, faults } = senderOf({ transport });
    known.set("sub_1", recipient({ timeoutMs: 2_000 }));
    let ended: Finished | undefined;
    const attempt = sender.attempt(leased()).then((finished) => {
      ended = finished;
    });
    await rounds();
    vi.advanceTimersByTime(3_999);
    await rounds();
    expect([requests[0]?.signal.aborted, ended]).toEqual([true, undefined]);
    vi.advanceTimersByTime(101);
    await attempt;
    expect(ended?.outcome).toMatchObject({
      status: "failed",
      dueAt: NOW + 60_000,
      error: { code: "TIMEOUT" },
      uncount: false,
    });
    expect(ended?.outcome.attempt?.durationMs).toBeGreaterThanOrEqual(4_000);
    requests[0]?.end(answer(200));
    await rounds();
    expect([ended?.outcome.status, faults, vi.getTimerCount()]).toEqual(["failed", [], 0]);
  });

  it("leaves no deadline behind, however the request ended", async () => {
    const endings: (() => Promise<TransportResult>)[] = [
      async () => answer(200),
      () => Promise.reject(new Error("no")),
    ];
    for (const send of endings) {
      await senderOf({ transport: { send } }).sender.attempt(leased());
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  it("when we cut it off ourselves gives it back uncounted, but keeps an answer that came", async () => {
    const { transport, requests } = heldTransport();
    const { sender } = senderOf({ transport });
    const attempts = [sender.attempt(leased()), sender.attempt(leased())];
    await rounds();
    sender.abort();
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    requests[0]?.end({ kind: "failure", reason: "reset", message: "", ms: 1 });
    requests[1]?.end(answer(200));
    const [cut, answered] = await Promise.all(attempts);
    if (cut === undefined) throw new Error("no attempt");
    expectReleased(cut, NOW);
    expect(answered?.outcome.status).toBe("delivered");
  });

  it("begins no request after that", async () => {
    const { sender, sent } = senderOf();
    sender.abort();
    expectReleased(await sender.attempt(leased()), NOW);
    expect(sent).toEqual([]);
  });
});
