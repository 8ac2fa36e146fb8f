import { createHmac, createSecretKey, randomBytes } from "node:crypto";
import { Pool } from "undici";
import { DATA } from "../house.js";
import { typeOf } from "../load.js";

/** What a job of a peer carries. */
export interface Job {
  readonly id: string;
  readonly path: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: unknown;
}

/** How a team's worker posts. */
export type Client = "fetch" | "undici";

/** The same event that hookwright publishes with this number. */
export function jobOf(index: number): Job {
  return {
    id: `evt_${randomBytes(16).toString("hex")}`,
    path: `/hooks/${index % 10}`,
    type: typeOf(index),
    timestamp: new Date().toISOString(),
    data: DATA,
  };
}

const secret = createSecretKey(randomBytes(32));

/** Posts one job as Standard Webhooks does, signed. Throws for anything but a 2xx, so that the queue tries it again. */
export function delivererOf(client: Client, receiver: string): (job: Job) => Promise<void> {
  const post = client === "fetch" ? fetchPost(receiver) : undiciPost(receiver);
  return async ({ id, path, type, timestamp, data }) => {
    const body = JSON.stringify({ id, type, timestamp, scope: "", data });
    const seconds = Math.floor(Date.now() / 1000).toString();
    const signature = createHmac("sha256", secret).update(`${id}.${seconds}.`).update(body).digest("base64");
    const status = await post(path, body, {
      "content-type": "application/json",
      "user-agent": "bench",
      "webhook-id": id,
      "webhook-timestamp": seconds,
      "webhook-signature": `v1,${signature}`,
    });
    if (status < 200 || status > 299) throw new Error(`The endpoint answered ${status}.`);
  };
}

type Post = (path: string, body: string, headers: Record<string, string>) => Promise<number>;

function fetchPost(receiver: string): Post {
  return async (path, body, headers) => {
    const answer = await fetch(`${receiver}${path}`, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(15_000),
    });
    await answer.arrayBuffer();
    return answer.status;
  };
}

function undiciPost(receiver: string): Post {
  const pool = new Pool(receiver, {
    connections: 50,
    pipelining: 1,
    headersTimeout: 15_000,
    bodyTimeout: 15_000,
  });
  return async (path, body, headers) => {
    const answer = await pool.request({ method: "POST", path, headers, body });
    await answer.body.dump();
    return answer.statusCode;
  };
}
