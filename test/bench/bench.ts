import type { RunOptions } from "./child.js";
import type { StoreSpec } from "./spec.js";

/** A database server that cases use. */
export interface DatabaseServer {
  readonly url: string;
  /** Its first process, when it is on this machine. */
  readonly pid: number | null;
  readonly version: string;
}

/** Which store, before it is known where. */
export type StoreKind = "memory" | "sqlite" | "sqlite-full" | "postgres";

/** What a section works with. */
export interface Bench {
  readonly repetitions: number;
  readonly isLong: boolean;
  /** Runs a program of `runs` in a process of its own; `receiver` and `serverPid` are added to what it is told. */
  run<T>(program: string, input: object, options?: RunOptions): Promise<T>;
  /** A store that nobody else uses, forgotten after the work. */
  withStore<T>(kind: StoreKind, work: (spec: StoreSpec) => Promise<T>): Promise<T>;
  /** A store that stays to the end of the section. */
  keepStore(kind: StoreKind): Promise<StoreSpec>;
  postgres(): Promise<DatabaseServer>;
  /** Drops a schema of that server, if it is there. */
  forgetSchema(schema: string): Promise<void>;
  /** Or why there is none. */
  redis(): Promise<DatabaseServer | string>;
}

/** Measures, and answers Markdown. */
export type Section = (bench: Bench) => Promise<string>;

/** What the stores are called in the tables. */
export const STORE_NAMES: Readonly<Record<StoreKind, string>> = {
  memory: "memory",
  sqlite: "SQLite (synchronous NORMAL)",
  "sqlite-full": "SQLite (synchronous FULL)",
  postgres: "PostgreSQL",
};
