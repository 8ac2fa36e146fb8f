import assert from "node:assert/strict";
import { type Evil, evils } from "../evil/list.js";
import { type EvilReceiver, startEvilReceiver } from "../evil/receiver.js";
import { expectFailure, expectResponse, post, type TransportCase, type TransportEnv } from "./case.js";

const LIMIT = 16_384;

/**
 * Whatever an evil receiver does ends as a result, by the deadline at the latest, with no more of a body than was asked
 * for and the connection closed; no redirect is followed, and the next request is made.
 */
export const evilCases: readonly TransportCase[] = evils.map((evil) => ({
  name: `an evil receiver, ${evil.name}: it ${evil.what}`,
  run: async (env) => {
    const receiver = await startEvilReceiver();
    const trusting = evil.scheme === "https" ? env.trusting?.(receiver.ca) : undefined;
    try {
      await meet(evil, receiver, trusting ?? env.transport);
      if (trusting !== undefined) expectResponse(await post(trusting, receiver.tlsUrl));
    } finally {
      await trusting?.close?.();
      await receiver.close();
    }
  },
}));

async function meet(evil: Evil, receiver: EvilReceiver, transport: TransportEnv["transport"]): Promise<void> {
  const time = new AbortController();
  const sent = post(transport, receiver.url(evil.name), { maxResponseBytes: LIMIT }, time.signal);
  const result = await Promise.race([sent, receiver.visit(evil.name).then(() => null)]);
  const [visit] = receiver.visits;
  assert.ok(visit, `it ended before it had connected: ${JSON.stringify(result)}`);
  if (evil.ends.includes("timeout")) {
    await visit.underWay;
    time.abort();
  }
  const ended = await sent;
  if (ended.kind === "failure") expectFailure(ended, ...evil.ends);
  else assert.ok(evil.ends.includes("response"), `expected ${evil.ends.join(" or ")}, got ${ended.status}`);
  // Characters, because what is not UTF-8 is replaced by what is longer.
  if (ended.kind === "response") assert.ok(ended.body.length <= LIMIT, `${ended.body.length} were kept`);
  await visit.closed;
  assert.equal(expectResponse(await post(transport, receiver.plainUrl)).status, 204, "the next request");
  assert.equal(receiver.strays, 0, "a redirect was followed");
}
