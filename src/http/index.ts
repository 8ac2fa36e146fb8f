/** The management API over HTTP, and how to mount it. */
export { type AsyncApiDocument, type AsyncApiOptions, asyncApi } from "./asyncapi.js";
export type { Authorization, Authorize, Permission } from "./authorize.js";
export { type ApiDocumentOptions, openApiDocument } from "./describe.js";
export { createHandler, type Handler } from "./handler.js";
export {
  type NodeHandler,
  type NodeHandlerOptions,
  type NodeMessage,
  type NodeRequest,
  type NodeResponse,
  nodeRequest,
  toNodeHandler,
} from "./node.js";
export type { OpenApiDocument, OpenApiOptions } from "./openapi.js";
export type { HandlerOptions } from "./options.js";
export type { HttpProblemCode, Problem, ProblemError } from "./problem.js";
