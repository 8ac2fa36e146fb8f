import type { SqlValue } from "./executor.js";

/** The values of a statement, numbered as it is written. */
export class Parameters {
  readonly values: SqlValue[];

  /** @param first - The values of `$1`, `$2` and so on in a text that is written already. */
  constructor(...first: SqlValue[]) {
    this.values = first;
  }

  /** Binds text and answers what stands for it. */
  text(value: string): string {
    return `${this.#bind(value)}::text`;
  }

  /** Binds a whole number, a time mostly. */
  number(value: number): string {
    return `${this.#bind(value)}::bigint`;
  }

  /** Binds a truth value. */
  boolean(value: boolean): string {
    return `${this.#bind(value)}::boolean`;
  }

  /** Binds rows or ids, as JSON: one parameter of one type, whatever the driver. */
  json(value: readonly unknown[]): string {
    return `${this.#bind(JSON.stringify(value))}::text::json`;
  }

  /** Binds ids, for `id = ...`: an array is looked up id by id, where `IN (SELECT ...)` may be planned as a join that reads the table. */
  among(ids: readonly string[]): string {
    return `ANY(ARRAY(SELECT json_array_elements_text(${this.json(ids)})))`;
  }

  #bind(value: SqlValue): string {
    return `$${this.values.push(value)}`;
  }
}
