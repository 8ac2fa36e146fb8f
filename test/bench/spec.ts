/** Where a measured process keeps its deliveries. It travels to that process as JSON. */
export type StoreSpec =
  | { readonly kind: "memory" }
  | { readonly kind: "sqlite"; readonly path: string; readonly synchronous: "FULL" | "NORMAL" }
  | { readonly kind: "postgres"; readonly url: string; readonly schema: string };

/** What every measured process is told. */
export interface CaseInput {
  /** Origin of the receiver. */
  readonly receiver: string;
  /** Process of the database server whose CPU is counted too; null when there is none on this machine. */
  readonly serverPid: number | null;
}

/** What one repetition cost. */
export interface Sample {
  /** Deliveries a second. */
  readonly perSecond: number;
  /** Microseconds of the Node process's CPU, user and system, for each delivery. */
  readonly cpuMicros: number;
  /** The same of the database server's processes; null when they cannot be seen. */
  readonly serverMicros: number | null;
  /** The most memory that was resident at any time, over what was resident before anything was opened. */
  readonly peakBytes: number;
}
