import type { ExternalOptions, Schedule } from '@runwell/core'

/** Options of the task that stands for an adopted job. */
export interface AdoptOptions
  extends Omit<ExternalOptions, 'apply' | 'control' | 'expects' | 'host' | 'name'> {
  /** The name of the task. @defaultValue the name that the job has in the host library */
  readonly name?: string | undefined
  /**
   * When the host library should run the job.
   *
   * @defaultValue read from the host library, if Runwell understands its pattern
   */
  readonly expects?: Schedule | undefined
}

/** The properties of a job before it is adopted. */
export interface AdoptedJob {
  /** The name that its task will have, unless that is taken. */
  readonly name: string
  /** Its schedule as it was given to the host library, for instance `0 3 * * *`. */
  readonly schedule: string | undefined
}

/** Options for all jobs of a host, or a function that returns those of one job. */
export type AdoptEach = AdoptOptions | ((job: AdoptedJob) => AdoptOptions | undefined)

export function optionsOf(options: AdoptEach | undefined, job: AdoptedJob): AdoptOptions {
  return (typeof options === 'function' ? options(job) : options) ?? {}
}
