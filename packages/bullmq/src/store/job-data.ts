import type { FleetAttempt, FleetCarrier } from '@runwell/core/adapter'

/** The data of a job. Its keys are short, because the store keeps them once for each slot. */
export interface JobData {
  /**
   * - `run`: a slot or a request that may run. It has a place: see {@link placeOf}.
   * - `held`: a slot or a request that came while the task had no free place.
   * - `told`: a slot that does not run. The process that added the job reports the slot, so the job needs no work.
   */
  readonly kind: 'run' | 'held' | 'told'
  /** The slot; absent for a request. */
  readonly slot?: number | undefined
  /** Wall time after which the first attempt must not begin. */
  readonly until?: number | undefined
  /** Orders the slots and requests of the task: the instant of the slot, or when the request was made. */
  readonly order: number
  /** Whether the slot waits for active runs to end, even if the `overlap` of the task would drop it. */
  readonly waits?: boolean | undefined
  readonly input?: unknown
  readonly carrier?: FleetCarrier | undefined
  /** How often a process has stopped during a run of the job, and has given the job back. */
  readonly givenBack?: number | undefined
  /** The attempts that ended because their process stopped and gave the job back. */
  readonly left?: readonly FleetAttempt[] | undefined
  /** The `instanceId` of the process that added the job. */
  readonly by: string
}

/** The number of the current attempt: 1, plus 1 each time that a process has lost the job or has given it back. */
export function attemptOf(job: { readonly stalledCounter: number; readonly data: JobData }): number {
  return 1 + job.stalledCounter + (job.data.givenBack ?? 0)
}

/**
 * Returns the id of the job of a slot or a request. BullMQ allows no `:` in ids, so a `:` in the name of the task
 * becomes `%3A`. Names of tasks contain no `%`.
 */
export function jobId(task: string, key: number | string): string {
  return `${idOf(task)}|${key}`
}

/** Returns the part of a job id after the name of the task. */
export function keyOf(id: string): string {
  return id.slice(id.indexOf('|') + 1)
}

/** Returns the id of a second job: once the task has a free place, it runs the slot or request of the held job `id`. */
export function promotedId(id: string): string {
  return `${id}+`
}

/**
 * Returns the key of a place. A task has as many places as it may have active runs, and each job of kind `run` takes
 * one. BullMQ adds no second job with the same key: see `deduplication`.
 */
export function placeOf(task: string, place: number): string {
  return place === 0 ? idOf(task) : `${idOf(task)}|${place}`
}

function idOf(task: string): string {
  return task.replaceAll(':', '%3A')
}
