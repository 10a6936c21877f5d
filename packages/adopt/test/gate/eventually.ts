import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Waits until `holds` returns a true value. If it never does, the test ends at its time limit. Rejects if `holds`
 * throws.
 */
export async function eventually(holds: () => unknown): Promise<void> {
  while (!(await holds())) await sleep(5)
}
