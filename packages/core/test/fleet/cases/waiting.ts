import type { FleetScene } from '../bench.ts'

export function inMs({ bench }: FleetScene, ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (bench.clock) bench.clock.timer(resolve, ms, false)
    else setTimeout(resolve, ms)
  })
}

export function until(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve())
  })
}

export const untilAborted = ({ signal }: { readonly signal: AbortSignal }): Promise<void> => until(signal)
