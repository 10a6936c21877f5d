import type { Clock } from '../base/clock.ts'
import { SystemClock } from '../base/clock.ts'
import type { Duration } from '../base/duration.ts'
import { durationFrom, msOf, toMs } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'
import {
  anObject,
  check,
  checkOptions,
  type OptionTable,
  oneOf,
  reading,
  takes,
  textUpTo,
  trueOrFalse,
} from '../base/options.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { Observer } from '../observe/observer.ts'
import { type ReadObserver, readObserver } from '../observe/read-observer.ts'
import { processName } from '../process/instance-id.ts'
import { categoriesOf, theCategories } from './categories.ts'

/** Options of a supervisor. All are optional. */
export interface SupervisorOptions {
  /**
   * The name of the supervisor in metrics, spans and reports. Useful if a process has several supervisors.
   * @defaultValue `'default'`
   */
  readonly name?: string | undefined
  /**
   * The name of this process, such as the name of its container. It has at most 80 characters: a letter or digit,
   * then letters, digits and `_ . -`. The supervisor adds a random part: the result is its `instanceId`. Run ids begin
   * with the `instanceId`. In a fleet, log lines and `explain()` name processes by it.
   * @defaultValue the host name and the process id, such as `'web-0-1'`; in Kubernetes, the host name is the name of
   * the pod
   */
  readonly instanceName?: string | undefined
  /**
   * The observers to attach. Without this option, events that need attention, such as failed runs, are written to
   * `console.error` until `observe()` attaches an observer. An empty array disables this output.
   */
  readonly observers?: readonly Observer[] | undefined
  /**
   * If `true`, events that need attention, such as failed runs, are written to `console.error`, even if the
   * supervisor has observers.
   * @defaultValue `false`
   */
  readonly keepConsole?: boolean | undefined
  /**
   * Gives a category to each task without the option `category`. An example is `{ 'feeds.': 'poller' }`. The keys are
   * prefixes of task names. The longest matching prefix wins.
   * @defaultValue none: the category is `'default'`
   */
  readonly categories?: Readonly<Record<string, string>> | ReadonlyMap<string, string> | undefined
  /** How often the event `monitor.ticked` is emitted. @defaultValue `'60s'` */
  readonly monitor?: Duration | undefined
  /**
   * A whole number from which jitter, spread and the jitter of backoffs are calculated. The same number gives the
   * same delays. It has no effect on slots in a fleet, because all processes of a fleet delay a slot equally.
   * @defaultValue a random number
   */
  readonly seed?: number | undefined
  /**
   * If `true`, a thread watches each stop. If a blocked event loop delays the stop 2 s beyond its deadline, the
   * thread prints the active runs. Then it kills the process (exit code 137).
   * @defaultValue `false`
   */
  readonly watchdog?: boolean | undefined
  /**
   * A store that several processes share. With a fleet, the store decides which process runs each slot of a task of
   * scope `service`. Without a fleet, each process runs all slots.
   * @defaultValue none
   */
  readonly fleet?:
    | {
        readonly name: string
        readonly version?: string | undefined
        readonly gatesReadiness?: boolean | undefined
        join(host: never): object
      }
    | undefined
  /** The clock that the supervisor uses. Tests pass a `VirtualClock`. @defaultValue the real time */
  readonly clock?: Clock | undefined
  /** The environment from which the `RUNWELL_*` variables are read. @defaultValue `process.env` */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Not an option: it makes TypeScript refuse a function instead of the options. */
  readonly apply?: never
}

export interface ResolvedSupervisor {
  readonly name: string
  readonly instanceName: string
  readonly observers: readonly ReadObserver[] | undefined
  readonly keepsConsole: boolean
  categoryOf(name: string): string | undefined
  readonly monitorMs: number
  readonly seed: number
  readonly clock: Clock
  readonly fleet: Fleet | undefined
  readonly stopDeadlineMs: number
  readonly watchdog: boolean
  readonly environment: Readonly<Record<string, string>>
  readonly isDisabled: boolean
  isTaskDisabled(name: string): boolean
  unmatched(names: readonly string[]): readonly string[]
}

const clockMethods = ['now', 'monotonic', 'awake', 'timer', 'watchBlocks'] as const
const table: OptionTable<SupervisorOptions> = {
  name: textUpTo(200),
  instanceName: takes<string>(
    'a letter or digit, then up to 79 of letters, digits and _ . -',
    (value) => typeof value === 'string' && /^[A-Za-z0-9][\w.-]{0,79}$/.test(value),
  ),
  observers: takes<readonly unknown[]>('a list of observers', Array.isArray),
  keepConsole: trueOrFalse,
  categories: theCategories,
  monitor: durationFrom(100, 86_400_000),
  seed: takes<number>('a whole number', Number.isSafeInteger),
  watchdog: trueOrFalse,
  clock: takes<Clock>(
    'a clock such as new VirtualClock()',
    (value) =>
      anObject.fits(value) &&
      clockMethods.every((method) => typeof (value as Partial<Clock>)[method] === 'function'),
  ),
  fleet: takes<NonNullable<SupervisorOptions['fleet']>>(
    'a fleet, such as the result of `bullmqFleet(…)` of @runwell/bullmq, or `new MemoryFleet().member()`',
    (value) =>
      anObject.fits(value) &&
      typeof (value as Partial<Fleet>).join === 'function' &&
      typeof (value as Partial<Fleet>).name === 'string',
    { isSecret: true },
  ),
  env: takes<object>(anObject.expected, anObject.fits, { isSecret: true }),
}
const aStopDeadline = durationFrom(0, 86_400_000)
const aString = takes<string>('a string', (value) => typeof value === 'string')
const variables = ['RUNWELL_DISABLED', 'RUNWELL_TASKS_DISABLED', 'RUNWELL_STOP_DEADLINE'] as const

export function resolveSupervisor(options: SupervisorOptions): ResolvedSupervisor {
  return reading('supervisor', () => resolve(options))
}

function resolve(options: SupervisorOptions): ResolvedSupervisor {
  checkOptions('supervisor', options, table, '', { logger: 'observers', log: 'observers' })
  const {
    name = 'default',
    observers,
    monitor = 60_000,
    seed = randomSeed(),
    clock,
    env = process.env,
  } = options
  const known = observers?.map((observer, index) => {
    if (observers.indexOf(observer) < index)
      throw new InvalidOptionError(
        `observers[${index}]`,
        'an observer that is not in the list twice',
        observer,
      )
    return readObserver(`observers[${index}]`, observer)
  })
  const environment: Record<string, string> = {}
  for (const variable of variables) {
    const value: unknown = env[variable]
    if (value === undefined || value === '') continue
    environment[variable] = check(`env.${variable}`, value, aString)
  }
  const deadline = environment['RUNWELL_STOP_DEADLINE'] ?? 25_000
  const disabled = (environment['RUNWELL_TASKS_DISABLED'] ?? '')
    .split(',')
    .map((glob) => glob.trim())
    .filter((glob) => glob !== '')
    .map((glob) => ({ glob, pattern: toPattern(glob) }))
  return {
    name,
    instanceName: options.instanceName ?? processName(env),
    observers: known,
    keepsConsole: options.keepConsole ?? false,
    categoryOf: categoriesOf(options.categories),
    monitorMs: msOf(monitor),
    seed,
    clock: clock ?? new SystemClock(),
    fleet: options.fleet as Fleet | undefined,
    stopDeadlineMs: toMs('RUNWELL_STOP_DEADLINE', deadline, aStopDeadline),
    watchdog: options.watchdog ?? false,
    environment,
    isDisabled: isTrue('RUNWELL_DISABLED', environment['RUNWELL_DISABLED']),
    isTaskDisabled: (task) => disabled.some(({ pattern }) => pattern.test(task)),
    unmatched: (names) =>
      disabled
        .filter(({ pattern }) => !names.some((name) => pattern.test(name)))
        .map(
          ({ glob }) =>
            `RUNWELL_TASKS_DISABLED: '${glob}' matches none of the ${names.length} registered tasks`,
        ),
  }
}

const yes = ['1', 'true', 'yes', 'on'] as const
const no = ['0', 'false', 'no', 'off'] as const
const yesOrNo = oneOf([...yes, ...no])

function isTrue(variable: string, value = 'no'): boolean {
  const said = check(variable, value.toLowerCase(), yesOrNo)
  return yes.some((word) => word === said)
}

function toPattern(glob: string): RegExp {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replace(/\*/g, '.*').replace(/\?/g, '.')}$`)
}

function randomSeed(): number {
  return Math.floor(Math.random() * 2 ** 32)
}
