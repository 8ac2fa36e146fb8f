import type { Sample } from "./spec.js";
import { pick } from "./summary.js";
import { fixed, mebibytes, spread, whole } from "./table.js";

type Samples<Figure extends keyof Sample> = readonly Pick<Sample, Figure>[];

/** The cells that most tables have, each of all samples of a row. */
export const perSecond = (all: Samples<"perSecond">) =>
  spread(
    pick(all, (one) => one.perSecond),
    whole,
  );

export const cpu = (all: Samples<"cpuMicros">) =>
  spread(
    pick(all, (one) => one.cpuMicros),
    fixed(0),
  );

export const serverCpu = (all: Samples<"serverMicros">) =>
  spread(
    pick(all, (one) => one.serverMicros),
    fixed(0),
  );

export const memory = (all: Samples<"peakBytes">) =>
  spread(
    pick(all, (one) => one.peakBytes),
    mebibytes,
  );
