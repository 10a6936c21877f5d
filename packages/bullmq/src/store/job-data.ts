import type { FleetAttempt, FleetCarrier } from '@runwell/core/adapter'

export interface JobData {
  /**
   * - `run`: a slot or request that has a place, so it can run. A task has one place for each run that can be active
   * in the fleet at the same time.
   * - `held`: a slot or request that waits for a free place.
   * - `told`: a slot that does not run and is only reported.
   */
  readonly kind: 'run' | 'held' | 'told'
  /** Absent for a request. */
  readonly slot?: number | undefined
  /** Wall time. The first attempt must not begin after this time. */
  readonly until?: number | undefined
  /** Wall time of the slot or request. The jobs of a task are ordered by this time. */
  readonly order: number
  /** True if the slot must wait for active runs, even if `overlap` would drop the slot. */
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

/** BullMQ allows no `:` in ids, so `idOf` replaces it by `%3A`. Names of tasks contain no `%`. */
export function jobId(task: string, key: number | string): string {
  return `${idOf(task)}|${key}`
}

export function keyOf(id: string): string {
  return id.slice(id.indexOf('|') + 1)
}

/** Returns the id of the job that replaces the held job `id` when a place is free. */
export function promotedId(id: string): string {
  return `${id}+`
}

/** Returns the key of a place. BullMQ adds no second job to a place that a job holds. */
export function placeOf(task: string, place: number): string {
  return place === 0 ? idOf(task) : `${idOf(task)}|${place}`
}

function idOf(task: string): string {
  return task.replaceAll(':', '%3A')
}
