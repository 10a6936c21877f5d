import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until `holds` returns a truthy value, or the test times out. */
export async function eventually(holds: () => unknown): Promise<void> {
  while (!(await holds())) await sleep(5)
}
