import { openSync, writeSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { verify } from "hookwright/verify";
import { seeded } from "../random.js";
import type { Received } from "./facts.js";
import { fillingOf, ownSetting, REQUEST_HEADER, WORKER_HEADER } from "./house.js";

/**
 * The process that all requests go to. It fails a third of the time: with a status, now and then by closing the
 * connection. A line in a file for each request, before it is answered. It reads the secrets of its paths from
 * standard input and is never killed.
 */
const setting = ownSetting();
const random = seeded(setting.seed);
const file = openSync(join(setting.folder, "requests.log"), "a");
let secrets: Record<string, string> = {};
let count = 0;

interface Item {
  readonly id: string;
  readonly data: { readonly key: string; readonly filling: string };
}

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const serial = ++count;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const path = request.url ?? "";
  const headers = request.headers as Record<string, string>;
  const problem = await judge(body, path, headers);
  const [worker = "", sentAt = ""] = (headers[WORKER_HEADER] ?? "").split(" ");
  const parsed = JSON.parse(body.toString("utf8")) as Item | Item[];
  const events = [parsed].flat().map(({ id, data }) => ({ id, key: data.key }));

  await sleep(random() * 30);
  const chance = random();
  const status = chance < 0.03 ? null : chance < 1 / 3 ? 500 + Math.floor(random() * 5) : 204;
  const line: Received = {
    serial,
    sentAt: Number(sentAt),
    answeredAt: Date.now(),
    path,
    id: headers["webhook-id"] ?? "",
    worker,
    events,
    status,
    problem,
  };
  writeSync(file, `${JSON.stringify(line)}\n`);
  if (status === null) request.socket.destroy();
  else response.writeHead(status, { [REQUEST_HEADER]: String(serial) }).end();
}

/** What is wrong with a request; `null`: nothing. */
async function judge(body: Buffer, path: string, headers: Record<string, string>): Promise<string | null> {
  try {
    // By the clock of the senders, which may be ahead.
    const now = () => Number(headers["webhook-timestamp"]) * 1_000;
    const payload = await verify({ body, headers }, secrets[path] ?? "", { now });
    const changed = ([payload] as unknown[])
      .flat()
      .find((item) => (item as Item).data.filling !== fillingOf((item as Item).data.key));
    return changed === undefined ? null : "its data is not what was published";
  } catch (error) {
    return String(error);
  }
}

createInterface({ input: process.stdin }).on("line", (line) => {
  secrets = JSON.parse(line) as Record<string, string>;
});
const server = createServer((request, response) => {
  receive(request, response).catch(() => request.socket.destroy());
});
// An idle connection that is closed as a request goes out on it would be an attempt that nobody received.
server.keepAliveTimeout = 3_600_000;
server.listen(0, "127.0.0.1", () =>
  process.stdout.write(`ready ${(server.address() as AddressInfo).port}\n`),
);
