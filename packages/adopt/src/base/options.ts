import type { ExternalOptions, Schedule } from '@runwell/core'

/** Options for the task of an adopted job. */
export interface AdoptOptions
  extends Omit<ExternalOptions, 'apply' | 'control' | 'expects' | 'host' | 'name'> {
  /** The name of the task. @defaultValue the name that the job has in the host library */
  readonly name?: string | undefined
  /**
   * When the host library should run the job. Runwell reports missing runs.
   *
   * @defaultValue the schedule of the job in the host library, if Runwell can read it
   */
  readonly expects?: Schedule | undefined
}

/** What a function gets that returns the options for one job. */
export interface AdoptedJob {
  /** The default name of the task. */
  readonly name: string
  /** The schedule of the job, such as `0 3 * * *`. `undefined` if there is none. */
  readonly schedule: string | undefined
}

/** Options for all tasks, or a function that returns the options for the task of one job. */
export type AdoptEach = AdoptOptions | ((job: AdoptedJob) => AdoptOptions | undefined)

export function optionsOf(options: AdoptEach | undefined, job: AdoptedJob): AdoptOptions {
  return (typeof options === 'function' ? options(job) : options) ?? {}
}
