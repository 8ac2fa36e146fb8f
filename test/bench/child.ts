import { type ChildProcess, fork, type Serializable } from "node:child_process";
import { once } from "node:events";
import { BUILT } from "./build.js";

const running = new Set<ChildProcess>();
let isStopped = false;

/** How a program is run. */
export interface RunOptions {
  /** After this it is killed and has failed. @default 120_000 */
  readonly timeoutMs?: number;
  /** Options of Node. @default [] */
  readonly execArgv?: readonly string[];
}

/**
 * Runs a program of `runs` in a process of its own, which gets `input` as its first message: a command line is for all to see.
 *
 * @returns The one message it sends.
 * @throws Error when it ends without one, or takes too long.
 */
export async function runChild<T>(
  program: string,
  input: unknown,
  { timeoutMs = 120_000, execArgv = [] }: RunOptions = {},
): Promise<T> {
  const child = start(program, execArgv);
  child.send(input as Serializable);
  const timeout = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  const exited = once(child, "exit");
  const failed = exited.then(([code, signal]) => {
    throw new Error(`The run "${program}" ended with ${code ?? signal}: ${withoutUrls(input)}`);
  });
  try {
    const [result] = (await Promise.race([once(child, "message"), failed])) as [T];
    await exited;
    return result;
  } finally {
    clearTimeout(timeout);
  }
}

/** The receiver's process, and its origin. It ends when this one does. */
export async function startReceiver(): Promise<string> {
  const child = start("receiver", []);
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return `http://127.0.0.1:${port}`;
}

/** Ends whatever still runs. From then on nothing starts. */
export async function stopChildren(): Promise<void> {
  isStopped = true;
  const ended = [...running].map((child) => once(child, "exit"));
  for (const child of running) child.kill("SIGKILL");
  await Promise.all(ended);
}

/** A URL may hold a password. */
const withoutUrls = (input: unknown) =>
  JSON.stringify(input, (key, value) => (key === "url" ? undefined : value));

function start(program: string, execArgv: readonly string[]): ChildProcess {
  if (isStopped) throw new Error("The benchmark has been stopped.");
  const child = fork(`${BUILT}/${program}.js`, { execArgv: [...execArgv] });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}
