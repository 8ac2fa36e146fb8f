import { WebhookError } from "../../../model/errors.js";

/** The functions of this folder, by the handle that each takes. */
const KINDS = {
  fromKysely: {
    takes: "a Kysely transaction, or the Kysely instance",
    methods: [["executeQuery", "withoutPlugins"]],
  },
  fromDrizzle: {
    takes: "a Drizzle transaction on PostgreSQL, or the Drizzle database",
    methods: [["execute", "refreshMaterializedView"]],
  },
  fromPrisma: {
    takes: "the client of a Prisma transaction, or the PrismaClient",
    methods: [["$queryRawUnsafe"]],
  },
  fromPostgresJs: { takes: "the sql of a postgres.js transaction, or sql itself", methods: [["unsafe"]] },
  fromKnex: { takes: "a Knex transaction, or the Knex instance", methods: [["raw", "ref"]] },
  fromTypeORM: {
    takes: "a TypeORM EntityManager or QueryRunner",
    methods: [
      ["query", "getRepository"],
      ["query", "startTransaction"],
    ],
  },
  fromPg: { takes: "a pg Client, one taken from a Pool, or the Pool", methods: [["query", "on"]] },
} as const;

/** A function of this folder. */
export type ExecutorName = keyof typeof KINDS;

/**
 * Refuses a handle that `name` does not take.
 *
 * @throws WebhookError `INVALID_ARGUMENT`, saying which function takes it, or that it is a promise.
 */
export function checkHandle(handle: unknown, name: ExecutorName): void {
  const found = kindOf(handle);
  if (found === name) return;
  const advice = isPromise(handle)
    ? "was given a promise: await it first"
    : found
      ? `was given what ${found} takes: use ${found}`
      : `was given ${nameOf(handle)}`;
  const message = `${name} takes ${KINDS[name].takes}, and ${advice}.`;
  throw new WebhookError("INVALID_ARGUMENT", message, { issues: [{ path: [], message: advice }] });
}

/**
 * Refuses what cannot run statements where `publish` is given its transaction: an ORM's own handle, mostly.
 *
 * @throws WebhookError `INVALID_ARGUMENT`, saying which function to wrap it with.
 */
export function checkTransaction(tx: unknown): void {
  const found = kindOf(tx);
  if (found === "fromPg" || (found === undefined && hasAll(tx, ["query"]))) return;
  const advice = found ? `wrap what it was given: tx: ${found}(...)` : `it was given ${nameOf(tx)}`;
  throw new WebhookError(
    "INVALID_ARGUMENT",
    `publish takes a transaction made by a from... function; ${advice}.`,
    {
      issues: [{ path: ["tx"], message: advice }],
    },
  );
}

/** The function that makes an executor of an ORM's own handle, where this is one; `null` where it can run statements as it is. */
export function wrapperOf(handle: unknown): ExecutorName | null {
  const found = kindOf(handle);
  return found === undefined || found === "fromPg" ? null : found;
}

function kindOf(handle: unknown): ExecutorName | undefined {
  const names = Object.keys(KINDS) as ExecutorName[];
  return names.find((name) => KINDS[name].methods.some((methods) => hasAll(handle, methods)));
}

function hasAll(handle: unknown, methods: readonly string[]): boolean {
  if ((typeof handle !== "object" && typeof handle !== "function") || handle === null) return false;
  return methods.every((method) => typeof (handle as Record<string, unknown>)[method] === "function");
}

function nameOf(handle: unknown): string {
  if (handle === null || handle === undefined) return String(handle);
  return typeof handle === "object" ? "an object" : `a ${typeof handle}`;
}

function isPromise(handle: unknown): boolean {
  return hasAll(handle, ["then"]);
}
