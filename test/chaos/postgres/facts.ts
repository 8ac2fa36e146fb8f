/** What is known after a run: what the processes wrote down, what is in the database, and what was done to whom. */

/** Under which name an event was published: none of its own, an id, or an idempotency key. */
export type Identity = "none" | "id" | "idempotencyKey";

/** How a publish ended. */
export type Answer = "acknowledged" | "rolled back" | "rejected";

/** Written by a publisher before it publishes. */
export interface Begun {
  readonly line: "begun";
  readonly op: string;
  readonly at: number;
  readonly how: "plain" | "many" | "tx" | "sql";
  /** One for each event: what tells it from all others, whatever its id. */
  readonly keys: readonly string[];
  readonly type: "load.made" | "order.paid" | "tick.made";
  readonly scope: string;
  readonly identity: Identity;
  /** It was rejected before, and is published again. */
  readonly repeats: boolean;
}

/** Written by a publisher when its promise is settled. Where it is missing, the process was killed before. */
export interface Ended {
  readonly line: "ended";
  readonly op: string;
  readonly at: number;
  readonly answer: Answer;
  readonly ids: readonly string[];
  readonly error: string | null;
}

export interface Operation extends Omit<Begun, "line"> {
  readonly end: Omit<Ended, "line" | "op"> | null;
}

/** Written by the receiver for each request. */
export interface Received {
  readonly serial: number;
  /** When its worker sent it. */
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly path: string;
  readonly id: string;
  readonly worker: string;
  readonly events: readonly { readonly id: string; readonly key: string }[];
  /** `null`: the connection was closed instead. */
  readonly status: number | null;
  readonly problem: string | null;
}

/** Written by a worker when the store has answered. */
export type Witnessed =
  | {
      readonly did: "claim";
      readonly at: number;
      /** By the clock in use: the lease is counted from it. */
      readonly now: number;
      readonly deliveries: readonly string[];
    }
  | {
      readonly did: "settle";
      readonly at: number;
      /** Closed as delivered by this settle. */
      readonly delivered: readonly string[];
      /** Not accepted, because the lease had passed to another. */
      readonly refused: readonly string[];
    };

/** What a worker was given, or made of it. */
export type Testimony = Witnessed & { readonly worker: string };

export interface StoredEvent {
  readonly id: string;
  readonly key: string;
  readonly type: Begun["type"];
  readonly scope: string;
}

export interface StoredDelivery {
  readonly id: string;
  readonly path: string;
  readonly eventIds: readonly string[];
  readonly status: string;
}

export interface StoredAttempt {
  readonly deliveryId: string;
  readonly number: number;
  /** When it began, in real time. */
  readonly at: number;
  /** The number that the receiver gave the request; `null` when there was no answer. */
  readonly serial: number | null;
  readonly status: number | null;
  /** What went wrong, in the transport's words. */
  readonly error: string | null;
}

/** A stretch of time, in epoch milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What became of a process. */
export interface Life {
  readonly name: string;
  readonly kind: "worker" | "publisher" | "receiver";
  readonly startedAt: number;
  /** When it was SIGKILLed. */
  readonly killedAt: number | null;
  /** What it was told. */
  readonly toEnd: "killed" | "stopped" | null;
  readonly endedAt: number | null;
  readonly code: number | null;
  /** When it was held still. */
  readonly frozen: readonly Span[];
}

export interface Facts {
  readonly operations: readonly Operation[];
  /** Keys whose row of the host's is there: the truth about a transaction. */
  readonly hostRows: ReadonlySet<string>;
  readonly events: readonly StoredEvent[];
  readonly deliveries: readonly StoredDelivery[];
  readonly attempts: readonly StoredAttempt[];
  /** Events that still wait for a batch, or to be taken in. */
  readonly waiting: number;
  readonly requests: readonly Received[];
  readonly testimonies: readonly Testimony[];
  readonly lives: readonly Life[];
  /** From the kill of the server until it accepted connections again. */
  readonly outages: readonly Span[];
}
