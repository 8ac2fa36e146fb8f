/** What is done to the processes. */
export type Deed = "kill worker" | "stop worker" | "freeze worker" | "kill publisher" | "kill server";

/** One blow. */
export interface Blow {
  /** Milliseconds from the beginning. */
  readonly at: number;
  readonly deed: Deed;
  /** Which one of those that are alive, from 0 to 1. */
  readonly whom: number;
  /** How long what was hit stays away, or still, in milliseconds. */
  readonly rest: number;
}

/** How many blows of each kind. */
export type Counts = Readonly<Record<Deed, number>>;

/** Blows of each kind for a run of so long: at least two of what every run must have. */
export function countsFor(ms: number, stillMs: number): Counts {
  const minutes = ms / 60_000;
  return {
    "kill worker": Math.max(4, Math.round(minutes * 10)),
    "stop worker": Math.max(1, Math.round(minutes * 3)),
    "freeze worker": Math.max(1, Math.floor(ms / (stillMs * 3))),
    "kill publisher": Math.max(2, Math.round(minutes * 4)),
    "kill server": Math.max(2, Math.round(minutes * 2)),
  };
}

/**
 * The blows of a run, in order. Each kind is spread over the run, one in each equal part of it; with every
 * other kill of the server a publisher is killed while it is away.
 *
 * @param random - From 0 to 1; the same ones give the same plan.
 * @param stillMs - How long a process is held still.
 */
export function planOf(random: () => number, ms: number, counts: Counts, stillMs: number): Blow[] {
  const blows: Blow[] = [];
  for (const [deed, count] of Object.entries(counts) as [Deed, number][]) {
    for (let n = 0; n < count; n++) {
      const latest = deed === "freeze worker" ? Math.max(0, ms - stillMs) : ms;
      const at = ((n + random()) / count) * latest;
      const rest = deed === "freeze worker" ? stillMs : 50 + random() * 900;
      blows.push({ at, deed, whom: random(), rest });
      // What a publisher acknowledges while there is no server to write it dies with it.
      if (deed === "kill server" && n % 2 === 0)
        blows.push({ at: at + rest * 0.7, deed: "kill publisher", whom: random(), rest: 50 });
    }
  }
  return blows.sort((a, b) => a.at - b.at);
}
