/**
 * A condition that always holds, in the first step of a statement that may wait for a lock. Outside the host's
 * transactions it is exchanged for {@link locksInTime}.
 */
export const LOCKS_IN_TIME = "true /* locks in time */";

/**
 * Bounds how long locks are waited for, from where it is evaluated to the end of the statement, which is its own
 * transaction. The host's own bound holds where it is shorter.
 *
 * A sub-select of nothing outside itself is an InitPlan: evaluated once, before the first row of the step it stands
 * in, so before that step locks any; and the server looks at `lock_timeout` when a wait begins. Locks on whole tables
 * are taken before that, while the statement is planned: those only the deadline of the statement bounds.
 */
export function locksInTime(ms: number): string {
  const bound = `${ms} ms`;
  return `(SELECT set_config('lock_timeout', CASE
    WHEN current_setting('lock_timeout')::interval BETWEEN interval '1 us' AND interval '${bound}'
    THEN current_setting('lock_timeout') ELSE '${bound}' END, true)) IS NOT NULL`;
}
