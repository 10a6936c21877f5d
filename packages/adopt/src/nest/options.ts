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
   * A supervisor, its options, or a function that creates one. The module starts and stops it. Pass a function instead
   * of a supervisor if one process creates several applications, as in tests. @defaultValue a new supervisor
   */
  readonly supervisor?: Supervisor | SupervisorOptions | (() => Supervisor) | undefined
  /**
   * Who runs the methods with `@Cron`, `@Interval` and `@Timeout`. `'replace'`: Runwell runs them as tasks.
   * `'observe'`: `@nestjs/schedule` runs them, and Runwell reports what happens.
   * @defaultValue `'observe'` beside `ScheduleModule`, else `'replace'`
   */
  readonly mode?: 'replace' | 'observe' | undefined
  /** How to stop the supervisor when the application closes. */
  readonly stop?: StopOptions | undefined
  /** Whether methods with `@Cron` are run, in mode `'replace'`. @defaultValue as in `ScheduleModule`, else `true` */
  readonly cronJobs?: boolean | undefined
  /**
   * Whether methods with `@Interval` are run, in mode `'replace'`.
   *
   * @defaultValue as in `ScheduleModule`, else `true`
   */
  readonly intervals?: boolean | undefined
  /** Whether methods with `@Timeout` are run, in mode `'replace'`. @defaultValue as in `ScheduleModule`, else `true` */
  readonly timeouts?: boolean | undefined
}

/** Options of `RunwellModule.forRootAsync`. */
export interface RunwellModuleAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  /** Makes the options, once per application. */
  readonly useFactory: (...injected: never[]) => RunwellModuleOptions | Promise<RunwellModuleOptions>
  /** The tokens of the arguments of `useFactory`. */
  readonly inject?: readonly unknown[] | undefined
}

/** Options of {@link Supervised}. */
export interface SupervisedOptions extends TaskBehavior, Pick<ExternalOptions, 'grace'> {
  /**
   * The name of the task. On a class: replaces the name of the class in the names of its tasks. @defaultValue the name
   * given in the decorator of `@nestjs/schedule`, else `ClassName.method`
   */
  readonly name?: string | undefined
  /**
   * When the method runs; in mode `'observe'`, when `@nestjs/schedule` should run it. Not for classes.
   *
   * @defaultValue that of `@Cron`, `@Interval` or `@Timeout`, else `manual()`
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

/** Returns the supervisor of one application. */
export function supervisorOf({ supervisor = {} }: RunwellModuleOptions): Supervisor {
  const made = typeof supervisor === 'function' ? supervisor() : supervisor
  if (!('register' in made)) return new Supervisor(made)
  if (!['stopping', 'stopped'].includes(made.report().phase)) return made
  const cure =
    'a function such as () => new Supervisor(), since a supervisor that has stopped cannot start again'
  throw new InvalidOptionError('RunwellModule.supervisor', cure, made)
}
