// Names only: what a test imports from "hookwright/testing".

export type { Answer } from "./answer.js";
export { type TestClock, testClock } from "./clock.js";
export { type Evil, type EvilEnd, type EvilName, evils } from "./evil/list.js";
export { type EvilReceiver, startEvilReceiver } from "./evil/receiver.js";
export type { EvilVisit } from "./evil/visit.js";
export {
  type Answers,
  type ReceivedRequest,
  type Receiver,
  type ReceiverOptions,
  startReceiver,
} from "./receiver.js";
export { type RecordedAnswer, type RecordingTransport, recordingTransport } from "./recording-transport.js";
export { type StoreCase, type StoreHarness, skipReason, storeCases } from "./store/index.js";
export { LOOPBACK_ENDPOINTS, type TransportCase, type TransportEnv } from "./transport/case.js";
export { transportCases } from "./transport/cases.js";
