import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Waits until `holds` returns a truthy value. If that never happens, the test fails at its time limit. Rejects if
 * `holds` throws.
 */
export async function eventually(holds: () => unknown): Promise<void> {
  while (!(await holds())) await sleep(5)
}
