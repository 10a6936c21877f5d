import { setTimeout as wait } from 'node:timers/promises'
import { dice } from './faults.ts'

/** Uses the API as people would: asks for a report about once a second, and now and then for fresh feeds. */
export function startVisitor(url: string, seed: number): { stop(): void } {
  const left = new AbortController()
  void visit(url, seed, left.signal)
  return { stop: () => left.abort() }
}

async function visit(url: string, seed: number, signal: AbortSignal): Promise<void> {
  const roll = dice(seed, 'visitor')
  while (!signal.aborted) {
    try {
      await wait(500 + roll() * 1_000, undefined, { signal, ref: false })
      const path = roll() < 0.15 ? '/reload' : '/reports'
      const response = await fetch(url + path, { method: 'POST', signal })
      await response.arrayBuffer()
    } catch {
      // Either it is time to leave, or the API is closing: a visitor tries again and doesn't complain.
    }
  }
}
