import type { FleetScene } from '../bench.ts'

/** Resolves after `ms` by the clock of the scene. */
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

/** The function of a task whose runs last until they are aborted. */
export const untilAborted = ({ signal }: { readonly signal: AbortSignal }): Promise<void> => until(signal)
