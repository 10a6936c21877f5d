import { setTimeout as wait } from 'node:timers/promises'
import { dice } from './faults.ts'

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
      // The request may fail because the API closes. The loop ends when the visitor is stopped.
    }
  }
}
