import { createHash } from "node:crypto";
import type { Clock, Millis } from "../model/time.js";
import type { Authorization } from "./authorize.js";
import { HttpProblem } from "./problem.js";

/** An answer as it can be given again. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

interface Held {
  readonly fingerprint: string;
  readonly until: Millis;
  /** `null` while the first request is under way. */
  answer: Answer | null;
}

const HELD_FOR: Millis = 3_600_000;
const MOST_HELD = 10_000;
const MOST_BYTES = 16 * 1024 * 1024;

/** The draft's quoted form (draft-ietf-httpapi-idempotency-key-header) is one of them. */
const KEY = /^[\x20-\x7e]{1,255}$/;

/**
 * The key of a request, its own to the caller; `undefined` where there is none.
 *
 * @throws HttpProblem `INVALID_ARGUMENT`.
 */
export function idempotencyKeyOf(header: string | null, { scope, actor }: Authorization): string | undefined {
  if (header === null) return undefined;
  if (KEY.test(header)) {
    return createHash("sha256")
      .update(JSON.stringify([scope, actor.type, actor.id, header]))
      .digest("base64url");
  }
  throw new HttpProblem("INVALID_ARGUMENT", "Idempotency-Key must be 1 to 255 printable ASCII characters.", {
    errors: [{ header: "Idempotency-Key", detail: "Must be 1 to 255 printable ASCII characters." }],
  });
}

/**
 * Gives the same answer to the same request again, in this process and for an hour. Creating a subscription and
 * publishing are besides safe in every process and after a restart, for there the key is part of the id.
 */
export class Idempotency {
  readonly #clock: Clock;
  readonly #held = new Map<string, Held>();
  #bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Answers as before, or makes the answer and keeps it, unless it is a fault of ours: that may be tried again.
   *
   * @param request - What must be the same: method, address and body.
   * @throws HttpProblem `IDEMPOTENCY_KEY_REUSED`, `IDEMPOTENCY_KEY_IN_USE`, and what `make` throws.
   */
  async once(key: string, request: readonly string[], make: () => Promise<Answer>): Promise<Answer> {
    const now = this.#clock.now();
    this.#forget(now);
    const fingerprint = createHash("sha256").update(JSON.stringify(request)).digest("base64");
    const held = this.#held.get(key);
    if (held !== undefined) {
      if (held.fingerprint !== fingerprint) {
        const message = "This Idempotency-Key came with another request before: use a new one for each.";
        throw new HttpProblem("IDEMPOTENCY_KEY_REUSED", message);
      }
      if (held.answer !== null) return held.answer;
      const message =
        "The first request with this Idempotency-Key is under way: ask again when it has ended.";
      throw new HttpProblem("IDEMPOTENCY_KEY_IN_USE", message, { headers: { "retry-after": "1" } });
    }
    const mine: Held = { fingerprint, until: now + HELD_FOR, answer: null };
    this.#held.set(key, mine);
    try {
      const answer = await make();
      if (answer.status < 500) {
        mine.answer = answer;
        this.#bytes += sizeOf(answer);
      }
      return answer;
    } finally {
      if (mine.answer === null) this.#held.delete(key);
    }
  }

  /** The oldest first: those past their time, and those that there is no room for. What is under way stays. */
  #forget(now: Millis): void {
    for (const [key, { until, answer }] of this.#held) {
      const isCrowded = this.#held.size > MOST_HELD || this.#bytes > MOST_BYTES;
      if (until > now && !isCrowded) return;
      if (answer === null) continue;
      this.#held.delete(key);
      this.#bytes -= sizeOf(answer);
    }
  }
}

function sizeOf({ body }: Answer): number {
  return body?.length ?? 0;
}
