import type { ModuleMetadata } from '@nestjs/common'
import {
  type ExternalOptions,
  InvalidOptionError,
  type Schedule,
  type StopOptions,
  Supervisor,
  type SupervisorOptions,
  type TaskBehavior,
} from '@runwell/core'
import { anObject, checkOptions, type OptionTable, oneOf, takes, trueOrFalse } from '@runwell/core/adapter'

/** Options of {@link RunwellModule}. */
export interface RunwellModuleOptions {
  /**
   * A supervisor, options for a new supervisor, or a function that creates a supervisor. The module starts and stops
   * this supervisor. A stopped supervisor cannot start again, so pass a function if a process creates several
   * applications.
   * @defaultValue a new supervisor
   */
  readonly supervisor?: Supervisor | SupervisorOptions | (() => Supervisor) | undefined
  /**
   * `'replace'`: Runwell runs the methods with `@Cron`, `@Interval` and `@Timeout`. `'observe'`: `@nestjs/schedule`
   * runs these methods, and Runwell reports failed and missing runs.
   * @defaultValue `'observe'` if the application imports `ScheduleModule`, and `'replace'` if it does not
   */
  readonly mode?: 'replace' | 'observe' | undefined
  /** Options for `supervisor.stop()` when the application closes. */
  readonly stop?: StopOptions | undefined
  /**
   * Whether Runwell runs the methods with `@Cron` in mode `'replace'`.
   *
   * @defaultValue the value of this option in `ScheduleModule.forRoot()`, or `true` if it is not set there
   */
  readonly cronJobs?: boolean | undefined
  /**
   * Whether Runwell runs the methods with `@Interval` in mode `'replace'`.
   *
   * @defaultValue the value of this option in `ScheduleModule.forRoot()`, or `true` if it is not set there
   */
  readonly intervals?: boolean | undefined
  /**
   * Whether Runwell runs the methods with `@Timeout` in mode `'replace'`.
   *
   * @defaultValue the value of this option in `ScheduleModule.forRoot()`, or `true` if it is not set there
   */
  readonly timeouts?: boolean | undefined
}

/** Options of `RunwellModule.forRootAsync`. */
export interface RunwellModuleAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  /** Returns the options. Called once per application. */
  readonly useFactory: (...injected: never[]) => RunwellModuleOptions | Promise<RunwellModuleOptions>
  /** The injection tokens for the arguments of `useFactory`. */
  readonly inject?: readonly unknown[] | undefined
}

/**
 * Options of {@link Supervised}. In mode `'observe'`, `@nestjs/schedule` runs the methods that have its decorators.
 * For these methods, options about how a method runs, such as `timeout`, `retry` and `overlap`, have no effect and cause
 * a warning. The options `paused` and `enabled` cause an error, because the methods would run in spite of them.
 */
export interface SupervisedOptions extends TaskBehavior, Pick<ExternalOptions, 'grace'> {
  /**
   * The name of the task. On a class, the first part of the names of its tasks.
   * @defaultValue the name in the decorator of `@nestjs/schedule`, or `ClassName.method` if it has no name
   */
  readonly name?: string | undefined
  /**
   * When the method runs. In mode `'observe'`, this is when Runwell expects `@nestjs/schedule` to run the method. Not
   * allowed for a class.
   *
   * @defaultValue the schedule of `@Cron`, `@Interval` or `@Timeout`, or `manual()` without these decorators
   */
  readonly schedule?: Schedule | undefined
}

const aSupervisor = takes<NonNullable<RunwellModuleOptions['supervisor']>>(
  'a Supervisor, its options, or a function that makes one',
  (value) => typeof value === 'function' || anObject.fits(value),
)

const table: OptionTable<RunwellModuleOptions> = {
  supervisor: aSupervisor,
  mode: oneOf(['replace', 'observe']),
  stop: anObject,
  cronJobs: trueOrFalse,
  intervals: trueOrFalse,
  timeouts: trueOrFalse,
}

export function checkModuleOptions(options: RunwellModuleOptions): RunwellModuleOptions {
  checkOptions('RunwellModule', options, table)
  return options
}

export function supervisorOf({ supervisor = {} }: RunwellModuleOptions): Supervisor {
  const made = typeof supervisor === 'function' ? supervisor() : supervisor
  if (!('register' in made)) return new Supervisor(made)
  if (!['stopping', 'stopped'].includes(made.report().phase)) return made
  const cure =
    'a function such as () => new Supervisor(), since a supervisor that has stopped cannot start again'
  throw new InvalidOptionError('RunwellModule.supervisor', cure, made)
}
