import type { PageRequest } from "../../model/store.js";
import { scopeRange } from "../shared/scope.js";
import type { Database } from "./database.js";
import type { SqliteValue } from "./driver.js";

const NEWEST = "created_at DESC, id DESC";

/** The conditions of a list. The SQL depends only on which filters are given, so statements are prepared once for each kind of list. */
export class Filters {
  readonly #conditions: string[] = [];
  readonly #values: SqliteValue[] = [];

  add(condition: string, ...values: readonly SqliteValue[]): void {
    this.#conditions.push(condition);
    this.#values.push(...values);
  }

  /** `scope` or below. Text compares byte by byte in SQLite unless a column says otherwise. */
  under(scope: string): void {
    if (scope === "") return;
    const { from, to } = scopeRange(scope);
    this.add("(scope = ? OR (scope >= ? AND scope < ?))", scope, from, to);
  }

  /** A page, newest first by `created_at` and then by `id`. */
  newest<Row>(database: Database, columns: string, table: string, page: PageRequest): Row[] {
    if (page.after) this.add("(created_at, id) < (?, ?)", page.after.at, page.after.id);
    return this.#page<Row>(database, `SELECT ${columns} FROM ${table}`, NEWEST, page);
  }

  /** The same of rows with a `seq`, chosen before any column is read: for an order that takes a sort of more rows than the page has. */
  newestChosen<Row>(database: Database, columns: string, table: string, page: PageRequest): Row[] {
    if (page.after) this.add("(created_at, id) < (?, ?)", page.after.at, page.after.id);
    const chosen = `SELECT seq FROM ${table} ${this.#where()} ORDER BY ${NEWEST} LIMIT ? + 0`;
    const sql = `SELECT ${columns} FROM ${table} WHERE seq IN (${chosen}) ORDER BY ${NEWEST}`;
    return database.all<Row>(sql, ...this.#values, Math.max(0, page.limit));
  }

  /** A page in the order of waiting, by `at` and then by `event_id`. */
  waiting<Row>(database: Database, columns: string, table: string, page: PageRequest): Row[] {
    if (page.after) this.add("(at, event_id) > (?, ?)", page.after.at, page.after.id);
    return this.#page<Row>(database, `SELECT ${columns} FROM ${table}`, "at, event_id", page);
  }

  #page<Row>(database: Database, select: string, order: string, { limit }: PageRequest): Row[] {
    const sql = `${select} ${this.#where()} ORDER BY ${order} LIMIT ? + 0`;
    return database.all<Row>(sql, ...this.#values, Math.max(0, limit));
  }

  #where(): string {
    return this.#conditions.length > 0 ? `WHERE ${this.#conditions.join(" AND ")}` : "";
  }
}
