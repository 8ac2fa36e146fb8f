import { mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const LOCK_TRIES = 2_500;
const LOCK_PAUSE_MS = 2;

/** A JSON file that is read and changed as a whole: what a database's transaction is to other stores. */
export interface JsonFile<T> {
  /** Answers what `look` makes of the state as it is now. */
  read<R>(look: (state: T) => R): Promise<R>;
  /** Lets `step` change a copy of the state and writes the copy. When `step` throws, nothing was changed. */
  change<R>(step: (state: T) => R): Promise<R>;
}

/**
 * The state is parsed anew for each call, so that it is always a copy, the newest, and nobody's but the step's.
 * Readers see the file before a change or after it, because a rename is atomic; a folder beside the file is the lock
 * of those who change it, because of many who make a folder one succeeds.
 */
export function jsonFile<T>(path: string, empty: T): JsonFile<T> {
  const lock = `${path}.lock`;
  const load = () => readIfThere(path) ?? JSON.stringify(empty);
  return {
    read: async (look) => look(JSON.parse(load())),
    change: async (step) => {
      await take(lock);
      try {
        const before = load();
        const state: T = JSON.parse(before);
        const answer = step(state);
        const after = JSON.stringify(state);
        if (after !== before) {
          writeFileSync(`${path}.new`, after, { flush: true });
          renameSync(`${path}.new`, path);
        }
        return answer;
      } finally {
        rmdirSync(lock);
      }
    },
  };
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) return null;
    throw error;
  }
}

async function take(lock: string): Promise<void> {
  for (let tries = 0; tries < LOCK_TRIES; tries++) {
    try {
      mkdirSync(lock);
      return;
    } catch (error) {
      if (!isCode(error, "EEXIST")) throw error;
    }
    await sleep(LOCK_PAUSE_MS);
  }
  throw new Error(
    `${lock} is taken. A process that was killed may have left it: remove it when none uses the file.`,
  );
}

const isCode = (error: unknown, code: string) =>
  error instanceof Error && "code" in error && error.code === code;
