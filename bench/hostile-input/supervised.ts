// The scenarios share this code. It imports core only when a scenario runs, because the runner reads the list of
// scenarios as well, and must not load core.
import type { Observer, RunContext, Supervisor, Task } from '@runwell/core'

/** One kind of hostile input. */
export interface Scenario {
  readonly id: string
  readonly label: string
  /** The most heap that may be left behind, in MB. @defaultValue 10 */
  readonly maxMb?: number
  /** Loads what the scenario needs, before anything is measured. `scale` is 1 for the full number of runs. */
  readonly prepare: (scale: number) => Play | Promise<Play>
}

export type Play = () => Promise<Played>

export interface Played {
  /** Still referenced after the measurement of the heap, so that its memory is part of the measurement. */
  readonly supervisor: Supervisor
  /** What `report()` must count, exactly. */
  readonly done: Done
  readonly heard?: Heard
  /** Further numbers for the notes column in `docs/performance.md`. */
  readonly notes?: () => Notes
}

/** Each count that is left out must be 0. */
export interface Done extends Partial<Counts> {
  /** The number of ends of runs that an observer must see, if it differs from the number of started runs. */
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

/** Starts a supervisor. Besides the given observers it has one that counts ended runs and failed observers. */
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

/** Registers a task that runs only when it is triggered. */
export function manualTask<Input = unknown>(
  supervisor: Supervisor,
  run: (context: RunContext<Input>) => unknown,
  name = 'task',
): Task<Input> {
  return supervisor.register<Input>({ name, run })
}

export const allFailed = (failed: number): Done => ({ started: failed, failed })
export const allSucceeded = (succeeded: number): Done => ({ started: succeeded, succeeded })

/** How many classes of errors are counted separately, and the sum of their counts. */
export function classes(handle: Task): Notes {
  const counts = [...handle.metrics().errors.values()]
  return { classes: counts.length, errors: counts.reduce((sum, count) => sum + count, 0) }
}

/** The length of the last error and the history of a task as JSON, in characters. */
export function textsKept(handle: Task): number {
  const { lastError } = handle.metrics()
  return JSON.stringify([lastError, handle.history()]).length
}
