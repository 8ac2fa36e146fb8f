/**
 * Runs each case once, then each once again, and so on: whatever the machine does meanwhile, all of them meet it.
 *
 * @returns What each run answered, by the name of its case, in the order of the cases.
 */
export async function interleave<T>(
  repetitions: number,
  cases: Readonly<Record<string, () => Promise<T>>>,
): Promise<ReadonlyMap<string, readonly T[]>> {
  const samples = new Map<string, T[]>(Object.keys(cases).map((name) => [name, []]));
  for (let repetition = 0; repetition < repetitions; repetition++)
    for (const [name, run] of Object.entries(cases)) samples.get(name)?.push(await run());
  return samples;
}
