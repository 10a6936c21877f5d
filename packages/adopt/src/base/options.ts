import type { ExternalOptions, Schedule } from '@runwell/core'
import { checkExternalOptions } from '@runwell/core/adapter'

/** Options for the task of a job that a host library runs. */
export interface AdoptOptions
  extends Omit<ExternalOptions, 'apply' | 'control' | 'expects' | 'host' | 'name'> {
  /**
   * The name of the task.
   * @defaultValue the name of the job in the host library. The function that adopts the job describes the default for
   * a job without a name.
   */
  readonly name?: string | undefined
  /**
   * The schedule by which the host library should run the job. If a run is missing, Runwell reports it.
   *
   * @defaultValue the schedule of the job in the host library, if Runwell can read it
   */
  readonly expects?: Schedule | undefined
}

/** The job of a host library for which an {@link AdoptEach} function returns options. */
export interface AdoptedJob {
  /** The default name of the task. */
  readonly name: string
  /** The schedule of the job, such as `0 3 * * *`. `undefined` if the job has no schedule. */
  readonly schedule: string | undefined
}

/** Options for all tasks, or a function that returns the options for the task of one job. */
export type AdoptEach = AdoptOptions | ((job: AdoptedJob) => AdoptOptions | undefined)

/** What an adopter accepts besides the options of {@link AdoptOptions}, or instead of them. */
type AdoptRules = Parameters<typeof checkExternalOptions>[2]

const rulesOfAll = { without: ['control', 'host'] } as const

/** @throws {@link InvalidOptionError} */
export function checkAdoptOptions(where: string, options: object, rules: AdoptRules = rulesOfAll): void {
  checkExternalOptions(where, options, rules)
}

/**
 * Returns a function that returns the options for one job. Checks `options` now. If `options` is a function, checks
 * what it returns for each job.
 *
 * @throws {@link InvalidOptionError}
 */
export function optionsFor(where: string, options: AdoptEach = {}): (job: AdoptedJob) => AdoptOptions {
  if (typeof options !== 'function') {
    checkAdoptOptions(where, options)
    return () => options
  }
  return (job) => {
    const ofJob = options(job) ?? {}
    checkAdoptOptions(where, ofJob)
    return ofJob
  }
}
