import { answerCases } from "./answers.js";
import { brokenCases } from "./broken.js";
import type { TransportCase } from "./case.js";
import { deadlineCases } from "./deadline.js";
import { evilCases } from "./evil.js";
import { guardedCases } from "./guarded.js";

/**
 * What every transport must do, as data: run each in your own test runner, with a transport that may reach this
 * machine and one that may not.
 *
 *     const transport = undiciTransport({ endpoints: LOOPBACK_ENDPOINTS });
 *     const strict = undiciTransport();
 *     const trusting = (ca: string) => undiciTransport({ endpoints: LOOPBACK_ENDPOINTS, ca });
 *     for (const { name, run } of transportCases) test(name, () => run({ transport, strict, trusting }));
 */
export const transportCases: readonly TransportCase[] = [
  ...answerCases,
  ...deadlineCases,
  ...brokenCases,
  ...evilCases,
  ...guardedCases,
];
