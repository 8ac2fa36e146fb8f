// The receiver of the benchmark, a process of its own: answers every request with an empty 200 and says when as many
// have come as it was told to expect; at `/limited` a body of more than 8 MB meets a 413. It reads no more HTTP than
// it must, so that it is never what is measured.
import { createServer } from "node:net";

let received = 0;
let expected = Number.POSITIVE_INFINITY;

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
const TOO_LARGE = "HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n";
const LIMITED = "POST /limited";
const MOST = 8_000_000;

const server = createServer({ noDelay: true }, (socket) => {
  let buffered = Buffer.alloc(0);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
    let answers = "";
    for (let length = requestLength(buffered); length <= buffered.length; length = requestLength(buffered)) {
      const isRefused = length > MOST && buffered.toString("latin1", 0, LIMITED.length) === LIMITED;
      buffered = buffered.subarray(length);
      answers += isRefused ? TOO_LARGE : OK;
      received++;
      if (received === expected) process.send?.("done");
    }
    if (answers !== "") socket.write(answers);
  });
});

/** Bytes of the first request in the buffer; infinite while its headers are not all there. */
function requestLength(buffer: Buffer): number {
  const end = buffer.indexOf("\r\n\r\n");
  if (end < 0) return Number.POSITIVE_INFINITY;
  const match = /\r\ncontent-length: *(\d+)/i.exec(buffer.toString("latin1", 0, end));
  return end + 4 + Number(match?.[1] ?? 0);
}

process.on("message", (count: number) => {
  received = 0;
  expected = count;
  process.send?.("ready");
});
process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
