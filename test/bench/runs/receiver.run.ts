// The receiver of the benchmark, a process of its own. It reads no more HTTP than it must, so that it is never what is
// measured. POST anywhere: an empty 200. `/timed`: it also notes how long ago the event's `sentAt` was. `/slow`: the
// answer comes after five seconds. `/limited`: a body of more than 8 MB meets a 413. GET is how a measured process
// asks: `/expect/<count>`, `/done` (answered when as many have come), `/latencies`.
import { createServer, type Socket } from "node:net";
import { sharedNow } from "./receipts.js";

const SLOW_MS = 5_000;
const MOST = 8_000_000;

let received = 0;
let expected = Number.POSITIVE_INFINITY;
let waiting: Socket | null = null;
let latencies: number[] = [];

const answer = (status: string, body = "") =>
  `HTTP/1.1 ${status}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const OK = answer("200 OK");
const TOO_LARGE = answer("413 Content Too Large");

const server = createServer({ noDelay: true }, (socket) => {
  let buffered: Buffer = Buffer.alloc(0);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
    let answers = "";
    for (let length = requestLength(buffered); length <= buffered.length; length = requestLength(buffered)) {
      answers += take(buffered.subarray(0, length), socket);
      buffered = buffered.subarray(length);
    }
    if (answers !== "") socket.write(answers);
  });
});

/** What is answered to one request at once. */
function take(request: Buffer, socket: Socket): string {
  const head = request.toString("latin1", 0, 20);
  if (head.startsWith("GET")) return control(head, socket);
  received++;
  if (received === expected && waiting) {
    waiting.write(OK);
    waiting = null;
  }
  if (head.startsWith("POST /timed")) {
    const [, sentAt] = /"sentAt":([\d.]+)/.exec(request.toString("latin1")) ?? [];
    latencies.push(sharedNow() - Number(sentAt));
  } else if (head.startsWith("POST /slow")) {
    setTimeout(() => socket.write(OK), SLOW_MS).unref();
    return "";
  } else if (head.startsWith("POST /limited") && request.length > MOST) return TOO_LARGE;
  return OK;
}

function control(head: string, socket: Socket): string {
  if (head.startsWith("GET /expect/")) {
    received = 0;
    expected = Number.parseInt(head.slice("GET /expect/".length), 10);
    return OK;
  }
  if (head.startsWith("GET /latencies")) {
    const body = JSON.stringify(latencies);
    latencies = [];
    return answer("200 OK", body);
  }
  if (received >= expected) return OK;
  waiting = socket;
  return "";
}

/** Bytes of the first request in the buffer; infinite while its headers are not all there. */
function requestLength(buffer: Buffer): number {
  const end = buffer.indexOf("\r\n\r\n");
  if (end < 0) return Number.POSITIVE_INFINITY;
  const match = /\r\ncontent-length: *(\d+)/i.exec(buffer.toString("latin1", 0, end));
  return end + 4 + Number(match?.[1] ?? 0);
}

process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
