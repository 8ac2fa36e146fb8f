import { once } from "node:events";

/**
 * Does the work of a program of this folder with the first message of its starter, and sends what it answers. Ends when
 * the starter is gone. An error ends the process with code 1.
 */
export async function runCase<Input, Output>(work: (input: Input) => Promise<Output>): Promise<void> {
  if (!process.connected) process.exit(1);
  process.once("disconnect", () => process.exit(1));
  const [input] = (await once(process, "message")) as [Input];
  const output = await work(input);
  process.send?.(output, () => process.exit(0));
}
