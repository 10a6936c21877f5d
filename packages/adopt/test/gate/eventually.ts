import { setTimeout as sleep } from 'node:timers/promises'

export async function eventually(holds: () => unknown): Promise<void> {
  while (!(await holds())) await sleep(5)
}
