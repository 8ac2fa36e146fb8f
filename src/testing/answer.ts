import type { ServerResponse } from "node:http";

/** How a {@link Receiver} answers one request: a status, or one of the ways in which receivers behave and misbehave. */
export type Answer = number | PlainAnswer | HangingAnswer | TricklingAnswer | RawAnswer | BrokenAnswer;

/** An ordinary answer. */
export interface PlainAnswer {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** @default "" */
  readonly body?: string | Uint8Array;
  /** Answer only when this has settled: a gate that the test opens. */
  readonly after?: Promise<unknown>;
}

/** No answer at all; the connection stays open until the sender or `close()` ends it. */
export interface HangingAnswer {
  readonly hang: true;
}

/** Headers at once, then one chunk after another without end. */
export interface TricklingAnswer {
  /** The chunk. */
  readonly trickle: string;
  /** Milliseconds between chunks. @default 5 */
  readonly everyMs?: number;
  /** @default 200 */
  readonly status?: number;
  /** Told after each chunk how many there were. */
  onChunk?(count: number): void;
}

/** These bytes instead of an answer that a server would give. */
export interface RawAnswer {
  readonly raw: string | Uint8Array;
  /** Send them again after this many milliseconds, for ever. Left out: once. */
  readonly everyMs?: number;
  /** Leave the connection open afterwards. @default false */
  readonly keepOpen?: boolean;
  /** Told after each time the bytes were sent how often that was. */
  onChunk?(count: number): void;
}

/** A connection that is closed too early: before anything was answered, in the middle of the headers, or of the body. */
export interface BrokenAnswer {
  readonly closeEarly: "before-answer" | "in-headers" | "in-body";
}

/** Gives the answer. Resolves when there is nothing more to do for this request. */
export async function giveAnswer(answer: Answer, response: ServerResponse): Promise<void> {
  if (typeof answer === "number") return givePlain({ status: answer }, response);
  if ("hang" in answer) return;
  if ("trickle" in answer) {
    response.writeHead(answer.status ?? 200);
    return repeat(response, answer.everyMs ?? 5, answer.onChunk, () => response.write(answer.trickle));
  }
  if ("raw" in answer) return giveRaw(answer, response);
  if ("closeEarly" in answer) return giveBroken(answer, response);
  return givePlain(answer, response);
}

async function givePlain(answer: PlainAnswer, response: ServerResponse): Promise<void> {
  await answer.after?.then(undefined, () => undefined);
  response.statusCode = answer.status ?? 200;
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  response.end(answer.body ?? "");
}

function giveRaw(answer: RawAnswer, response: ServerResponse): void {
  const { socket } = response;
  if (answer.everyMs !== undefined) {
    repeat(response, answer.everyMs, answer.onChunk, () => socket?.write(answer.raw));
    return;
  }
  if (answer.keepOpen) socket?.write(answer.raw);
  else socket?.end(answer.raw);
  answer.onChunk?.(1);
}

function giveBroken({ closeEarly }: BrokenAnswer, response: ServerResponse): void {
  const { socket } = response;
  if (closeEarly === "before-answer") socket?.destroy();
  else if (closeEarly === "in-headers") socket?.end("HTTP/1.1 200 OK\r\ncontent-le");
  else socket?.end("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nonly this");
}

function repeat(
  response: ServerResponse,
  everyMs: number,
  onChunk: ((count: number) => void) | undefined,
  write: () => void,
): void {
  let count = 0;
  const timer = setInterval(() => {
    write();
    onChunk?.(++count);
  }, everyMs);
  response.once("close", () => clearInterval(timer));
}
