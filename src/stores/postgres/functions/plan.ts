/**
 * The settings that every function of this folder is planned and run with, in the words of `CREATE FUNCTION`.
 *
 * A session plans the statements of a function once and keeps the plans until the tables are analysed. Planned by cost,
 * while the tables are small, they would read them whole, and go on to when they have grown: measured, a claim of 200
 * rows took 72 ms. Planned anew each time, a claim spends 1.4 ms on that and a settle 0.5, as much as on ten rows. So the
 * choice is taken away: without sequential, bitmap and merge plans a statement here has one plan, which searches an
 * index for each row, whatever the tables hold.
 *
 * A full walk of an index is no sequential scan, and where `a.id = b.id` the planner may think of one, to merge with. It
 * does not where the condition is `a.id = ANY(ARRAY[b.id])`: that can only be searched for, `b` before `a`. And
 * `id = ANY(ids)` on one table is a walk in the order of the ids, so that rows are locked in that order.
 */
export const ONE_PLAN = `LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_bitmapscan = off SET enable_mergejoin = off
  SET jit = off SET plan_cache_mode = force_generic_plan`;
