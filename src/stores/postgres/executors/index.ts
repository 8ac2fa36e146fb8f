export { fromDrizzle } from "./drizzle.js";
export { fromKnex } from "./knex.js";
export { fromKysely } from "./kysely.js";
export { fromPg } from "./pg.js";
export { fromPostgresJs } from "./postgres-js.js";
export { fromPrisma } from "./prisma.js";
export { fromTypeORM } from "./typeorm.js";
