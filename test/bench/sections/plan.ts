import type { Section } from "../bench.js";

const SUBSCRIPTIONS = 10_000;

/** How PostgreSQL goes about a claim among many subscriptions. */
export const plan: Section = async (bench) => {
  const text = await bench.withStore("postgres", (spec) =>
    bench.run<string>("plan", { spec, subscriptions: SUBSCRIPTIONS }),
  );
  return `PostgreSQL: a claim of 200 among 10 000 subscriptions that each have one delivery due.\n\n\`\`\`\n${text}\n\`\`\``;
};
