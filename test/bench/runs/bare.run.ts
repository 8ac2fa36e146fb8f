// The bare client in a process of its own.
import type { CaseInput, Sample } from "../spec.js";
import { openBare } from "./bare.js";
import { runCase } from "./case.js";
import { measure } from "./measure.js";
import { expectReceipts } from "./receipts.js";

interface Input extends CaseInput {
  readonly count: number;
  readonly warm: number;
}

await runCase(async ({ receiver, count, warm }: Input): Promise<Sample> => {
  const restBytes = process.memoryUsage().rss;
  const bare = openBare(receiver);
  await bare.postAll(warm);
  const finished = await expectReceipts(receiver, count);
  return measure({ count, serverPid: null, restBytes, work: () => bare.postAll(count), finished });
});
