import type { FleetAttempt, FleetCarrier } from '@runwell/core/adapter'

/** The data of a job. Its keys are short, because the store keeps them once for each slot. */
export interface JobData {
  /**
   * - `run`: a slot or a request that may run. It has a place: see {@link placeOf}.
   * - `held`: a slot or a request that came during an active run.
   * - `told`: a slot that did not run. One process reports it, so nothing is left to do.
   */
  readonly kind: 'run' | 'held' | 'told'
  /** The slot; absent for a request. */
  readonly slot?: number | undefined
  /** Wall time after which the first attempt must not begin. */
  readonly until?: number | undefined
  /** Orders the slots and requests of the task: the instant of the slot, or when the request was made. */
  readonly order: number
  /** Whether it waits for the end of an active run, whatever the `overlap` of the task is. */
  readonly waits?: boolean | undefined
  readonly input?: unknown
  readonly carrier?: FleetCarrier | undefined
  /** How often a process has stopped during a run of the job, and has given the job back. */
  readonly givenBack?: number | undefined
  /** The attempts of the job in the processes that have given it back. */
  readonly left?: readonly FleetAttempt[] | undefined
  /** The instance that has added it. */
  readonly by: string
}

/** The number of the current attempt: 1, plus 1 each time that a process has lost the job or has given it back. */
export function attemptOf(job: { readonly stalledCounter: number; readonly data: JobData }): number {
  return 1 + job.stalledCounter + (job.data.givenBack ?? 0)
}

/** The id of a job for a slot or a request. BullMQ allows no `:`, and task names have no `%`. */
export function jobId(task: string, key: number | string): string {
  return `${idOf(task)}|${key}`
}

/** The part of the id of a job after the name of its task. */
export function keyOf(id: string): string {
  return id.slice(id.indexOf('|') + 1)
}

/** The id of the job that runs a held job once there is a place for it. */
export function promotedId(id: string): string {
  return `${id}+`
}

/** The key of a place. Each active run of a task has one; the task has as many places as it may have active runs. */
export function placeOf(task: string, place: number): string {
  return place === 0 ? idOf(task) : `${idOf(task)}|${place}`
}

function idOf(task: string): string {
  return task.replaceAll(':', '%3A')
}
