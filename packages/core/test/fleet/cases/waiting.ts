import type { FleetScene } from '../bench.ts'

/** Resolves after `ms` by the clock of the scene. */
export function inMs({ bench }: FleetScene, ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (bench.clock) bench.clock.timer(resolve, ms, false)
    else setTimeout(resolve, ms)
  })
}

/** Resolves once the signal is aborted. */
export function until(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve())
  })
}

/** A run that lasts until it is aborted. */
export const untilAborted = ({ signal }: { readonly signal: AbortSignal }): Promise<void> => until(signal)
