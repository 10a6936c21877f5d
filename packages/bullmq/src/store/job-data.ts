import type { FleetAttempt, FleetCarrier } from '@runwell/core/adapter'

export interface JobData {
  /**
   * - `run`: a slot or request that may run, with a place.
   * - `held`: a slot or request without a free place.
   * - `told`: a slot that does not run and is only reported.
   */
  readonly kind: 'run' | 'held' | 'told'
  /** Absent for a request. */
  readonly slot?: number | undefined
  /** Wall time after which the first attempt must not begin. */
  readonly until?: number | undefined
  /** Wall time of the slot or request. Orders the jobs of a task. */
  readonly order: number
  /** True if the slot waits for active runs, even if `overlap` would drop the slot. */
  readonly waits?: boolean | undefined
  readonly input?: unknown
  readonly carrier?: FleetCarrier | undefined
  /** How often a process has stopped during a run of the job. */
  readonly givenBack?: number | undefined
  /** Attempts that ended because their process stopped. */
  readonly left?: readonly FleetAttempt[] | undefined
  /** The `instanceId` of the process that added the job. */
  readonly by: string
}

/** The number of the current attempt, from 1. */
export function attemptOf(job: { readonly stalledCounter: number; readonly data: JobData }): number {
  return 1 + job.stalledCounter + (job.data.givenBack ?? 0)
}

/** BullMQ allows no `:` in ids. Names of tasks contain no `%`. */
export function jobId(task: string, key: number | string): string {
  return `${idOf(task)}|${key}`
}

/** Returns the part of a job id after the task. */
export function keyOf(id: string): string {
  return id.slice(id.indexOf('|') + 1)
}

/** The job that finally runs the held job `id`. */
export function promotedId(id: string): string {
  return `${id}+`
}

/** A task has one place for each run that may be active. BullMQ adds no second job to a taken place. */
export function placeOf(task: string, place: number): string {
  return place === 0 ? idOf(task) : `${idOf(task)}|${place}`
}

function idOf(task: string): string {
  return task.replaceAll(':', '%3A')
}
