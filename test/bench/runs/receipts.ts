import { Agent, get } from "node:http";

const agent = new Agent({ keepAlive: false });

async function ask(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      answer.on("end", () => resolve(text)).on("error", reject);
    }).on("error", reject);
  });
}

/** Begins to count. The function it answers resolves when `count` requests have come since. */
export async function expectReceipts(receiver: string, count: number): Promise<() => Promise<void>> {
  await ask(`${receiver}/expect/${count}`);
  return async () => void (await ask(`${receiver}/done`));
}

/** Milliseconds from the `sentAt` in the body to receipt, of each request to `/timed` since it was last asked. */
export async function takeLatencies(receiver: string): Promise<readonly number[]> {
  return JSON.parse(await ask(`${receiver}/latencies`)) as number[];
}

/** Milliseconds of a clock that all processes of the machine share: `sentAt` is read from it. */
export const sharedNow = (): number => Number(process.hrtime.bigint()) / 1e6;
