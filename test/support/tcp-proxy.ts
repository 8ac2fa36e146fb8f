import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** When a statement's connection is cut: before the server has it, or when the server has committed it and says so. */
export type Moment = "before" | "after";

/** A TCP proxy on loopback in front of PostgreSQL, to do to connections what networks and restarts do. */
export interface TcpProxy {
  /** The database's URL through the proxy. */
  readonly url: string;
  /** Cuts every connection. */
  cut(): void;
  /** Cuts every connection, and no new one is accepted until {@link TcpProxy.accept}. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
  /**
   * Cuts the connection of the next statement whose text holds this, so many times. Resolves when the last was cut. A
   * prepared statement sends its text once only.
   */
  cutAt(text: string, moment: Moment, times?: number): Promise<void>;
  /** From the next statement whose text holds this on, nothing passes on its connection. Resolves when it came. */
  stallAt(text: string): Promise<void>;
  close(): Promise<void>;
}

interface Plan {
  readonly text: string;
  readonly act: "stall" | Moment;
  times: number;
  done(): void;
}

/** ReadyForQuery, outside a transaction: the last that a server says to a statement. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/** Starts a proxy for the database at `url`. */
export async function startTcpProxy(url: string): Promise<TcpProxy> {
  const target = new URL(url);
  const pairs = new Set<readonly [Socket, Socket]>();
  const plans: Plan[] = [];
  let port = 0;

  const serve = (near: Socket): void => {
    const far = connect(Number(target.port || 5432), target.hostname);
    const pair = [near, far] as const;
    pairs.add(pair);
    const cut = () => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of pair) socket.setNoDelay(true).on("error", cut).on("close", cut);
    let plan: Plan | undefined;
    let isStalled = false;
    let tail = Buffer.alloc(0);
    near.on("data", (chunk) => {
      const next = plan ?? plans.find(({ text }) => chunk.includes(text));
      if (next === undefined) return void (isStalled || far.write(chunk));
      if (plan === undefined && --next.times === 0) plans.splice(plans.indexOf(next), 1);
      plan = next;
      if (next.act === "before") cut();
      else if (next.act === "stall") isStalled = true;
      else far.write(chunk);
      if (next.act !== "after" && next.times === 0) next.done();
    });
    far.on("data", (chunk) => {
      if (isStalled) return;
      if (plan === undefined) return void near.write(chunk);
      tail = Buffer.concat([tail, chunk]).subarray(-READY.length);
      if (!tail.equals(READY)) return;
      cut();
      if (plan.times === 0) plan.done();
    });
  };

  const cutAll = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  const listen = async () => {
    const made = createServer(serve).listen(port, "127.0.0.1");
    await once(made, "listening");
    const address = made.address();
    if (address === null || typeof address === "string") throw new Error("The proxy has no port.");
    port = address.port;
    return made;
  };
  const end = async () => {
    const ending = server;
    server = null;
    if (ending === null) return;
    const closed = once(ending, "close");
    ending.close();
    cutAll();
    await closed;
  };
  const planned = (text: string, act: Plan["act"], times: number) =>
    new Promise<void>((done) => plans.push({ text, act, times, done }));

  let server: Server | null = await listen();
  const through = new URL(url);
  through.hostname = "127.0.0.1";
  through.port = String(port);
  return {
    url: through.href,
    cut: cutAll,
    refuse: end,
    async accept() {
      server ??= await listen();
    },
    cutAt: (text, moment, times = 1) => planned(text, moment, times),
    stallAt: (text) => planned(text, "stall", 1),
    close: end,
  };
}
