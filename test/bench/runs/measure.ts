import { readdirSync, readFileSync } from "node:fs";
import type { Sample } from "../spec.js";

/** Microseconds of a tick in /proc, on every Linux of today. */
const TICK = 10_000;

/** What is timed. */
export interface Measured {
  readonly count: number;
  readonly serverPid: number | null;
  /** Bytes that were resident before anything was opened. */
  readonly restBytes: number;
  /** Sets it going. */
  readonly work: () => Promise<unknown>;
  /** Resolves when the receiver has all of it: then the time is taken. */
  readonly finished: () => Promise<void>;
  /** Does what is left to do for these deliveries, such as recording the last of them: its CPU counts. @default nothing */
  readonly settled?: () => Promise<unknown>;
}

/** Times some work of `count` deliveries. */
export async function measure(measured: Measured): Promise<Sample> {
  const { count, serverPid, restBytes } = measured;
  const serverBefore = serverCpu(serverPid);
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await measured.work();
  await measured.finished();
  const seconds = (performance.now() - begun) / 1000;
  await measured.settled?.();
  const used = process.cpuUsage(cpu);
  const serverAfter = serverCpu(serverPid);
  return {
    perSecond: count / seconds,
    cpuMicros: (used.user + used.system) / count,
    serverMicros: serverBefore === null || serverAfter === null ? null : (serverAfter - serverBefore) / count,
    peakBytes: process.resourceUsage().maxRSS * 1024 - restBytes,
  };
}

/**
 * Microseconds of CPU that a server has used: of its first process, of those that it started, and of those of them that
 * have ended. Null where the system does not say.
 */
export function serverCpu(pid: number | null): number | null {
  if (pid === null) return null;
  try {
    let ticks = 0;
    for (const name of readdirSync("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      const fields = statOf(name);
      if (Number(name) === pid) ticks += sum(fields.slice(11, 15));
      else if (Number(fields[1]) === pid) ticks += sum(fields.slice(11, 13));
    }
    return ticks * TICK;
  } catch {
    return null;
  }
}

/** Fields of proc(5) from the third on, the state: the parent, then nine others, then user, system, and both of ended children. */
function statOf(pid: string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

const sum = (fields: readonly string[]) => fields.reduce((total, field) => total + Number(field), 0);
