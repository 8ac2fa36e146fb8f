import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Kind } from "./bundle.js";
import type { Life, Span } from "./facts.js";
import type { Setting } from "./house.js";

/** A process that was started. */
export interface Member {
  readonly name: string;
  readonly kind: Kind;
  readonly process: ChildProcess;
  /** What it said when it was ready. Rejects when it ended before. */
  readonly ready: Promise<string>;
  readonly ended: Promise<void>;
  isFrozen: boolean;
  /** Called with each line that it says. */
  readonly onLine: ((line: string) => void)[];
}

type Record = { -readonly [Key in keyof Life]: Life[Key] } & { frozen: Span[] };

/** Starts processes, does things to them, and remembers what was done to whom. */
export class Crew {
  readonly #programs: Readonly<{ [K in Kind]: string }>;
  readonly #setting: Omit<Setting, "name" | "seed">;
  readonly #seed: () => number;
  readonly #members = new Map<Member, Record>();
  #count = 0;
  #isOver = false;

  /** @param seed - Makes the seed of each process. */
  constructor(
    programs: Readonly<{ [K in Kind]: string }>,
    setting: Omit<Setting, "name" | "seed">,
    seed: () => number,
  ) {
    this.#programs = programs;
    this.#setting = setting;
    this.#seed = seed;
  }

  /** What became of everyone so far. */
  get lives(): readonly Life[] {
    return [...this.#members.values()];
  }

  /** Those of the kind that have not ended and were not told to. */
  alive(kind: Kind): Member[] {
    return [...this.#members]
      .filter(([{ kind: its }, life]) => its === kind && life.toEnd === null)
      .map(([one]) => one);
  }

  /** Throws after {@link Crew.end}. */
  start(kind: Kind): Member {
    if (this.#isOver) throw new Error("The crew was sent home.");
    const name = `${kind}-${++this.#count}`;
    const setting: Setting = { ...this.#setting, name, seed: this.#seed() };
    const child = spawn(process.execPath, [this.#programs[kind], JSON.stringify(setting)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const life: Record = {
      name,
      kind,
      startedAt: Date.now(),
      killedAt: null,
      toEnd: null,
      endedAt: null,
      code: null,
      frozen: [],
    };
    child.stdin.on("error", () => {});
    const ended = new Promise<void>((resolve) => {
      child.once("close", (code) => {
        life.endedAt = Date.now();
        life.code = code;
        resolve();
      });
    });
    const onLine: Member["onLine"] = [];
    const ready = new Promise<string>((resolve, reject) => {
      onLine.push(resolve);
      void ended.then(() => reject(new Error(`${name} ended before it was ready`)));
    });
    ready.catch(() => {});
    createInterface({ input: child.stdout }).on("line", (line) => {
      for (const call of onLine) call(line);
    });
    const member: Member = { name, kind, process: child, ready, ended, isFrozen: false, onLine };
    this.#members.set(member, life);
    return member;
  }

  /** SIGKILL. Resolves when it has ended. */
  kill(member: Member): Promise<void> {
    const life = this.#lifeOf(member);
    life.killedAt = Date.now();
    life.toEnd = "killed";
    member.process.kill("SIGKILL");
    return member.ended;
  }

  /** SIGTERM, once it listens to it: it is to end what it has begun. Resolves when it has ended. */
  async stop(member: Member): Promise<void> {
    this.#lifeOf(member).toEnd = "stopped";
    await member.ready.catch(() => {});
    member.process.kill("SIGTERM");
    await member.ended;
  }

  /**
   * Holds a worker still for so many milliseconds, as a virtual machine is that moves to another host. It does so
   * itself: one that was stopped by a signal would stay so for ever if we were killed meanwhile.
   */
  async freeze(member: Member, ms: number): Promise<void> {
    const from = Date.now();
    member.isFrozen = true;
    const thawed = new Promise<void>((resolve) =>
      member.onLine.push((line) => line === "thawed" && resolve()),
    );
    member.process.stdin?.write(`${ms}\n`);
    await Promise.race([thawed, member.ended]);
    this.#lifeOf(member).frozen.push({ from, to: Date.now() });
    member.isFrozen = false;
  }

  /** Ends all that is left, at once; nobody is started any more. */
  async end(): Promise<void> {
    this.#isOver = true;
    for (const [{ process }, { endedAt }] of this.#members) if (endedAt === null) process.kill("SIGKILL");
    await Promise.all([...this.#members.keys()].map(({ ended }) => ended));
  }

  #lifeOf(member: Member): Record {
    const life = this.#members.get(member);
    if (life === undefined) throw new Error(`${member.name} is not of this crew`);
    return life;
  }
}
