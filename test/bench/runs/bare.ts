import { Pool } from "undici";
import { DATA, TYPES } from "./house.js";

const IN_FLIGHT = 50;

/** The bare client: the bytes of a delivery, with nothing stored, signed or recorded. */
export interface Bare {
  /** Posts an event. */
  post(data: unknown, path: string): Promise<void>;
  /** Posts so many, fifty at once. */
  postAll(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens it at a receiver. */
export function openBare(receiver: string): Bare {
  const pool = new Pool(receiver, { connections: IN_FLIGHT, pipelining: 1 });
  const headers = {
    "content-type": "application/json",
    "user-agent": "bench",
    "webhook-id": "evt_0000000000000000000000",
    "webhook-timestamp": "1700000000",
    "webhook-signature": `v1,${Buffer.alloc(32).toString("base64")}`,
  };
  const bodyOf = (data: unknown) =>
    JSON.stringify({
      id: "evt_0000000000000000000000",
      type: TYPES[0],
      timestamp: new Date(0),
      scope: "",
      data,
    });
  const send = async (path: string, body: string) => {
    const answer = await pool.request({ method: "POST", path, headers, body });
    await answer.body.dump();
  };
  return {
    post: (data, path) => send(path, bodyOf(data)),
    async postAll(count) {
      const body = bodyOf(DATA);
      let left = count;
      const worker = async () => {
        while (left-- > 0) await send("/hooks/0", body);
      };
      await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
    },
    close: () => pool.close(),
  };
}
