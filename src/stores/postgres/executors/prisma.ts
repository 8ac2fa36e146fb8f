import type { SqlExecutor } from "../executor.js";
import { checkHandle } from "./handle.js";
import { rowsOf } from "./rows.js";

/** The client that `$transaction` gives its callback, or a `PrismaClient`, on PostgreSQL. */
export interface PrismaHandle {
  $queryRawUnsafe(query: string, ...values: unknown[]): PromiseLike<unknown>;
}

/**
 * Publishes in an interactive transaction of [Prisma](https://www.prisma.io/docs/orm/prisma-client/queries/transactions).
 *
 *     await prisma.$transaction(async (tx) => {
 *       await tx.order.create({ data: { id } });
 *       await webhooks.publish("order.paid", { id }, { tx: fromPrisma(tx) });
 *     });
 *
 * Whole numbers go as `bigint`, one type whatever their size: engines before version 7 bind a `number` by its value,
 * and stumbled over statements first bound with another type (https://github.com/prisma/prisma/issues/23872). A
 * failed query rejects with PostgreSQL's message and SQLSTATE, Prisma's error as the cause.
 *
 * @throws WebhookError `INVALID_ARGUMENT` when it is no such handle.
 */
export function fromPrisma(tx: PrismaHandle): SqlExecutor {
  checkHandle(tx, "fromPrisma");
  return {
    async query(text, values = []) {
      try {
        return { rows: rowsOf(await tx.$queryRawUnsafe(text, ...values.map(parameter))) };
      } catch (error) {
        throw serverError(error);
      }
    },
  };
}

function parameter(value: unknown): unknown {
  return Number.isSafeInteger(value) ? BigInt(value as number) : value;
}

/** Failures to reach the server have no SQLSTATE of their own; these are the standard's for them. */
const CONNECTION: Readonly<Record<string, string>> = {
  DatabaseNotReachable: "08001",
  ConnectionClosed: "08006",
  SocketTimeout: "08006",
};

interface ServerError {
  readonly kind?: string;
  readonly originalCode?: string;
  readonly originalMessage?: string;
}

/** What Prisma says of a raw query's failure: with a driver adapter, and, before version 7, with its own engine. */
interface Meta {
  readonly driverAdapterError?: { readonly cause?: ServerError };
  readonly code?: string;
  readonly message?: string;
}

function serverError(error: unknown): unknown {
  const { meta, message } = (error ?? {}) as { readonly meta?: Meta; readonly message?: string };
  const cause = meta?.driverAdapterError?.cause;
  const code = cause?.originalCode ?? CONNECTION[cause?.kind ?? ""] ?? meta?.code;
  if (code === undefined) return error;
  const text = cause?.originalMessage ?? meta?.message ?? /Message: `(.*)`/s.exec(message ?? "")?.[1];
  return Object.assign(new Error(text ?? message, { cause: error }), { code });
}
