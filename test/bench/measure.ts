import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** The receiver's process, as the benchmark talks to it. */
export class BenchReceiver {
  readonly #child: ChildProcess;
  readonly url: string;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.url = `http://127.0.0.1:${port}/hooks`;
  }

  static async start(): Promise<BenchReceiver> {
    const child = fork(fileURLToPath(new URL("receiver.ts", import.meta.url)), {
      execArgv: process.execArgv,
    });
    const [{ port }] = (await once(child, "message")) as [{ port: number }];
    return new BenchReceiver(child, port);
  }

  /** Begins to count. The promise answered by the function it answers resolves when `count` requests have come. */
  async expect(count: number): Promise<() => Promise<void>> {
    const ready = once(this.#child, "message");
    this.#child.send(count);
    await ready;
    const done = once(this.#child, "message");
    return async () => void (await done);
  }

  stop(): void {
    this.#child.disconnect();
  }
}

/** What one repetition cost. */
export interface Sample {
  readonly perSecond: number;
  /** Microseconds of this process's CPU, user and system, for each delivery. */
  readonly cpuMicros: number;
}

/** Times some work of `count` deliveries, until `finished`. */
export async function sample(
  count: number,
  work: () => Promise<void>,
  finished: () => Promise<void>,
): Promise<Sample> {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await work();
  await finished();
  const seconds = (performance.now() - begun) / 1000;
  const used = process.cpuUsage(cpu);
  return { perSecond: count / seconds, cpuMicros: (used.user + used.system) / count };
}

/** The middle of some figures, and how far they lie apart. */
export function summary(values: readonly number[]): { median: number; least: number; most: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return { median: at(Math.floor(sorted.length / 2)), least: at(0), most: at(sorted.length - 1) };
}
