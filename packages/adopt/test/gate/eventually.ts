import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until `holds` does. A test that waits without success ends at its time limit. */
export async function eventually(holds: () => unknown): Promise<void> {
  while (!(await holds())) await sleep(5)
}
