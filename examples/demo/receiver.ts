import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";

/** Somebody's endpoint. It knows nothing of hookwright: it verifies with `standardwebhooks` and counts what it saw. */
export interface DemoReceiver {
  readonly url: string;
  /** What the subscription showed once, and what it may be replaced by. */
  secret: string;
  /** Events, by id, of verified bodies that hold, byte for byte, what was published. */
  readonly verified: Set<string>;
  /** Requests that failed verification, or whose data differs. */
  readonly rejected: string[];
  requests: number;
  close(): Promise<void>;
}

interface Envelope {
  readonly id: string;
  readonly type: string;
}

/** How a receiver behaves: answers a status for the nth request about an event. */
export type Behaviour = (times: number) => number | Promise<number>;

/**
 * Starts a receiver on this machine.
 *
 * @param published - The JSON text of each event's data, by event id.
 */
export async function startDemoReceiver(
  published: ReadonlyMap<string, string>,
  behaviour: Behaviour,
): Promise<DemoReceiver> {
  const seen = new Map<string, number>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      receiver.requests++;
      const id = String(request.headers["webhook-id"]);
      const times = (seen.get(id) ?? 0) + 1;
      seen.set(id, times);
      const problem = check(Buffer.concat(chunks), request.headers as Record<string, string>);
      if (problem !== null) receiver.rejected.push(`${id}: ${problem}`);
      const events = received;
      const status = problem === null ? await behaviour(times) : 400;
      if (status < 300) for (const event of events) receiver.verified.add(event.id);
      response.writeHead(status).end();
    });
  });
  const check = (body: Buffer, headers: Record<string, string>): string | null => {
    const text = body.toString("utf8");
    let payload: unknown;
    try {
      payload = new Webhook(receiver.secret).verify(text, headers);
    } catch (error) {
      return String(error);
    }
    received = (Array.isArray(payload) ? payload : [payload]) as Envelope[];
    // Each object must stand in the body with, byte for byte, the data that was published.
    const isWhole = received.every(({ id, type }) => {
      const data = published.get(id);
      return data === undefined
        ? type.endsWith(".audit")
        : text.includes(`"id":"${id}"`) && text.includes(`,"data":${data}}`);
    });
    return isWhole ? null : "the data is not what was published";
  };
  let received: Envelope[] = [];
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const receiver: DemoReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    secret: "",
    verified: new Set(),
    rejected: [],
    requests: 0,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return receiver;
}

/** A port on this machine at which nobody listens. */
export async function deadUrl(): Promise<string> {
  const receiver = await startDemoReceiver(new Map(), () => 200);
  await receiver.close();
  return receiver.url;
}
