// Core is imported only when a scenario runs. The process that lists the scenarios must not load it.
import type { Observer, RunContext, Supervisor, Task } from '@runwell/core'

export interface Scenario {
  readonly id: string
  readonly label: string
  /** The scenario may leave this many MB in the heap. @defaultValue 10 */
  readonly maxMb?: number
  /** Returns the function that is measured. `scale` is 1 for the full number of runs. */
  readonly prepare: (scale: number) => Play | Promise<Play>
}

export type Play = () => Promise<Played>

export interface Played {
  /** Keeps the supervisor in memory until the heap is measured. */
  readonly supervisor: Supervisor
  readonly done: Done
  readonly heard?: Heard
  readonly notes?: () => Notes
}

/** A count that is absent must be 0. */
export interface Done extends Partial<Counts> {
  /** How many ends of runs an observer must see. Absent if this number equals `started`. */
  readonly heard?: number
}

export interface Counts {
  readonly started: number
  readonly succeeded: number
  readonly failed: number
  readonly cancelled: number
  readonly abandoned: number
  readonly skipped: number
}

export interface Heard {
  ended: number
  observerFailed: number
}

export type Notes = Readonly<Record<string, number>>

export async function supervised({ observers = [] }: { observers?: readonly Observer[] } = {}) {
  const { Supervisor } = await import('@runwell/core')
  const heard: Heard = { ended: 0, observerFailed: 0 }
  const counter: Observer = {
    name: 'counter',
    onEvent(event) {
      if (event.type === 'run.ended') heard.ended++
      else if (event.type === 'observer.failed') heard.observerFailed++
    },
  }
  const supervisor = new Supervisor({ observers: [...observers, counter] })
  await supervisor.start()
  return { supervisor, heard }
}

export function manualTask<Input = unknown>(
  supervisor: Supervisor,
  run: (context: RunContext<Input>) => unknown,
  name = 'task',
): Task<Input> {
  return supervisor.register<Input>({ name, run })
}

export const allFailed = (failed: number): Done => ({ started: failed, failed })
export const allSucceeded = (succeeded: number): Done => ({ started: succeeded, succeeded })

export function classes(handle: Task): Notes {
  const counts = [...handle.metrics().errors.values()]
  return { classes: counts.length, errors: counts.reduce((sum, count) => sum + count, 0) }
}

export function textsKept(handle: Task): number {
  const { lastError } = handle.metrics()
  return JSON.stringify([lastError, handle.history()]).length
}
