import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Waits until `holds` returns a true value and does not throw. If that never happens, the test ends at its time limit.
 */
export async function eventually(holds: () => unknown): Promise<void> {
  while (!(await holds())) await sleep(5)
}
