import type { Section } from "../bench.js";
import { batch } from "./batch.js";
import { fanOut } from "./fan-out.js";
import { growth } from "./growth.js";
import { isolation } from "./isolation.js";
import { latency } from "./latency.js";
import { log } from "./log.js";
import { peers } from "./peers.js";
import { plan } from "./plan.js";
import { publish } from "./publish.js";
import { statements } from "./statements.js";
import { throughput } from "./throughput.js";
import { workers } from "./workers.js";

/** All sections, by the names they are asked for, in the order they run. */
export const allSections: Readonly<Record<string, Section>> = {
  throughput,
  peers,
  latency,
  publish,
  "fan-out": fanOut,
  batch,
  statements,
  isolation,
  growth,
  workers,
  log,
  plan,
};

/** Those that a run of everything leaves out: they would take it beyond its ten minutes, or are no figures. */
export const ONLY_BY_NAME: readonly string[] = ["log", "plan"];
