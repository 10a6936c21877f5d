import type { ExternalOptions, Schedule } from '@runwell/core'

/** Options of the task that stands for an adopted job. */
export interface AdoptOptions
  extends Omit<ExternalOptions, 'apply' | 'control' | 'expects' | 'host' | 'name'> {
  /** The name of the task. @defaultValue the name that the job has in the host library */
  readonly name?: string | undefined
  /**
   * When the host library should run the job. Runwell reports a run that does not happen.
   *
   * @defaultValue the schedule of the job in the host library, if Runwell can read it
   */
  readonly expects?: Schedule | undefined
}

/** A job for which a function returns options. */
export interface AdoptedJob {
  /** The name that the task of the job gets, unless the options have a `name` or another task has this name. */
  readonly name: string
  /** The schedule of the job in the host library, for instance `0 3 * * *`. `undefined` if there is none. */
  readonly schedule: string | undefined
}

/** Options for the tasks of all jobs, or a function that returns the options for the task of one job. */
export type AdoptEach = AdoptOptions | ((job: AdoptedJob) => AdoptOptions | undefined)

export function optionsOf(options: AdoptEach | undefined, job: AdoptedJob): AdoptOptions {
  return (typeof options === 'function' ? options(job) : options) ?? {}
}
