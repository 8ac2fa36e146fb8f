import type { Job } from "./deliver.js";

/** Another queue, as a team would use it for webhooks. */
export interface Peer {
  /** Adds jobs in the peer's own way for many. */
  add(jobs: readonly Job[]): Promise<void>;
  /** Begins to work. */
  start(): Promise<void>;
}

/** Opens a peer on its server. `name` is used by nobody else. It is never closed: its process ends. */
export type OpenPeer = (url: string, name: string, deliver: (job: Job) => Promise<void>) => Promise<Peer>;
