/*
 * The Prisma client of a schema without models, cut down. Made with the CLI of Prisma 7.10.0 (`npx prisma generate`;
 * PRISMA_SCHEMA_ENGINE_BINARY=/bin/true spares its download) from
 *
 *     generator client { provider = "prisma-client", output = "./gen", importFileExtension = "js" }
 *     datasource db { provider = "postgresql" }
 *
 * Kept of what it wrote into `internal/class.ts` are the values of `config`, the two loaders, and the members of
 * `interface PrismaClient` below with their signatures. Models, logging, extensions, most options and all comments
 * went. It is made anew with each major version of `@prisma/client`.
 */
// biome-ignore-all lint: generated file
// @ts-nocheck
import * as runtime from "@prisma/client/runtime/client";

const config: runtime.GetPrismaClientConfig = {
  previewFeatures: [],
  clientVersion: "7.10.0",
  engineVersion: "0edf323efd1d98336f3f0a68684b56f689b900d3",
  activeProvider: "postgresql",
  inlineSchema:
    'generator client {\n  provider            = "prisma-client"\n  output              = "./gen"\n  importFileExtension = "js"\n}\n\ndatasource db {\n  provider = "postgresql"\n}\n',
  runtimeDataModel: { models: {}, enums: {}, types: {} },
  parameterizationSchema: { strings: [], graph: "AAAA" },
};

config.compilerWasm = {
  getRuntime: async () => await import("@prisma/client/runtime/query_compiler_fast_bg.postgresql.mjs"),
  getQueryCompilerWasmModule: async () => {
    const { wasm } = await import("@prisma/client/runtime/query_compiler_fast_bg.postgresql.wasm-base64.mjs");
    return new WebAssembly.Module(Buffer.from(wasm, "base64"));
  },
  importName: "./query_compiler_fast_bg.js",
};

type PrismaPromise<T> = runtime.Types.Public.PrismaPromise<T>;

export interface PrismaClient {
  $connect(): runtime.Types.Utils.JsPromise<void>;
  $disconnect(): runtime.Types.Utils.JsPromise<void>;
  $executeRawUnsafe<T = unknown>(query: string, ...values: any[]): PrismaPromise<number>;
  $queryRawUnsafe<T = unknown>(query: string, ...values: any[]): PrismaPromise<T>;
  $transaction<R>(
    fn: (prisma: TransactionClient) => runtime.Types.Utils.JsPromise<R>,
    options?: { maxWait?: number; timeout?: number },
  ): runtime.Types.Utils.JsPromise<R>;
}

export type TransactionClient = Omit<PrismaClient, runtime.ITXClientDenyList>;

export const PrismaClient = runtime.getPrismaClient(config) as unknown as new (options: {
  adapter: runtime.SqlDriverAdapterFactory;
}) => PrismaClient;
