import type { PageRequest } from "../../model/store.js";
import { scopeRange } from "../shared/scope.js";
import type { Database } from "./database.js";
import { Parameters } from "./parameters.js";

/** The conditions of a list. The SQL depends only on which filters are given. */
export class Filters {
  readonly #conditions: string[] = [];
  readonly #parameters = new Parameters();

  /** @param condition - Written with the parameters it binds. */
  add(condition: (bind: Parameters) => string): void {
    this.#conditions.push(condition(this.#parameters));
  }

  /** `scope` or below. The column compares byte by byte. */
  under(scope: string): void {
    if (scope === "") return;
    const { from, to } = scopeRange(scope);
    this.add(
      (bind) => `(scope = ${bind.text(scope)} OR (scope >= ${bind.text(from)} AND scope < ${bind.text(to)}))`,
    );
  }

  /** A page, newest first by `created_at` and then by `id`. */
  newest<Row>(database: Database, select: string, page: PageRequest): Promise<Row[]> {
    this.#after(page, "(created_at, id) <");
    return this.#page<Row>(database, select, "created_at DESC, id DESC", page);
  }

  /** A page in the order of waiting, by `at` and then by `event_id`. */
  waiting<Row>(database: Database, select: string, page: PageRequest): Promise<Row[]> {
    this.#after(page, "(at, event_id) >");
    return this.#page<Row>(database, select, "at, event_id", page);
  }

  #after({ after }: PageRequest, comparison: string): void {
    if (after) this.add((bind) => `${comparison} (${bind.number(after.at)}, ${bind.text(after.id)})`);
  }

  #page<Row>(database: Database, select: string, order: string, { limit }: PageRequest): Promise<Row[]> {
    const where = this.#conditions.length > 0 ? `WHERE ${this.#conditions.join(" AND ")}` : "";
    const last = this.#parameters.number(Math.max(0, limit));
    const { values } = this.#parameters;
    return database.all<Row>(`${select} ${where} ORDER BY ${order} LIMIT ${last}`, values, undefined, {
      reads: true,
    });
  }
}
